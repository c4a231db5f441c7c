"""Fill intensities of resting orders: what a tape says of them, their fit, and how good it is."""

from kalshi_exp.metrics.hazard.fit import NAMES, HazardFit, NotFittedError, fit_hazard
from kalshi_exp.metrics.hazard.goodness import HORIZONS_S, PLACES, goodness, predicted
from kalshi_exp.metrics.hazard.intervals import (
    EVERY_S,
    PATIENCE_S,
    Intervals,
    intervals_of,
    joined,
)

__all__ = [
    "EVERY_S",
    "HORIZONS_S",
    "NAMES",
    "PATIENCE_S",
    "PLACES",
    "HazardFit",
    "Intervals",
    "NotFittedError",
    "fit_hazard",
    "goodness",
    "intervals_of",
    "joined",
    "predicted",
]
