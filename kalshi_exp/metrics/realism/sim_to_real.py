"""One policy in simulation and in the exchange: is what it was judged by what it would have got?"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from kalshi_exp.market.units import BID
from kalshi_exp.metrics.bootstrap import Estimate, interval, missing, ratio
from kalshi_exp.metrics.records import Records

NAMES = (
    "sim_to_real_pearson",
    "sim_to_real_spearman",
    "overstatement",
    "fill_rate_error",
    "markout_error_10s",
    "real_pnl",
)
"""Figures, under `realism/` in metrics.json."""

_ROUNDING = 1e-12  # of a mean square: a variance below that should have been zero
_CENTS = 200.0  # a mid is stored twice over, and a cent is 100 price units


def sim_to_real(sim: Records, real: Records, resamples: int, seed: int) -> dict[str, Estimate]:
    """Hold a policy's judged sessions against the same sessions in the exchange.

    Args:
        sim: of one policy.
        real: of the same policy in the same sessions.
        resamples: bootstrap resamples, by session.
        seed: of them.

    Returns:
        By the names of `NAMES`: correlations over sessions of execution P&L an offered contract
        (fills against the mid 60 s later, less fees), the simulation's mean less the exchange's
        over the latter's mean size, its fill rate and its mark-out after 10 s less theirs, and
        what the policy earned a session in the exchange, dollars.
    """
    keys = ["fold", "session"]
    sessions = real.sessions.select(keys).sort(keys)
    mine, theirs = (_by_session(one, sessions) for one in (sim, real))
    out: dict[str, Estimate] = {}
    pnl = real.sessions.sort(keys)["pnl"].to_numpy()
    out["real_pnl"] = interval(np.stack([pnl, np.ones_like(pnl)], 1), ratio(1e6), resamples, seed)
    traded = (mine["offered"] > 0) & (theirs["offered"] > 0)
    nothing = "the policy sent no order in simulation, or none in the exchange"
    if not traded.any():
        return out | {name: missing(nothing) for name in NAMES if name not in out}
    x, y = (one["profit"][traded] / one["offered"][traded] for one in (mine, theirs))
    level = np.stack([x - y, np.abs(y)], 1)
    out["overstatement"] = interval(level, ratio(), resamples, seed)
    for name, pair in (
        ("sim_to_real_pearson", (x, y)),
        ("sim_to_real_spearman", tuple(stats.rankdata(one) for one in (x, y))),
    ):
        out[name] = interval(_moments(*pair), _correlation, resamples, seed, nothing=(
            "in simulation or in the exchange every session was alike"
        ))  # fmt: skip
    out["fill_rate_error"] = _gap(mine, theirs, "filled", "offered", resamples, seed)
    out["markout_error_10s"] = _gap(mine, theirs, "gain", "valued", resamples, seed)
    return out


def named_sim_to_real(found: dict[str, Estimate]) -> dict[str, Any]:
    """The figures under `realism/` and their names."""
    return {f"realism/{name}": found[name].to_dict() for name in NAMES if name in found}


def _by_session(records: Records, sessions: pl.DataFrame) -> dict[str, np.ndarray]:
    """Sums by session, float64[J] each, of contracts and cents."""
    keys = ["fold", "session"]
    sign = pl.when(pl.col("side") == BID).then(1).otherwise(-1)

    def gain(column: str) -> pl.Expr:
        known = pl.col(column) >= 0
        each = sign * (pl.col(column).cast(pl.Int64) - 2 * pl.col("price").cast(pl.Int64))
        return pl.when(known).then(each * pl.col("size")).otherwise(0).sum() / (100 * _CENTS)

    fills = records.fills.group_by(keys).agg(
        profit=gain("mid_60s") - pl.col("fee").sum() / 1e4,
        gain=gain("mid_10s"),
        valued=pl.when(pl.col("mid_10s") >= 0).then(pl.col("size")).otherwise(0).sum() / 100,
        filled=pl.col("size").sum() / 100,
    )
    offered = records.sessions.select(
        *keys, offered=(pl.col("passive_placed") + pl.col("aggressive_placed")) / 100
    )
    both = sessions.join(offered, on=keys, how="left").join(fills, on=keys, how="left")
    both = both.sort(keys).with_columns(pl.all().exclude(keys).fill_null(0.0))
    return {name: both[name].to_numpy().astype(float) for name in both.columns if name not in keys}


def _moments(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], 1)


def _correlation(sums: np.ndarray) -> np.ndarray:
    n, x, y, xx, yy, xy = sums.T
    covariance = xy / n - x * y / n**2
    of_x, of_y = xx / n - (x / n) ** 2, yy / n - (y / n) ** 2
    varied = (of_x > _ROUNDING * xx / n) & (of_y > _ROUNDING * yy / n)
    return np.asarray(np.where(varied, covariance / np.sqrt(of_x * of_y), np.nan))


def _gap(
    mine: dict[str, np.ndarray], theirs: dict[str, np.ndarray], above: str, below: str,
    resamples: int, seed: int,
) -> Estimate:  # fmt: skip
    """Ratio of sums in simulation less that in the exchange."""
    values = np.stack([mine[above], mine[below], theirs[above], theirs[below]], 1)
    return interval(values, _less, resamples, seed, nothing="nothing was filled")


def _less(sums: np.ndarray) -> np.ndarray:
    return np.asarray(sums[:, 0] / sums[:, 1] - sums[:, 2] / sums[:, 3])
