"""The cross-market arbitrageur of a scenario."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Arbitrage(Traits):
    """Takes all legs of a group whose asks sum to less than one dollar, or bids to more."""

    key: ClassVar[str] = "arbitrage"

    strength: float = strength(0.0)
    edge_cents: float = parameter(
        0.5, "what the sum must be wrong by, gross of fees", unit="cents", low=0
    )
    watch_s: float = parameter(1.0, "mean time between looks at a group", unit="s", low=0.01)
    lag_s: float = parameter(8.0, "mean time from seeing it to the first basket", unit="s", low=0)
    pause_s: float = parameter(1.0, "mean time between baskets", unit="s", low=0.01)
    size: float = parameter(
        100.0, "largest basket, of what the thinnest leg shows", unit="contracts", low=0.01
    )
    lesson: float = parameter(
        0.5, "share of their sentiment that makers drop on seeing a basket", low=0, high=1.0
    )
