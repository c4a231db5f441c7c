"""How well orders were executed: fill rates and mark-outs, passive and aggressive apart."""

from __future__ import annotations

import numpy as np
import polars as pl

from kalshi_exp.market.units import BID
from kalshi_exp.metrics.bootstrap import Estimate, interval, ratio

HORIZONS = {0: "mid", 1: "mid_1s", 10: "mid_10s", 60: "mid_60s"}
"""Seconds after the fill -> column of `FILLS` with the mid (twice) then."""

_HALF_CENTS = 200.0  # a mid is stored twice over, and a cent is 100 price units


def fill_rates(sessions: pl.DataFrame, resamples: int, seed: int) -> dict[str, Estimate]:
    """Contracts filled over contracts placed, for resting and for taking orders.

    Args:
        sessions: one policy's rows of `Records.sessions`.
        resamples: bootstrap resamples.
        seed: of the resampling.

    Returns:
        `passive_fill_rate` and `aggressive_fill_rate`, shares of one.
    """
    out = {}
    for kind, verb in (("passive", "rested"), ("aggressive", "was sent to take")):
        columns = [f"{kind}_filled", f"{kind}_placed"]
        values = (
            sessions.group_by("session").agg(pl.col(columns).sum()).sort("session").select(columns)
        ).to_numpy()
        out[f"{kind}_fill_rate"] = interval(
            values, ratio(), resamples, seed, values[:, 1] > 0, f"no order {verb}"
        )
    return out


def markouts(
    sessions: pl.DataFrame, fills: pl.DataFrame, resamples: int, seed: int
) -> dict[str, tuple[Estimate, int]]:
    """Mark-outs in cents a contract, weighted by contracts, before fees.

    A bought contract gains what the mid rises above its price; a sold one what it falls below.
    Fills without a two-sided book at that time are left out.

    Args:
        sessions: one policy's rows of `Records.sessions`: they are the clusters.
        fills: the same policy's rows of `Records.fills`.
        resamples: bootstrap resamples.
        seed: of the resampling.

    Returns:
        `{passive,aggressive}_markout_{0,1,10,60}s` -> (estimate, number of fills behind it).
    """
    names = sessions.select("session").unique().sort("session")
    sign = pl.when(pl.col("side") == BID).then(1).otherwise(-1)
    out = {}
    for kind, passive in (("passive", True), ("aggressive", False)):
        chosen = fills.filter(pl.col("passive") == passive)
        for seconds, column in HORIZONS.items():
            known = chosen.filter(pl.col(column) >= 0)
            gain = sign * (pl.col(column).cast(pl.Int64) - 2 * pl.col("price").cast(pl.Int64))
            sums = known.group_by("session").agg(
                gain=(gain * pl.col("size")).sum(), size=pl.col("size").sum()
            )
            values = (
                names.join(sums, on="session", how="left")
                .sort("session")
                .select(pl.col("gain", "size").fill_null(0))
                .to_numpy()
                .astype(np.int64)
            )
            nothing = (
                f"no {kind} fill"
                if chosen.is_empty()
                else f"no {kind} fill had a two-sided book at {seconds} s"
            )
            estimate = interval(
                values, ratio(_HALF_CENTS), resamples, seed, values[:, 1] > 0, nothing
            )
            out[f"{kind}_markout_{seconds}s"] = (estimate, len(known))
    return out
