"""The fill models, each a set of pieces with their numbers."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, final

from kalshi_exp.config.checks import at_least, refuse_base, within
from kalshi_exp.config.fill.fees import Fees
from kalshi_exp.config.fill.hazard import HazardCoefficients
from kalshi_exp.config.fill.impact import Impact
from kalshi_exp.config.fill.latency import Latency


@dataclass
class Fill:
    """Base of every fill model; never used itself."""

    latency: Latency = field(default_factory=Latency)
    fees: Fees = field(default_factory=Fees)
    impact: Impact = field(default_factory=Impact)

    def __post_init__(self) -> None:
        refuse_base(self, Fill, "fill")


@final
@dataclass
class OldFill(Fill):
    """Any size fills whole at the best price; a resting order when the touch crosses it."""


@dataclass
class DepthFill(Fill):
    """Large orders walk the ladder; what was taken is gone for a while."""

    walk_from: int = 20  # contracts; smaller orders take the best level, all or nothing
    recovery_s: float = 5.0  # taken liquidity is back strictly after this long without a take

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("fill.walk_from", self.walk_from, 1)
        at_least("fill.recovery_s", self.recovery_s, 0.0)


@final
@dataclass
class ProbabilisticFill(DepthFill):
    """`depth` for marketable orders; a resting order fills by a draw at each decision."""

    activity_s: float = 300.0  # window over which market prints make "activity"

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("fill.activity_s", self.activity_s, 1.0)


class QueuePosition(Enum):
    """Where cancels are assumed to be, relative to our order."""

    pessimistic = "pessimistic"  # behind us
    pro_rata = "pro_rata"  # spread evenly over the level
    power = "power"  # by front**n against behind**n: mostly from the larger part
    log = "log"  # by log(1 + front) against log(1 + behind): nearly alike
    optimistic = "optimistic"  # in front of us


@final
@dataclass
class QueueFill(Fill):
    """Place in the queue from the tape's own trades and cancels; fills on evidence only."""

    position: QueuePosition = QueuePosition.pro_rata
    exponent: float = 2.0  # of position=power; 1 is pro rata
    # Whether chance decides: each cancel is one order, before or behind us by a draw, and the wait
    # of pick_off_s is exponential. Else a cancel is shared out, and the wait is always the same.
    drawn: bool = False
    # Seconds for which a newcomer's order stands at a price that meets ours before we are hit:
    # 0: it trades with us at once; infinity: it stays away.
    pick_off_s: float = 0.0
    # Mean seconds until what we took is there again beside what the tape shows; 0: only as shown.
    recovery_s: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        within("fill.exponent", self.exponent, 0.0, 10.0)
        if self.drawn and self.position in (QueuePosition.pessimistic, QueuePosition.optimistic):
            raise ValueError(
                f"fill.drawn=true draws where a cancel stood, and fill.position="
                f"{self.position.value} leaves nothing to draw: use pro_rata, power or log"
            )
        at_least("fill.pick_off_s", self.pick_off_s, 0.0)
        within("fill.recovery_s", self.recovery_s, 0.0, 3600.0)


@final
@dataclass
class HazardFill(Fill):
    """A fitted intensity says when an order's turn comes; the next trade there fills it."""

    coefficients: HazardCoefficients = field(default_factory=HazardCoefficients)
    pick_off_s: float = 0.0  # as of QueueFill
    recovery_s: float = 0.0  # as of QueueFill

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("fill.pick_off_s", self.pick_off_s, 0.0)
        within("fill.recovery_s", self.recovery_s, 0.0, 3600.0)


SCHEMAS: dict[str, Any] = {
    "old": OldFill,
    "depth": DepthFill,
    "probabilistic": ProbabilisticFill,
    "queue": QueueFill,
    "hazard": HazardFill,
}
