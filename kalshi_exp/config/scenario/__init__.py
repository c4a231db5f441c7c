"""`scenario=`: the market that the simulated exchange plays.

The defaults are `plain`, chosen so that nothing in it can be exploited; the docstrings of
`kalshi_exp.exchange` say why each is what it is.
"""

from dataclasses import dataclass, field
from typing import Any, final

from kalshi_exp.config.checks import within
from kalshi_exp.config.scenario.belief import Belief
from kalshi_exp.config.scenario.informed import Informed
from kalshi_exp.config.scenario.maker import Maker
from kalshi_exp.config.scenario.noise import Noise
from kalshi_exp.config.scenario.parameter import Traits


@final
@dataclass
class Scenario:
    """One family of sessions."""

    duration_s: float = 900.0
    markets: int = 1
    grid: str = "linear_cent"
    belief: Belief = field(default_factory=Belief)
    noise: Noise = field(default_factory=Noise)
    informed: Informed = field(default_factory=Informed)
    maker: Maker = field(default_factory=Maker)

    def __post_init__(self) -> None:
        """Refuse what can't work.

        Raises:
            ValueError: with the reason.
        """
        within("scenario.duration_s", self.duration_s, 60.0, 86_400.0)
        within("scenario.markets", self.markets, 1, 64)
        if self.maker.strength == 0.0:
            raise ValueError("scenario.maker.strength is 0: a market without a maker has no book")


SCHEMAS: dict[str, Any] = {"plain": Scenario}

__all__ = ["SCHEMAS", "Belief", "Informed", "Maker", "Noise", "Scenario", "Traits"]
