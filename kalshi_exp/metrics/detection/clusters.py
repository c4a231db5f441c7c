"""Figures of detection as ratios of session totals, with intervals by session."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np
import polars as pl

from kalshi_exp.metrics.bootstrap import LEVEL, Estimate, interval, ratio

HOUR_NS = 3600e9


@final
@dataclass(frozen=True)
class Sampling:
    """How intervals are drawn.

    Attributes:
        resamples: behind each interval.
        seed: of the resampling, and of random placements.
    """

    resamples: int = 2_000
    seed: int = 0


def totals_of(
    table: pl.DataFrame, sessions: Sequence[str], value: pl.Expr | None = None
) -> np.ndarray:
    """A total for each session: rows, or the sum of an expression over them.

    Args:
        table: with a column `session`; rows of other sessions don't count.
        sessions: the sessions, in order.
        value: what is summed; 1 a row when not given.

    Returns:
        float64[sessions].
    """
    one = pl.lit(1.0) if value is None else value.cast(pl.Float64)
    sums = dict(table.group_by("session").agg(one.sum() if value is not None else pl.len()).rows())
    return np.array([float(sums.get(name, 0.0)) for name in sessions])


def share(
    hits: np.ndarray, trials: np.ndarray, sampling: Sampling, nothing: str
) -> Estimate:  # fmt: skip
    """A share of session totals with its interval.

    Where all trials are right, or all wrong, resampling has no spread. The end is then the exact
    one (Clopper and Pearson, 1934) of so many independent trials: 1 - 3.7 / trials, where one
    single failure would have moved the resampled end about as far.

    Args:
        hits: float64[sessions].
        trials: float64[sessions]; sessions without trials don't count.
        sampling: how the interval is drawn.
        nothing: the reason given when there are no trials at all.
    """
    found = interval(
        np.stack([hits, trials], axis=1),
        ratio(),
        sampling.resamples,
        sampling.seed,
        trials > 0,
        nothing,
    )
    if found.lo is None or found.value not in (0.0, 1.0):
        return found
    open_end = ((1 - LEVEL) / 2) ** (1 / float(trials.sum()))
    if found.value == 1.0:
        return replace(found, lo=open_end)
    return replace(found, hi=1.0 - open_end)


def rate(events: np.ndarray, hours: np.ndarray, sampling: Sampling) -> Estimate:
    """Events an hour with their interval; none at all has the exact end of a Poisson count."""
    found = interval(
        np.stack([events, hours], axis=1),
        ratio(),
        sampling.resamples,
        sampling.seed,
        hours > 0,
        "no market was watched",
    )
    if found.lo is None or found.value != 0.0:
        return found
    return replace(found, hi=-math.log((1 - LEVEL) / 2) / float(hours.sum()))


def median(
    values: np.ndarray, owner: np.ndarray, sessions: int, sampling: Sampling, nothing: str
) -> Estimate:  # fmt: skip
    """Median of pooled values with its interval by session; the lower of two middle ones.

    Args:
        values: float64[V].
        owner: int64[V], number of the session of each.
        sessions: how many there are.
        sampling: how the interval is drawn.
        nothing: the reason given when there are no values.
    """
    points, place = np.unique(values, return_inverse=True)
    counts = np.zeros((sessions, max(len(points), 1)), np.int64)
    np.add.at(counts, (owner, place), 1)

    def middle(sums: np.ndarray) -> np.ndarray:
        below = np.cumsum(sums, axis=1)
        total = below[:, -1:]
        found = (2 * below >= np.maximum(total, 1)).argmax(1)
        return np.where(total[:, 0] > 0, np.append(points, np.nan)[found], np.nan)

    return interval(counts, middle, sampling.resamples, sampling.seed, counts.sum(1) > 0, nothing)
