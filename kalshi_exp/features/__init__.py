"""What the agent sees: one streaming engine, one table of features, the market track."""

from kalshi_exp.features.clock import decision_times
from kalshi_exp.features.engine import (
    STATE,
    advance,
    count,
    due,
    marks,
    observe,
    reset,
    sample,
    update,
)
from kalshi_exp.features.private import PRIVATE, observe_private
from kalshi_exp.features.settings import SETTINGS, make_settings
from kalshi_exp.features.siblings import Siblings, new_siblings
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
from kalshi_exp.features.walk import Walk, begin_walk, new_walk, see, walk_to

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
    "due",
    "sample",
    "SETTINGS",
    "make_settings",
    "Siblings",
    "new_siblings",
    "Walk",
    "new_walk",
    "begin_walk",
    "walk_to",
    "see",
    "PRIVATE",
    "observe_private",
    "decision_times",
    "Tracks",
    "build_tracks",
]
