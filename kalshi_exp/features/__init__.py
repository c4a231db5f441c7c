"""What the agent sees: one streaming engine, one table of features, the market track."""

from kalshi_exp.features.clock import decision_times
from kalshi_exp.features.engine import (
    STATE,
    advance,
    count,
    marks,
    observe,
    reset,
    update,
    window_ns,
)
from kalshi_exp.features.private import PRIVATE, observe_private
from kalshi_exp.features.table import (
    FEATURES,
    GROUPS,
    MARKET_FEATURES,
    OBSERVATION,
    PRIVATE_FEATURES,
    Feature,
    feature_table_markdown,
    group_columns,
)
from kalshi_exp.features.track import Tracks, build_tracks

__all__ = [
    "Feature",
    "FEATURES",
    "GROUPS",
    "MARKET_FEATURES",
    "PRIVATE_FEATURES",
    "OBSERVATION",
    "group_columns",
    "feature_table_markdown",
    "STATE",
    "reset",
    "update",
    "advance",
    "count",
    "observe",
    "marks",
    "window_ns",
    "PRIVATE",
    "observe_private",
    "decision_times",
    "Tracks",
    "build_tracks",
]
