"""Informed traders of a scenario."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Informed(Traits):
    """Traders who see the belief and take what is offered wrong by more than their edge."""

    key: ClassVar[str] = "informed"

    strength: float = strength()
    rate: float = parameter(1.0, "looks", unit="1/s", low=0)
    edge_cents: float = parameter(
        0.5, "what a trade must be wrong by, gross of fees", unit="cents", low=0
    )
    size_median: float = parameter(
        40.0, "size, times the cents by which the touch is wrong", unit="contracts", low=0.01
    )
    size_sigma: float = parameter(1.1, "deviation of the logarithm of a size", low=0, high=3.0)
    reaction_ms: float = parameter(
        150.0, "mean time from a jump to a look that follows from it", unit="ms", low=0
    )
    follow: float = parameter(
        0.0, "chance that another looks because one of them just took", low=0, high=0.95
    )
    follow_ms: float = parameter(
        30.0,
        "mean time until that one looks",
        unit="ms",
        source="recorded gap of prints: 34",
        low=0,
    )
