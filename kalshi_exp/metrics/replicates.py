"""Several seeds of one experiment: intervals that hold for another seed and for other sessions.

Training again under another seed gives another policy, so a difference between two ways to train
has two causes of doubt: which sessions were judged, and which seeds were trained. Every seed is
judged on the same sessions, so they cross as readers and cases do in a reading study. Differences
are taken seed by seed and session by session (same seed: same luck), and their mean squares give
the doubt of their mean, with Satterthwaite's degrees of freedom (F. E. Satterthwaite, "An
Approximate Distribution of Estimates of Variance Components", 1946; for readers and cases: S. L.
Hillis, Statistics in Medicine 26, 2007). A bootstrap over two or three seeds would be far too
narrow: three values lie on one side of their mean's truth a quarter of the time.

A figure that is no plain mean, or of which only its interval is known, gets both doubts put
together end by end (G. Y. Zou and A. Donner, Statistics in Medicine 27, 2008): the interval by
session of the seeds together, and Student's interval of their spread. The seeds' share of the
sessions' noise is counted twice, so it is rather too wide than too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import polars as pl
from scipy import stats

from kalshi_exp.market.units import MONEY_ONE
from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL, LEVEL, Estimate
from kalshi_exp.metrics.differences import (
    FEWEST_FOR_VERDICT,
    MOST_SESSIONS,
    POWER,
    Difference,
    paired_difference,
)

_KEY = ["fold", "session"]


@final
@dataclass(frozen=True)
class Crossed:
    """Mean of a table of seeds by sessions, and what it may be off by.

    Attributes:
        value: the mean.
        error: its standard error; both seeds and sessions are samples of many.
        freedom: degrees of freedom of that error.
        seeds: variance that the spread of seeds adds to the mean.
        session: variance that one session adds; it is divided by their number.
    """

    value: float
    error: float
    freedom: float
    seeds: float
    session: float

    def ends(self, level: float = LEVEL) -> tuple[float, float]:
        """The interval of the mean."""
        half = float(stats.t.ppf(0.5 + level / 2, self.freedom)) * self.error
        return self.value - half, self.value + half

    @property
    def p(self) -> float:
        """Two-sided p of a mean of zero, consistent with `ends`."""
        if self.error == 0.0:
            return 1.0 if self.value == 0.0 else 0.0
        return float(2 * stats.t.sf(abs(self.value) / self.error, self.freedom))


def crossed(table: np.ndarray) -> Crossed:
    """The mean of a table in which rows and columns are both samples.

    Args:
        table: float[seeds, sessions], at least two of each.

    Returns:
        The mean with its error: mean squares of a two-way table without repetition.
    """
    seeds, sessions = table.shape
    mean = float(table.mean())
    rows, columns = table.mean(axis=1) - mean, table.mean(axis=0) - mean
    rest = table - mean - rows[:, None] - columns[None, :]
    of_seeds = sessions * float(rows @ rows) / (seeds - 1)
    of_sessions = seeds * float(columns @ columns) / (sessions - 1)
    of_rest = float((rest * rest).sum()) / ((seeds - 1) * (sessions - 1))
    beyond = max(of_sessions - of_rest, 0.0)
    total = of_seeds + beyond
    doubt = of_seeds**2 / (seeds - 1)
    if beyond:
        doubt += of_sessions**2 / (sessions - 1) + of_rest**2 / ((seeds - 1) * (sessions - 1))
    return Crossed(
        mean,
        math.sqrt(total / (seeds * sessions)),
        # A difference of mean squares can seem to know less than the least known of them.
        max(total**2 / doubt, min(seeds, sessions) - 1) if doubt else math.inf,
        max(of_seeds - of_rest, 0.0) / (seeds * sessions),
        max(of_sessions, of_rest) / seeds,
    )


def replicated_difference(
    first: Mapping[int, pl.DataFrame], second: Mapping[int, pl.DataFrame], resamples: int, seed: int
) -> tuple[Difference, dict[int, float]]:
    """First less second, paired by seed and session.

    Args:
        first: rows of `Records.sessions` of one policy, by the seed of the run.
        second: the same of another way to train.
        resamples: bootstrap resamples where fewer than two seeds can be paired.
        seed: of the resampling.

    Returns:
        The difference of P&L after fees, and each paired seed's own, dollars a session. Without
        two seeds in common it is that of the sessions, with each side's seeds averaged: what it
        then says of is the policies at hand, not of training them again.
    """
    both = sorted(set(first) & set(second))
    keys = _shared([frame[one] for one in both for frame in (first, second)])
    if len(both) < 2 or keys["session"].n_unique() < 2:
        mine, theirs = (
            averaged([side[k] for k in both] or list(side.values())) for side in (first, second)
        )
        return paired_difference(mine, theirs, resamples, seed), {}
    gaps, typical = [], [0.0, 0.0]
    for one in both:
        pair = keys.join(first[one].select(*_KEY, "pnl"), on=_KEY).join(
            second[one].select(*_KEY, other="pnl"), on=_KEY
        )
        for k, column in enumerate(("pnl", "other")):
            typical[k] += int(pair[column].abs().sum()) / len(pair) / MONEY_ONE / len(both)
        gap = pair.group_by("session").agg(
            gap=(pl.col("pnl") - pl.col("other")).sum(), rows=pl.len().cast(pl.Int64)
        )
        gaps.append(gap.sort("session"))
    table = np.stack([gap["gap"].to_numpy() for gap in gaps]) / MONEY_ONE
    found = _difference(table, gaps[0]["rows"].to_numpy(), max(typical))
    means = table.sum(axis=1) / gaps[0]["rows"].sum()
    return found, {one: float(mean) for one, mean in zip(both, means, strict=True)}


def _difference(gaps: np.ndarray, rows: np.ndarray, typical: float) -> Difference:
    """Of gaps, dollars [seeds, sessions], that hold so many rows a session."""
    sessions = gaps.shape[1]
    mean = float(gaps.sum() / (len(gaps) * rows.sum()))
    # A mean over rows, not over sessions: its error is that of what is left when they differ.
    found = crossed((gaps - mean * rows) / rows.mean() + mean)
    totals = gaps.sum(axis=0)
    won, lost = int((totals > 0).sum()), int((totals < 0).sum())
    needed, reason = _sessions_needed(found)
    if sessions < FEWEST_FOR_INTERVAL:
        why = f"{sessions} sessions: an interval needs at least {FEWEST_FOR_INTERVAL}"
        few = Estimate(mean, None, None, sessions, why)
        return Difference(few, None, typical, needed, reason, won, lost)
    estimate = Estimate(mean, *found.ends(), sessions)
    return Difference(estimate, found.p, typical, needed, reason, won, lost)


def _sessions_needed(found: Crossed) -> tuple[int | None, str | None]:
    if found.value == 0.0:
        return None, "the observed difference is zero"
    z = float(stats.norm.ppf(0.5 + LEVEL / 2) + stats.norm.ppf(POWER))
    left = (found.value / z) ** 2 - found.seeds
    if left <= 0:
        return None, "more seeds are needed: these differ too much for any number of sessions"
    needed = found.session / left
    if needed > MOST_SESSIONS:
        return None, f"more than {MOST_SESSIONS:,}: the difference is lost in its spread"
    return max(FEWEST_FOR_VERDICT, math.ceil(needed)), None


def averaged(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One P&L a fold and session, the mean over frames; a single frame's stays exact."""
    if len(frames) == 1:
        return frames[0].select(*_KEY, "pnl")
    rows = pl.concat([frame.select(*_KEY, "pnl") for frame in frames])
    return rows.group_by(_KEY).agg(pl.col("pnl").mean()).sort(_KEY)


