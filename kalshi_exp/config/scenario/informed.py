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
    reaction_ms: float = parameter(
        150.0, "mean time from a jump to a look that follows from it", unit="ms", low=0
    )
