"""The statistics of a set of windows, with intervals that draw whole windows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from kalshi_exp.metrics.bootstrap import Estimate, interval
from kalshi_exp.metrics.market.measure import Window, measure
from kalshi_exp.metrics.market.pool import Pool
from kalshi_exp.metrics.market.table import STATISTICS, Statistic
from kalshi_exp.tape.session import Session

RESAMPLES = 2_000
SEED = 0


def pooled(windows: Sequence[Window]) -> dict[str, float]:
    """Every statistic over all windows together; nan where it can't be formed.

    Args:
        windows: at least one.

    Returns:
        Key -> figure, in the order of `STATISTICS`.
    """
    pool = Pool(windows, np.ones((1, len(windows)), np.int64))
    return {one.key: float(one.figure(pool)[0]) for one in STATISTICS}


def statistics_of(sessions: Iterable[Session]) -> dict[str, float]:
    """Every statistic over some sessions; as `pooled`."""
    return pooled([measure(session) for session in sessions])


def by_window(windows: Sequence[Window]) -> dict[str, np.ndarray]:
    """Every statistic in each window alone: key -> float64[windows]."""
    pool = Pool(windows, np.eye(len(windows), dtype=np.int64))
    return {one.key: one.figure(pool) for one in STATISTICS}


def estimates(
    windows: Sequence[Window], resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Estimate]:
    """Every statistic with its 95 % interval, resampling windows with replacement.

    Args:
        windows: at least one; no intervals with fewer than `bootstrap.FEWEST_FOR_INTERVAL`.
        resamples: number of resamples.
        seed: of the resampling.

    Returns:
        Key -> estimate, in the order of `STATISTICS`.
    """
    # Totals of the identity are the draws' weights themselves, of which quantiles are formed too.
    each = np.eye(len(windows), dtype=np.int64)

    def figure_of(one: Statistic) -> Callable[[np.ndarray], np.ndarray]:
        return lambda weights: one.figure(Pool(windows, weights))

    return {one.key: interval(each, figure_of(one), resamples, seed) for one in STATISTICS}
