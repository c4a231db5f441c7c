"""The configured windows and levels of the market features, as the one record the kernels read."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np

from kalshi_exp.config import (
    ActivityFeatures,
    AlgorithmFeatures,
    AnchorFeatures,
    CrossMarketFeatures,
    FeatureGroup,
    VolatilityFeatures,
)
from kalshi_exp.market.units import MILLISECOND, PRICE_ONE, SECOND

LEVELS = 3
"""Anchor levels."""

SETTINGS = np.dtype(
    [
        ("fast", np.float64),  # activity: one over each window, 1/ns
        ("slow", np.float64),
        ("levels", np.int64, (LEVELS,)),  # anchor: 1e-4 dollars
        ("near", np.int64),  # within this of a level, 1e-4 dollars
        ("persistence", np.float64),  # shares a second
        ("tightness", np.float64),
        ("dwell", np.float64),
        ("usual", np.float64),
        ("approach", np.int64),  # seconds
        ("refill", np.float64),  # share a second
        ("prompt", np.int64),  # ns
        ("move", np.int64),  # volatility: seconds
        ("shock", np.float64),  # cents
        ("fear", np.int64),  # seconds
        ("pulled", np.float64),  # shares a second
        ("depth", np.float64),
        ("rising", np.float64),
        ("falling", np.float64),
        ("skew", np.float64),
        ("memory", np.float64),  # cross-market: share a second
        ("search", np.int64),  # seconds
        ("deviation", np.float64),  # dollars
        ("low", np.int64),  # algorithm: 1e-4 dollars
        ("high", np.int64),
        ("middle", np.float64),  # share a second
        ("paired", np.int64),  # ns
    ],
    align=True,
)
"""Of quantities that are sampled once a second: the share that a sample replaces."""

_Group = TypeVar("_Group", bound=FeatureGroup)
_CENT = PRICE_ONE // 100


def _found(features: dict[str, FeatureGroup], kind: type[_Group]) -> _Group:
    return next((group for group in features.values() if isinstance(group, kind)), None) or kind()


def _share(seconds: float) -> float:
    """Weight of a new sample in a mean that forgets with this time constant."""
    return 1.0 - math.exp(-1.0 / seconds)


def make_settings(features: dict[str, FeatureGroup]) -> np.ndarray:
    """Translate configuration into the record; a group that is off has its defaults.

    Args:
        features: feature groups that are switched on.

    Returns:
        SETTINGS[1].
    """
    activity = _found(features, ActivityFeatures)
    anchor = _found(features, AnchorFeatures)
    volatility = _found(features, VolatilityFeatures)
    cross = _found(features, CrossMarketFeatures)
    algorithm = _found(features, AlgorithmFeatures)
    out = np.zeros(1, SETTINGS)
    out["fast"] = 1.0 / (activity.fast_s * SECOND)
    out["slow"] = 1.0 / (activity.slow_s * SECOND)
    cents = (anchor.low_cents, anchor.middle_cents, anchor.high_cents)
    out["levels"] = [round(level * _CENT) for level in cents]
    out["near"] = round(anchor.near_cents * _CENT)
    out["persistence"] = _share(anchor.persistence_s)
    out["tightness"] = _share(anchor.spread_s)
    out["dwell"] = _share(anchor.dwell_s)
    out["usual"] = _share(anchor.usual_s)
    out["approach"] = anchor.approach_s
    out["refill"] = _share(anchor.refill_s)
    out["prompt"] = round(anchor.prompt_ms * MILLISECOND)
    out["move"] = volatility.move_s
    out["shock"] = volatility.shock_cents
    out["fear"] = volatility.fear_s
    out["pulled"] = _share(volatility.pulled_s)
    out["depth"] = _share(volatility.depth_s)
    out["rising"] = _share(volatility.rising_s)
    out["falling"] = _share(volatility.falling_s)
    out["skew"] = _share(volatility.skew_s)
    out["memory"] = _share(cross.memory_s)
    out["search"] = cross.search_s
    out["deviation"] = cross.deviation_cents / 100.0
    out["low"] = round(algorithm.low_cents * _CENT)
    out["high"] = round(algorithm.high_cents * _CENT)
    out["middle"] = _share(algorithm.middle_s)
    out["paired"] = round(algorithm.paired_ms * MILLISECOND)
    return out
