"""Momentum followers of a scenario."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Momentum(Traits):
    """Traders who take the touch in the direction in which the mid just moved."""

    key: ClassVar[str] = "momentum"

    strength: float = strength(0.0)
    lookback_s: int = parameter(10, "age of the mid they compare with", unit="s", low=1, high=60)
    threshold_cents: float = parameter(
        3.0, "move of the mid that rouses them", unit="cents", low=0.01
    )
    rate: float = parameter(0.4, "orders while roused", unit="1/s", low=0, high=1.0)
    size_median: float = parameter(15.0, "size of an order", unit="contracts", low=0.01)
    delay_ms: float = parameter(
        600.0, "mean time from seeing the move to the order", unit="ms", low=0
    )
