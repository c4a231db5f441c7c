"""`features=`: which groups of the observation are switched on, and their windows."""

from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.config.checks import at_least, refuse_base, within


@dataclass
class FeatureGroup:
    """Base of every feature group; never used itself. An absent group is zeroed and masked."""

    def __post_init__(self) -> None:
        refuse_base(self, FeatureGroup, "features")


@final
@dataclass
class BookFeatures(FeatureGroup):
    """The ladder now (21)."""


@final
@dataclass
class ActivityFeatures(FeatureGroup):
    """Time and the market's own recent activity (14)."""

    fast_s: float = 5.0
    slow_s: float = 60.0

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("features.activity.fast_s", self.fast_s, 0.1)
        at_least("features.activity.slow_s", self.slow_s, self.fast_s)


@final
@dataclass
class AnchorFeatures(FeatureGroup):
    """How the market behaves near three round prices (8)."""

    low_cents: float = 25.0
    middle_cents: float = 50.0
    high_cents: float = 75.0
    near_cents: float = 8.0  # the mid is near a level within this
    persistence_s: float = 10.0  # in which the size that is counted on recovers
    spread_s: float = 8.0  # memory of the spread near a level
    usual_s: float = 120.0  # memory of the spread away from all levels
    dwell_s: float = 60.0
    approach_s: int = 10  # how long ago the distance is compared with
    refill_s: float = 20.0  # memory of what was put back at the level
    prompt_ms: float = 1500.0  # put back is what comes so soon after a trade

    def __post_init__(self) -> None:
        super().__post_init__()
        within("features.anchor.low_cents", self.low_cents, 1.0, self.middle_cents)
        within("features.anchor.middle_cents", self.middle_cents, self.low_cents, self.high_cents)
        within("features.anchor.high_cents", self.high_cents, self.middle_cents, 99.0)
        within("features.anchor.near_cents", self.near_cents, 0.5, 12.0)
        for name in ("persistence_s", "spread_s", "usual_s", "dwell_s", "refill_s"):
            at_least(f"features.anchor.{name}", getattr(self, name), 0.5)
        within("features.anchor.approach_s", self.approach_s, 1, 60)
        at_least("features.anchor.prompt_ms", self.prompt_ms, 1.0)


@final
@dataclass
class VolatilityFeatures(FeatureGroup):
    """Large moves, and what liquidity does after them (7)."""

    move_s: int = 30  # a move is large if it took less than this
    shock_cents: float = 5.0  # and was larger than this
    fear_s: int = 90  # how long liquidity that is missing then is put down to it
    pulled_s: float = 5.0  # memory of liquidity taken back at once
    depth_s: float = 3.0  # memory of depth and spread now
    rising_s: float = 30.0  # memory of their usual values, where they get better
    falling_s: float = 240.0  # and worse
    skew_s: float = 300.0  # memory of rises and falls

    def __post_init__(self) -> None:
        super().__post_init__()
        within("features.volatility.move_s", self.move_s, 2, 60)
        within("features.volatility.shock_cents", self.shock_cents, 0.5, 90.0)
        within("features.volatility.fear_s", self.fear_s, 1, 3600)
        for name in ("pulled_s", "depth_s", "rising_s", "falling_s", "skew_s"):
            at_least(f"features.volatility.{name}", getattr(self, name), 0.5)


@final
@dataclass
class CrossMarketFeatures(FeatureGroup):
    """The event's other markets (5); neutral where there are none."""

    memory_s: float = 900.0  # of sums and correlations
    search_s: int = 5  # seconds between two searches for markets that sum to one
    deviation_cents: float = 3.5  # that their sum may stray by, root mean square

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("features.cross_market.memory_s", self.memory_s, 10.0)
        within("features.cross_market.search_s", self.search_s, 1, 3600)
        within("features.cross_market.deviation_cents", self.deviation_cents, 0.5, 50.0)


@final
@dataclass
class AlgorithmFeatures(FeatureGroup):
    """How the other programs behave (3)."""

    low_cents: float = 15.0  # prices below are extreme
    high_cents: float = 85.0  # and above
    middle_s: float = 300.0  # memory of depth and spread in between
    paired_ms: float = 100.0  # quotes on both sides within this are one maker's

    def __post_init__(self) -> None:
        super().__post_init__()
        within("features.algorithm.low_cents", self.low_cents, 1.0, 50.0)
        within("features.algorithm.high_cents", self.high_cents, 50.0, 99.0)
        at_least("features.algorithm.middle_s", self.middle_s, 0.5)
        at_least("features.algorithm.paired_ms", self.paired_ms, 0.001)


@final
@dataclass
class PortfolioFeatures(FeatureGroup):
    """Our money and position (12)."""


@final
@dataclass
class OrderFeatures(FeatureGroup):
    """Our own standing orders (5)."""


SCHEMAS: dict[str, Any] = {
    "book": BookFeatures,
    "activity": ActivityFeatures,
    "anchor": AnchorFeatures,
    "volatility": VolatilityFeatures,
    "cross_market": CrossMarketFeatures,
    "algorithm": AlgorithmFeatures,
    "portfolio": PortfolioFeatures,
    "orders": OrderFeatures,
}
