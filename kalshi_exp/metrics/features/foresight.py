"""What a feature tells of the price ten seconds on."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from kalshi_exp.metrics.bootstrap import Estimate, interval, missing


def pearson(
    x: np.ndarray, y: np.ndarray, session: np.ndarray, sessions: int, resamples: int, seed: int
) -> Estimate:
    """Pearson's correlation with an interval that draws whole sessions.

    Args:
        x: float[N].
        y: float[N]; rows where either is not finite don't count.
        session: int64[N].
        sessions: how many there are.
        resamples: behind the interval.
        seed: of the resampling.
    """
    kept = np.isfinite(x) & np.isfinite(y)
    a, b = x[kept].astype(np.float64), y[kept].astype(np.float64)
    if len(a) < 3:
        return missing("too few rows")
    if a.min() == a.max():
        return missing("the feature is constant")
    if b.min() == b.max():
        return missing("the price never moves")
    a, b = (a - a.mean()) / a.std(), (b - b.mean()) / b.std()
    owner = session[kept]
    columns = (np.ones_like(a), a, b, a * a, b * b, a * b)
    sums = np.stack([np.bincount(owner, one, sessions) for one in columns], axis=1)
    return interval(sums, _correlation, resamples, seed, sums[:, 0] > 0)


def spearman(
    x: np.ndarray, y: np.ndarray, session: np.ndarray, sessions: int, resamples: int, seed: int
) -> Estimate:
    """Pearson's correlation of ranks; ties share theirs. Ranks are those of the whole sample.

    Arguments as `pearson`.
    """
    kept = np.isfinite(x) & np.isfinite(y)
    ranks = (rankdata(x[kept]), rankdata(y[kept]))
    return pearson(*ranks, session[kept], sessions, resamples, seed)


def _correlation(sums: np.ndarray) -> np.ndarray:
    n, a, b, aa, bb, ab = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (aa - a * a / n) * (bb - b * b / n)
        out: np.ndarray = np.where(
            spread > 0.0, (ab - a * b / n) / np.sqrt(np.maximum(spread, 1e-300)), np.nan
        )
    return out
