"""`fill=`: which fill model judges our orders, with its latency and fees."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, final

from kalshi_exp.config.checks import at_least, refuse_base, within


class LatencyShape(Enum):
    """How order latency is distributed."""

    constant = "constant"
    uniform = "uniform"
    lognormal = "lognormal"


@final
@dataclass
class Latency:
    """Milliseconds from decision to arrival at the exchange; cancels travel the same way."""

    shape: LatencyShape = LatencyShape.lognormal
    median_ms: float = 60.0
    spread: float = 0.35  # lognormal: sigma of the logarithm; uniform: half width over the median

    def __post_init__(self) -> None:
        at_least("fill.latency.median_ms", self.median_ms, 0.0)
        within("fill.latency.spread", self.spread, 0.0, 2.0)


class Rounding(Enum):
    """How a fee is rounded."""

    balance = "balance"  # to 1e-6 dollars, then the balance change to its precision, with rebates
    cent_ceiling = "cent_ceiling"  # up to the next cent an order's fill (the published table)


class MakerFees(Enum):
    """The series' fee type, which sets the maker's rate."""

    quadratic = "quadratic"  # makers pay nothing
    quadratic_with_maker_fees = "quadratic_with_maker_fees"  # 0.0175
    quadratic_with_combo_maker_fees = "quadratic_with_combo_maker_fees"  # 0.035


@final
@dataclass
class Fees:
    """Kalshi's schedule: multiplier x rate x contracts x P x (1 - P)."""

    taker_rate: float = 0.07
    maker: MakerFees = MakerFees.quadratic
    multiplier: float = 1.0
    rounding: Rounding = Rounding.balance
    precision: float = 0.01  # dollars: 0.01 for ordinary accounts, 0.0001 for direct members

    def __post_init__(self) -> None:
        within("fill.fees.taker_rate", self.taker_rate, 0.0, 1.0)
        within("fill.fees.multiplier", self.multiplier, 0.0, 10.0)
        if self.precision not in (0.01, 0.0001):
            raise ValueError(f"fill.fees.precision is {self.precision}; it is 0.01 or 0.0001")


@dataclass
class Fill:
    """Base of every fill model; never used itself."""

    latency: Latency = field(default_factory=Latency)
    fees: Fees = field(default_factory=Fees)

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
    optimistic = "optimistic"  # in front of us


@final
@dataclass
class QueueFill(Fill):
    """Place in the queue from the tape's own trades and cancels; fills on evidence only."""

    position: QueuePosition = QueuePosition.pro_rata


SCHEMAS: dict[str, Any] = {
    "old": OldFill,
    "depth": DepthFill,
    "probabilistic": ProbabilisticFill,
    "queue": QueueFill,
}
