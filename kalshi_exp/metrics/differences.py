"""Paired differences: two policies on the same sessions, and the verdict in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import polars as pl
from scipy import stats

from kalshi_exp.market.units import MONEY_ONE
from kalshi_exp.metrics.bootstrap import LEVEL, Estimate, interval, missing, p_value, ratio

FEWEST_FOR_VERDICT = 8
POWER = 0.8
MOST_SESSIONS = 100_000

BETTER, WORSE = "better than", "worse than"
HIGHER, LOWER = "higher than", "lower than"  # between runs: a kinder fill model is not better
NO_DIFFERENCE = "no difference shown"
TOO_LITTLE = "too little data to say"

RULES = {
    BETTER: f"the {LEVEL:.0%} interval of the paired difference lies above zero",
    WORSE: f"the {LEVEL:.0%} interval of the paired difference lies below zero",
    TOO_LITTLE: (
        f"fewer than {FEWEST_FOR_VERDICT} sessions in common; or the interval holds zero and is "
        "wider than the typical session (the mean absolute P&L of a session, of whichever of the "
        "two is larger): it could hide a difference as large as much of what a session brings"
    ),
    NO_DIFFERENCE: "the interval holds zero and is no wider than that",
    "sessions_needed": (
        f"how many sessions would show a difference of the size observed, with {POWER:.0%} "
        "power, given the spread of the paired differences"
    ),
}
"""The verdict rules in words; metrics.json carries them."""


@final
@dataclass(frozen=True, eq=False)
class Difference:
    """Mean paired difference of P&L, dollars a session.

    Attributes:
        estimate: the difference and its interval.
        p: two-sided, consistent with the interval; None without one.
        typical: mean absolute P&L of a session, of whichever of the two is larger, dollars.
        needed: sessions that would show a difference of this size; None with `needed_reason`.
        needed_reason: why `needed` is missing.
        won: sessions in which the first did better.
        lost: sessions in which it did worse.
    """

    estimate: Estimate
    p: float | None
    typical: float | None
    needed: int | None
    needed_reason: str | None
    won: int
    lost: int

    def verdict(
        self, other: str, p_corrected: float | None = None, words: tuple[str, str] = (BETTER, WORSE)
    ) -> str:
        """The verdict against `other` in words, by `RULES`.

        Args:
            other: name of the second of the pair.
            p_corrected: p after a correction for several comparisons; it then decides in place
                beside the interval whether a difference is shown.
            words: for a difference above and below zero.
        """
        e = self.estimate
        if e.value is None or e.lo is None or e.hi is None or e.n < FEWEST_FOR_VERDICT:
            return TOO_LITTLE
        shown = e.lo > 0 or e.hi < 0
        if p_corrected is not None:
            shown = shown and p_corrected < 1 - LEVEL
        if shown:
            return f"{words[0] if e.value > 0 else words[1]} {other}"
        if e.hi - e.lo > (self.typical or 0.0):
            return TOO_LITTLE
        return NO_DIFFERENCE

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        out = self.estimate.to_dict(
            p=self.p,
            typical_session=self.typical,
            sessions_needed=self.needed,
            sessions_won=self.won,
            sessions_lost=self.lost,
        )
        if self.needed_reason:
            out["sessions_needed_reason"] = self.needed_reason
        return out


def paired_difference(
    first: pl.DataFrame, second: pl.DataFrame, resamples: int, seed: int
) -> Difference:
    """First less second on the (fold, session) rows that both have.

    Args:
        first: rows of `Records.sessions` of one policy of one run.
        second: rows of another policy, or of the same policy in another run.
        resamples: bootstrap resamples.
        seed: of the resampling.

    Returns:
        The difference of P&L after fees, clustered by session.
    """
    pairs = first.select("fold", "session", "pnl").join(
        second.select("fold", "session", other="pnl"), on=["fold", "session"]
    )
    if pairs.is_empty():
        nothing = "the two have no session in common"
        return Difference(missing(nothing), None, None, None, nothing, 0, 0)
    gap = pl.col("pnl") - pl.col("other")
    values = (
        pairs.group_by("session")
        .agg(gap=gap.sum(), rows=pl.len().cast(pl.Int64))
        .sort("session")
        .select("gap", "rows")
        .to_numpy()
    )
    estimate = interval(values, ratio(MONEY_ONE), resamples, seed)
    typical = max(
        int(pairs[column].abs().sum()) / len(pairs) / MONEY_ONE for column in ("pnl", "other")
    )
    needed, reason = sessions_needed(values[:, 0] / values[:, 1] / MONEY_ONE)
    won = int(pairs.select((gap > 0).sum()).item())
    lost = int(pairs.select((gap < 0).sum()).item())
    return Difference(estimate, p_value(estimate), typical, needed, reason, won, lost)


def sessions_needed(gaps: np.ndarray) -> tuple[int | None, str | None]:
    """Sessions that would show the observed mean difference at `LEVEL` with `POWER`.

    Args:
        gaps: paired differences, one a session.

    Returns:
        The number (at least `FEWEST_FOR_VERDICT`), or None and the reason.
    """
    if len(gaps) < 2:
        return None, "one pair tells no spread"
    mean, spread = abs(float(np.mean(gaps))), float(np.std(gaps, ddof=1))
    if mean == 0.0:
        return None, "the observed difference is zero"
    z = float(stats.norm.ppf(0.5 + LEVEL / 2) + stats.norm.ppf(POWER))
    needed = (z * spread / mean) ** 2
    if needed > MOST_SESSIONS:
        return None, f"more than {MOST_SESSIONS:,}: the difference is lost in its spread"
    return max(FEWEST_FOR_VERDICT, math.ceil(needed)), None
