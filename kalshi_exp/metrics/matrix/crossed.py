"""Intervals of figures over sessions and training seeds at once: both are samples of many.

Every policy of a training model plays every session, so sessions and seeds are crossed. The
variance is the bootstrap's over sessions (all seeds of a session together) plus the jackknife's
over seeds (all sessions of a seed together): what both share is counted twice, so it errs on the
wide side. Three seeds can't be bootstrapped themselves: no resample goes beyond the three. The
interval is Student's, its degrees of freedom Satterthwaite's: a figure whose doubt is mostly the
seeds' gets the wide interval that three of them deserve.
Sources: A. B. Owen, "The Pigeonhole Bootstrap", The Annals of Applied Statistics 1, 2007;
F. E. Satterthwaite, "An Approximate Distribution of Estimates of Variance Components", 1946.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from scipy import stats

from kalshi_exp.metrics.bootstrap import (
    FEWEST_FOR_INTERVAL,
    LEVEL,
    Estimate,
    Statistic,
    draw_weights,
    missing,
    totals,
)

METHOD = (
    "Student's, on the bootstrap's variance over sessions plus the jackknife's over training "
    "seeds, with Satterthwaite's degrees of freedom"
)


@final
@dataclass(frozen=True, eq=False)
class Crossed:
    """A figure over sessions and seeds.

    Attributes:
        estimate: the figure with its interval; `n` counts sessions.
        p: two-sided p of zero, consistent with the interval; None without one.
        seeds: how many training seeds it is over.
    """

    estimate: Estimate
    p: float | None
    seeds: int

    def to_dict(self, **more: Any) -> dict[str, Any]:
        """JSON-ready: value, lo, hi, n, seeds, a reason when something is missing, and `more`."""
        return self.estimate.to_dict(seeds=self.seeds, **more)

    @property
    def excludes_zero(self) -> bool:
        """Whether there is an interval, and zero is not in it."""
        lo, hi = self.estimate.lo, self.estimate.hi
        return lo is not None and hi is not None and (lo > 0 or hi < 0)


def crossed(
    values: np.ndarray,
    statistic: Statistic,
    resamples: int,
    seed: int,
    *,
    bounds: tuple[float, float] = (-math.inf, math.inf),
    support: np.ndarray | None = None,
    nothing: str = "nothing to measure",
) -> Crossed:
    """A figure of totals over sessions and seeds, with its interval.

    With one seed the interval is over sessions alone: it is of that one policy.

    Args:
        values: int64[sessions, seeds, columns].
        statistic: maps totals of the columns to the figure.
        resamples: of the bootstrap over sessions.
        seed: of the resampling.
        bounds: what the figure can't go beyond; the interval is cut there.
        support: bool[sessions], those that bear on the figure; all by default.
        nothing: the reason given when the figure can't be formed.
    """
    sessions, seeds = values.shape[:2]
    n = sessions if support is None else int(np.count_nonzero(support))
    by_session, by_seed = values.sum(1), values.sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(statistic(by_seed.sum(0)[None])[0]) if n else math.nan
        if not math.isfinite(value):
            return Crossed(missing(nothing, n), None, seeds)
        if n < FEWEST_FOR_INTERVAL:
            why = f"{n} session{'' if n == 1 else 's'}: an interval needs {FEWEST_FOR_INTERVAL}"
            return Crossed(Estimate(value, None, None, n, why), None, seeds)
        draws = statistic(totals(draw_weights(sessions, resamples, seed), by_session))
        without = statistic(by_seed.sum(0)[None] - by_seed) if seeds > 1 else np.zeros(0)
    finite = draws[np.isfinite(draws)]
    if len(finite) < 0.95 * resamples:
        why = "the figure cannot be formed in more than 5 % of the resamples"
        return Crossed(Estimate(value, None, None, n, why), None, seeds)
    if not np.isfinite(without).all():
        return Crossed(
            Estimate(value, None, None, n, "the figure rests on one seed alone"), None, seeds
        )
    parts = [(float(finite.var()) * sessions / (sessions - 1), n - 1)]
    if seeds > 1:
        parts.append((float(without.var()) * (seeds - 1), seeds - 1))
    error, freedom = _pooled(parts)
    reach = float(stats.t.ppf(0.5 + LEVEL / 2, freedom)) * error
    lo, hi = max(value - reach, bounds[0]), min(value + reach, bounds[1])
    if error > 0:
        p = float(min(1.0, 2 * stats.t.sf(abs(value) / error, freedom)))
    else:
        p = 1.0 if value == 0.0 else 0.0
    return Crossed(Estimate(value, lo, hi, n), p, seeds)


def _pooled(parts: list[tuple[float, int]]) -> tuple[float, float]:
    """Standard error and degrees of freedom of a sum of (variance, degrees of freedom)."""
    variance = sum(one for one, _ in parts)
    if variance <= 0.0:
        return 0.0, 1.0
    return math.sqrt(variance), variance**2 / sum(one**2 / free for one, free in parts)
