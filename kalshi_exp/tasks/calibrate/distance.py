"""How far a simulated market is from a recorded one: 35 statistics, each in its own uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np

from kalshi_exp.metrics.market import STATISTICS, Window, estimates, pooled

_NORMAL_95 = 3.92  # standard errors between the ends of a 95 % interval
_FLOOR = 0.05  # of the value: a median of whole contracts may have no bootstrap error at all
_KNEE = 2.0  # standard errors up to which a miss counts by its square, and beyond by its size
_HELD = 3.0  # weight of what must agree for a fill to mean anything
HELD = frozenset(
    [f"spread_{k}" for k in (1, 2, 3)]
    + ["lifetime_median", "lifetime_p75"]
    + [f"filled_{s}s" for s in (1, 5, 30, 60)]
    + [f"markout_{s}s" for s in (1, 5, 30)]
)
"""Spreads, lifetimes, fill odds and mark-outs: they count three times as much."""
_ABSENT = 10.0  # standard errors by which a figure that can't be formed is wrong


def _known(value: float | None) -> bool:
    return value is not None and bool(np.isfinite(value))


@final
class Target:
    """A recorded market's statistics, to be met.

    Attributes:
        keys: of the statistics that the recording has.
        value: float64[n].
        scale: float64[n], standard errors by window.
    """

    def __init__(self, windows: Sequence[Window], resamples: int = 2_000) -> None:
        told = estimates(windows, resamples)
        known = [one.key for one in STATISTICS if _known(told[one.key].value)]
        self.keys = known
        self.value = np.array([told[key].value for key in known], np.float64)
        self.low = np.array([told[key].lo for key in known], np.float64)
        self.high = np.array([told[key].hi for key in known], np.float64)
        error = np.nan_to_num((self.high - self.low) / _NORMAL_95)
        self.scale = np.maximum(np.maximum(error, _FLOOR * np.abs(self.value)), 1e-9)
        self._weight = np.array([_HELD if key in HELD else 1.0 for key in known])

    def misses(self, windows: Sequence[Window]) -> np.ndarray:
        """What each statistic misses the recording's by: float64[n], in weighted knees.

        Args:
            windows: simulated, measured.
        """
        figures = pooled(windows)
        apart = (np.array([figures[key] for key in self.keys]) - self.value) / self.scale
        return self._weight * np.nan_to_num(apart, nan=_ABSENT) / _KNEE

    def inside(self, windows: Sequence[Window]) -> int:
        """How many statistics lie in the recording's interval or within 20 % of its value."""
        figures = pooled(windows)
        simulated = np.array([figures[key] for key in self.keys])
        near = np.abs(simulated - self.value) <= 0.2 * np.abs(self.value)
        return int(((simulated >= self.low) & (simulated <= self.high) | near).sum())


def distance(misses: np.ndarray) -> float:
    """One figure: the sum of soft absolute values, 2 (sqrt(1 + m^2) - 1), as `soft_l1` has it."""
    return float(2.0 * (np.sqrt(1.0 + misses * misses) - 1.0).sum())
