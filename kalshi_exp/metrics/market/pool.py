"""Windows pooled, each as often as it was drawn: totals and exact quantiles of many draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np

from kalshi_exp.market.jit import kernel
from kalshi_exp.metrics.market.measure import Window


@kernel
def _count(values: np.ndarray, low: int, high: int, limit: int) -> int:
    """How many of values[low:high], sorted, are at most `limit`."""
    start = low
    while low < high:
        middle = (low + high) >> 1
        if values[middle] <= limit:
            low = middle + 1
        else:
            high = middle
    return low - start


@kernel
def _quantiles(
    values: np.ndarray, offsets: np.ndarray, weights: np.ndarray, share: float, out: np.ndarray
) -> None:
    windows = len(offsets) - 1
    least, most = values.min(), values.max()
    for row in range(len(weights)):
        total = np.int64(0)
        for k in range(windows):
            total += weights[row, k] * (offsets[k + 1] - offsets[k])
        if total == 0:
            continue
        need = max(np.int64(np.ceil(share * total)), np.int64(1))
        low, high = least, most
        while low < high:
            middle = (low + high) >> 1
            held = np.int64(0)
            for k in range(windows):
                if weights[row, k] > 0:
                    held += weights[row, k] * _count(values, offsets[k], offsets[k + 1], middle)
            if held >= need:
                high = middle
            else:
                low = middle + 1
        out[row] = low


@final
class Pool:
    """Windows under many draws.

    Attributes:
        windows: K windows.
        weights: int64[R, K], how often each stands in each draw.
    """

    def __init__(self, windows: Sequence[Window], weights: np.ndarray) -> None:
        self.windows = windows
        self.weights = np.ascontiguousarray(weights, np.int64)

    def total(self, name: str) -> np.ndarray:
        """Sum of a figure over each draw, float64[R]."""
        values = np.array([window.sums.get(name, 0.0) for window in self.windows])
        return (self.weights * values).sum(axis=1)

    def ratio(self, numerator: str, denominator: str) -> np.ndarray:
        """Ratio of two totals, float64[R]; nan where there is nothing to divide by."""
        below = self.total(denominator)
        return self.total(numerator) / np.where(below == 0, np.nan, below)

    def quantile(self, name: str, share: float) -> np.ndarray:
        """Quantile of a sample over each draw, float64[R]: the smallest value that this share of
        the sample does not exceed; nan where the draw holds none."""  # noqa: D205, D209
        empty = np.zeros(0, np.int64)
        parts = [window.samples.get(name, empty) for window in self.windows]
        out = np.full(len(self.weights), np.nan)
        values = np.concatenate([empty, *parts])
        if len(values):
            offsets = np.cumsum([0, *map(len, parts)])
            _quantiles(values, offsets, self.weights, float(share), out)
        return out
