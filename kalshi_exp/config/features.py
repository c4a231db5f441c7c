"""`features=`: which groups of the observation are switched on, and their windows."""

from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.config.checks import at_least, refuse_base


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
class PortfolioFeatures(FeatureGroup):
    """Our money and position (12)."""


@final
@dataclass
class OrderFeatures(FeatureGroup):
    """Our own standing orders (5)."""


SCHEMAS: dict[str, Any] = {
    "book": BookFeatures,
    "activity": ActivityFeatures,
    "portfolio": PortfolioFeatures,
    "orders": OrderFeatures,
}
