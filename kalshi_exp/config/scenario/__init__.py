"""`scenario=`: the market that the simulated exchange plays.

The defaults are `plain`, chosen so that nothing in it can be exploited; the docstrings of
`kalshi_exp.exchange` say why each is what it is.
"""

from dataclasses import dataclass, field
from typing import Any, final

from kalshi_exp.config.checks import within
from kalshi_exp.config.scenario.anchors import Anchors
from kalshi_exp.config.scenario.arbitrage import Arbitrage
from kalshi_exp.config.scenario.aversion import Aversion
from kalshi_exp.config.scenario.belief import Belief
from kalshi_exp.config.scenario.cascades import Cascades
from kalshi_exp.config.scenario.grid import known_grid
from kalshi_exp.config.scenario.groups import Groups
from kalshi_exp.config.scenario.informed import Informed
from kalshi_exp.config.scenario.maker import Maker
from kalshi_exp.config.scenario.momentum import Momentum
from kalshi_exp.config.scenario.noise import Noise
from kalshi_exp.config.scenario.parameter import Traits
from kalshi_exp.config.scenario.pingers import Pingers
from kalshi_exp.config.scenario.script import ScriptEvent, ScriptKind
from kalshi_exp.config.scenario.sentiment import Sentiment


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
    anchors: Anchors = field(default_factory=Anchors)
    cascades: Cascades = field(default_factory=Cascades)
    aversion: Aversion = field(default_factory=Aversion)
    groups: Groups = field(default_factory=Groups)
    sentiment: Sentiment = field(default_factory=Sentiment)
    arbitrage: Arbitrage = field(default_factory=Arbitrage)
    momentum: Momentum = field(default_factory=Momentum)
    pingers: Pingers = field(default_factory=Pingers)
    script: list[ScriptEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Refuse what can't work.

        Raises:
            ValueError: with the reason.
        """
        within("scenario.duration_s", self.duration_s, 60.0, 86_400.0)
        within("scenario.markets", self.markets, 1, 64)
        if self.maker.strength == 0.0:
            raise ValueError("scenario.maker.strength is 0: a market without a maker has no book")
        known_grid(self.grid)
        self.groups.fit(self.markets)
        for k, event in enumerate(self.script):
            event.check(f"scenario.script[{k}]", self.duration_s, self.markets)


SCHEMAS: dict[str, Any] = {"plain": Scenario}

__all__ = [
    "SCHEMAS",
    "Anchors",
    "Arbitrage",
    "Aversion",
    "Belief",
    "Cascades",
    "Groups",
    "Informed",
    "Maker",
    "Momentum",
    "Noise",
    "Pingers",
    "Scenario",
    "ScriptEvent",
    "ScriptKind",
    "Sentiment",
    "Traits",
]
