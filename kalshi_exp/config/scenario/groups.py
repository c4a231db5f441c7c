"""How the markets of an event hang together."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Groups(Traits):
    """Mutually exclusive markets and correlated pairs, among decoys that only look related."""

    key: ClassVar[str] = "groups"

    strength: float = strength(0.0)
    count: int = parameter(1, "mutually exclusive groups", low=1, high=8)
    exclusive: int = parameter(
        0, "markets in each, exactly one settles YES; 0: none", low=0, high=8
    )
    fewest: int = parameter(
        0, "a group's size is drawn from this to `exclusive`; 0: always `exclusive`", low=0, high=8
    )
    unevenness: float = parameter(
        0.5, "deviation of the logarithm of a market's opening share of its group", low=0, high=2.0
    )
    correlated: int = parameter(
        0, "pairs with correlated beliefs outside of the groups, by turns + and -", low=0, high=32
    )
    correlation: float = parameter(
        0.9,
        "size of that correlation at strength 1; strength is the share of its square that is left",
        low=0,
        high=1.0,
    )

    def fit(self, markets: int) -> None:
        """Refuse groups that can't be, or that the markets are too few for.

        Args:
            markets: how many the event has.

        Raises:
            ValueError: with the reason.
        """
        if self.exclusive == 1 or self.fewest == 1:
            raise ValueError(
                "scenario.groups: the probability of one market alone can't sum to one; an "
                "exclusive group has at least 2"
            )
        if self.fewest > self.exclusive:
            raise ValueError(
                f"scenario.groups.fewest is {self.fewest}; it is at most exclusive, which is "
                f"{self.exclusive}"
            )
        needs = self.count * self.exclusive + 2 * self.correlated
        if self.strength > 0.0 and needs > markets:
            raise ValueError(
                f"scenario.groups needs {needs} markets (count x exclusive + 2 x correlated); "
                f"scenario.markets is {markets}"
            )
