"""A family's effect on a tape: its size, its interval by session, and its null."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from kalshi_exp.metrics.bootstrap import Estimate, interval
from kalshi_exp.patterns.strength import Hypothesis, Measured


@final
@dataclass(frozen=True, eq=False)
class Effect:
    """What a tape says of one family.

    Attributes:
        hypothesis: what was tested.
        estimate: the effect, as a share, with its interval by session.
        p: one-sided, of so large a statistic under the null; None where nothing can be said.
        null: float64[draws], the effect under the null; empty where there is none.
        spread: deviation of the effect that one session brings; None without an interval.
    """

    hypothesis: Hypothesis
    estimate: Estimate
    p: float | None
    null: np.ndarray
    spread: float | None


def null_statistics(sessions: Sequence[Measured], draws: int, seed: int) -> np.ndarray:
    """The pooled statistic, each session under an alternative of its own: float64[draws].

    What was observed is one of each session's alternatives, as an exact test wants it: under the
    null it is exchangeable with the others. nan where a draw holds nothing.

    Args:
        sessions: of the tape.
        draws: how many.
        seed: of the drawing.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    above, below = np.zeros(draws), np.zeros(draws)
    for one in sessions:
        pick = rng.integers(0, len(one.null_above) + 1, draws)
        above += np.append(one.null_above, one.above)[pick]
        below += np.append(one.null_below, one.below)[pick]
    return above / np.where(below > 0, below, np.nan)


def columns(sessions: Sequence[Measured]) -> np.ndarray:
    """Totals that bootstrap by session: float64[sessions, 4], observed pair and mean null pair."""
    return np.array(
        [
            (
                one.above,
                one.below,
                one.null_above.mean() if len(one.null_above) else 0.0,
                one.null_below.mean() if len(one.null_below) else 0.0,
            )
            for one in sessions
        ]
    ).reshape(-1, 4)


def excess(sums: np.ndarray) -> np.ndarray:
    """The pooled statistic less its mean under the null, of `columns` summed [resamples, 4]."""
    own = sums[:, 0] / np.where(sums[:, 1] > 0, sums[:, 1], np.nan)
    chance = sums[:, 2] / np.where(sums[:, 3] > 0, sums[:, 3], np.nan)
    return np.asarray(own - chance)


def p_value(statistic: float, null: np.ndarray) -> float:
    """Share of the null that is at least so large, itself counted."""
    known = null[np.isfinite(null)]
    return float((1 + np.count_nonzero(known >= statistic - 1e-12)) / (1 + len(known)))


def effect_of(
    hypothesis: Hypothesis, sessions: Sequence[Measured], resamples: int, seed: int
) -> Effect:
    """The effect of a family on a tape.

    Args:
        hypothesis: of the family.
        sessions: a measurement each.
        resamples: of the bootstrap, and draws of the null.
        seed: of both.
    """
    table = columns(sessions)
    estimate = interval(
        table,
        lambda sums: hypothesis.share(excess(sums)),
        resamples,
        seed,
        support=np.array([one.bears for one in sessions], np.bool_),
        nothing=hypothesis.nothing,
    )
    if estimate.value is None:
        return Effect(hypothesis, estimate, None, np.empty(0), None)
    sums = table.sum(axis=0)
    null = null_statistics(sessions, resamples, seed)
    known = null[np.isfinite(null)]
    if estimate.lo is None:
        return Effect(hypothesis, estimate, None, np.empty(0), None)
    spread = float(estimate.draws.std()) * float(np.sqrt(estimate.n))
    p = p_value(float(sums[0] / sums[1]), null)
    return Effect(hypothesis, estimate, p, hypothesis.share(known - sums[2] / sums[3]), spread)