def _shared(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    if not frames:
        return pl.DataFrame(schema={"fold": pl.Int32, "session": pl.String})
    keys = frames[0].select(_KEY)
    for frame in frames[1:]:
        keys = keys.join(frame.select(_KEY), on=_KEY)
    return keys


def over_seeds(
    figures: Sequence[Mapping[str, Any]],
    together: Mapping[str, Any] | None = None,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> tuple[float | None, float | None, float | None]:
    """A figure of several seeds with an interval that holds for another seed.

    Args:
        figures: of each seed, with `value`, `lo` and `hi` by session.
        together: of all seeds' sessions as one; by default the means over the seeds, as errors
            on shared sessions do not average out.
        within: what the figure can be; the interval is cut there.

    Returns:
        Value, lower and upper end; no ends where a seed has none, and nothing where it has no
        value.
    """
    values = [one["value"] for one in figures]
    if together is None and None not in values:
        ends = {
            end: None if any(one[end] is None for one in figures) else _mean(figures, end)
            for end in ("lo", "hi")
        }
        together = {"value": _mean(figures, "value")} | ends
    if together is None or together["value"] is None:
        return None, None, None
    mean, lo, hi = (together[key] for key in ("value", "lo", "hi"))
    if lo is None or hi is None or None in values:
        return mean, None, None
    spread = 0.0
    if len(values) > 1:
        t = float(stats.t.ppf(0.5 + LEVEL / 2, len(values) - 1))
        spread = t * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    lower, upper = mean - math.hypot(mean - lo, spread), mean + math.hypot(hi - mean, spread)
    return mean, max(lower, within[0]), min(upper, within[1])


def _mean(figures: Sequence[Mapping[str, Any]], key: str) -> float:
    return sum(one[key] for one in figures) / len(figures)
