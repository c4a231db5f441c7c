"""What happens at a fixed time of every session."""

from dataclasses import dataclass
from enum import StrEnum
from typing import final


class ScriptKind(StrEnum):
    """What can be scheduled."""

    news = "news"  # moves the belief, up or down with equal odds
    halt = "halt"  # every order is cancelled and none taken in, for a while


@final
@dataclass
class ScriptEvent:
    """One scheduled event.

    Attributes:
        at_s: seconds from the opening.
        kind: news or halt.
        market: number of the market; -1 all of them.
        cents: of news: how far one half moves; elsewhere 4 p (1 - p) as far.
        lasts_s: of a halt: seconds.
    """

    at_s: float = 0.0
    kind: ScriptKind = ScriptKind.news
    market: int = -1
    cents: float = 5.0
    lasts_s: float = 30.0

    def check(self, name: str, duration_s: float, markets: int) -> None:
        """Refuse what lies outside of the session or of the markets.

        Args:
            name: of this entry, for the message.
            duration_s: of the session.
            markets: number of its markets.

        Raises:
            ValueError: with the reason.
        """
        if not 0.0 < self.at_s < duration_s:
            raise ValueError(
                f"{name}.at_s is {self.at_s}; the session runs from 0 to {duration_s} seconds"
            )
        if not -1 <= self.market < markets:
            raise ValueError(
                f"{name}.market is {self.market}; the scenario has {markets} markets, numbered "
                "from 0 (-1: all)"
            )
        if self.kind == ScriptKind.news and not 0.0 < self.cents <= 25.0:
            raise ValueError(f"{name}.cents is {self.cents}; news move one half by up to 25 cents")
        if self.kind == ScriptKind.halt and not 0.0 < self.lasts_s <= duration_s - self.at_s:
            raise ValueError(
                f"{name}.lasts_s is {self.lasts_s}; a halt must end with the session at the latest"
            )
