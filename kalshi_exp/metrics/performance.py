"""Money figures of one policy over its judged sessions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import polars as pl

from kalshi_exp.market.units import MONEY_ONE, SECOND, SIZE_ONE
from kalshi_exp.metrics.bootstrap import Estimate, Statistic, interval, missing, ratio
from kalshi_exp.metrics.records import Records

SECONDS_A_YEAR = 365 * 24 * 3600


@final
@dataclass(frozen=True)
class Annualisation:
    """How a Sharpe ratio a session becomes one a year.

    Attributes:
        session_seconds: median length of the judged sessions' equity curves.
        sessions_per_year: a year of 365 days (Kalshi never closes) over that length.
    """

    session_seconds: float
    sessions_per_year: float

    @property
    def factor(self) -> float:
        """What the Sharpe ratio a session is multiplied by."""
        return math.sqrt(self.sessions_per_year)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, with the rule in words."""
        return {
            "per": "session",
            "session_seconds": self.session_seconds,
            "sessions_per_year": self.sessions_per_year,
            "factor": self.factor,
            "words": (
                f"Sharpe a session times {self.factor:.1f}, the square root of "
                f"{self.sessions_per_year:,.0f} sessions a year: 365 days of sessions of "
                f"{self.session_seconds:,.0f} s (their median), one after another without a pause. "
                "It assumes that sessions are independent."
            ),
        }


def annualisation(records: Records) -> Annualisation | None:
    """Sessions a year from the sessions' own length; None where no equity curve tells it."""
    ends = records.equity.group_by("session").agg(pl.col("ts").max().alias("end_ts"))
    starts = records.sessions.group_by("session").agg(pl.col("start_ts").min())
    spans = starts.join(ends, on="session").select(span=pl.col("end_ts") - pl.col("start_ts"))
    spans = spans.filter(pl.col("span") > 0)
    if spans.is_empty():
        return None
    seconds = float(np.median(spans["span"].to_numpy())) / SECOND
    return Annualisation(seconds, SECONDS_A_YEAR / seconds)


def sharpe(centre: float) -> Statistic:
    """Statistic: mean over standard deviation (n - 1), from totals of returns less `centre`.

    Columns: count, sum of deviations from `centre`, sum of their squares.
    """

    def figure(sums: np.ndarray) -> np.ndarray:
        count, first, second = sums[:, 0], sums[:, 1], sums[:, 2]
        mean = first / count
        variance = (second - count * mean**2) / (count - 1)
        # Below this the returns are equal but for rounding.
        flat = variance <= 1e-24 + 1e-18 * centre**2
        return (centre + mean) / np.sqrt(np.where(flat, np.nan, variance))

    return figure


def performance(
    sessions: pl.DataFrame, annual: Annualisation | None, resamples: int, seed: int
) -> dict[str, Estimate]:
    """Money figures of one policy.

    Args:
        sessions: the policy's rows of `Records.sessions`.
        annual: how to annualise; None leaves that figure out, with the reason.
        resamples: bootstrap resamples.
        seed: of the resampling.

    Returns:
        Estimates by figure name (dollars, shares of one, contracts, plain ratios).
    """
    frame = sessions.with_columns(
        rows=pl.lit(1, pl.Int64),
        won=(pl.col("pnl") > 0).cast(pl.Int64),
        filled=pl.col("passive_filled") + pl.col("aggressive_filled"),
    )
    summed = ["rows", "pnl", "cash", "fees", "turnover", "max_drawdown", "won", "filled"]
    by_session = frame.group_by("session").agg(pl.col(summed).sum()).sort("session")

    def mean_of(column: str, scale: float, by: str = "rows") -> Estimate:
        values = by_session.select(column, by).to_numpy()
        return interval(values, ratio(scale), resamples, seed, nothing="no session was judged")

    total = interval(
        by_session.select("pnl").to_numpy(),
        lambda sums: sums[:, 0] / MONEY_ONE,
        resamples,
        seed,
        nothing="no session was judged",
    )
    per_session = _sharpe_estimate(frame, resamples, seed)
    return {
        "pnl_per_session": mean_of("pnl", MONEY_ONE),
        "pnl_total": total,
        "return_on_cash": mean_of("pnl", 1.0, "cash"),
        "fees_per_session": mean_of("fees", MONEY_ONE),
        "sharpe_per_session": per_session,
        "sharpe_annualised": _annualised(per_session, annual),
        "max_drawdown": mean_of("max_drawdown", MONEY_ONE),
        "worst_drawdown": _worst(sessions),
        "sessions_won": mean_of("won", 1.0),
        "turnover_per_session": mean_of("turnover", MONEY_ONE),
        "contracts_per_session": mean_of("filled", SIZE_ONE),
    }


def _sharpe_estimate(frame: pl.DataFrame, resamples: int, seed: int) -> Estimate:
    if len(frame) < 2:
        return missing("a standard deviation needs at least two sessions", len(frame))
    if (frame["cash"] <= 0).any():
        return missing("a session began without cash", len(frame))
    returns = frame.with_columns(r=pl.col("pnl") / pl.col("cash"))
    centre = float(np.mean(returns["r"].to_numpy()))
    values = (
        returns.with_columns(d=pl.col("r") - centre)
        .group_by("session", maintain_order=True)
        .agg(pl.col("rows").sum().cast(pl.Float64), pl.col("d").sum(), d2=pl.col("d").pow(2).sum())
        .sort("session")
        .select("rows", "d", "d2")
        .to_numpy()
    )
    return interval(
        values, sharpe(centre), resamples, seed, nothing="the P&L was the same in every session"
    )


def _annualised(estimate: Estimate, annual: Annualisation | None) -> Estimate:
    if estimate.value is None:
        return missing(estimate.reason or "no Sharpe ratio a session", estimate.n)
    if annual is None:
        return missing("no equity curve says how long a session is", estimate.n)
    k = annual.factor
    lo = None if estimate.lo is None else estimate.lo * k
    hi = None if estimate.hi is None else estimate.hi * k
    return Estimate(estimate.value * k, lo, hi, estimate.n, estimate.reason)


def _worst(sessions: pl.DataFrame) -> Estimate:
    if sessions.is_empty():
        return missing("no session was judged")
    worst = int(sessions["max_drawdown"].max()) / MONEY_ONE  # type: ignore[arg-type]
    n = sessions["session"].n_unique()
    return Estimate(worst, None, None, n, "an extreme has no bootstrap interval")
