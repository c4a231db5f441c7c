"""How long it takes until the exchange hears of a decision."""

from dataclasses import dataclass, field
from enum import Enum
from typing import final

from kalshi_exp.config.checks import at_least, within


class LatencyShape(Enum):
    """How a delay is distributed."""

    constant = "constant"
    uniform = "uniform"
    lognormal = "lognormal"


@final
@dataclass
class Delay:
    """How long one thing takes."""

    shape: LatencyShape = LatencyShape.lognormal
    median_ms: float = 60.0
    spread: float = 0.35  # lognormal: sigma of the logarithm; uniform: half width over the median

    def __post_init__(self) -> None:
        at_least("fill.latency: median_ms", self.median_ms, 0.0)
        within("fill.latency: spread", self.spread, 0.0, 2.0)


def _no_delay() -> Delay:
    return Delay(LatencyShape.constant, 0.0, 0.0)


@final
@dataclass
class Latency:
    """From what was seen to what the exchange hears: thinking, then the way of order or cancel.

    An order and the cancel of what it replaces leave together, and meet the same luck.
    """

    decision: Delay = field(default_factory=_no_delay)  # from the decision's instant to sending
    order: Delay = field(default_factory=Delay)  # from sending to arrival
    cancel: Delay = field(default_factory=Delay)  # so too; no cancel overtakes its order
