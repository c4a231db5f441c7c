"""Equity: within a session, and summed over the judged sessions, with bootstrap bands."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from kalshi_exp.market.units import MONEY_ONE, SECOND
from kalshi_exp.metrics import Records, band, is_agent
from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL, tail
from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.palette import colour, looks, short

_POINTS = 121


def equity_charts(metrics: dict[str, Any], records: Records) -> list[Chart]:
    """Mean equity within a session, and P&L summed over sessions in time order.

    Args:
        metrics: the payload of metrics.json; its resampling is used for the bands.
        records: of the judged sessions.

    Returns:
        Two half-width pictures; the first is left out without equity curves.
    """
    resamples, seed = metrics["interval"]["resamples"], metrics["interval"]["seed"]
    charts = [] if records.equity.is_empty() else [_within(records, resamples, seed)]
    charts.append(_summed(records, resamples, seed))
    return charts


def mean_curves(records: Records) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """P&L so far, by seconds since the session's start, for each policy.

    A session that has ended stays at its final P&L, settlement included.

    Returns:
        The seconds [points], and for each policy float64[sessions, points] in dollars.
    """
    joined = records.equity.join(
        records.sessions.select("policy", "fold", "session", "start_ts", "cash", "pnl"),
        on=["policy", "fold", "session"],
    ).select(
        "policy",
        "fold",
        "session",
        "pnl",
        t=(pl.col("ts") - pl.col("start_ts")) / SECOND,
        gain=(pl.col("equity") - pl.col("cash")) / MONEY_ONE,
    )
    longest = float(joined["t"].max() or 1.0)  # type: ignore[arg-type]
    grid = np.linspace(0.0, longest, _POINTS)
    curves: dict[str, list[np.ndarray]] = {}
    for (policy, _, _), rows in joined.group_by("policy", "fold", "session", maintain_order=True):
        t, gain = rows["t"].to_numpy(), rows["gain"].to_numpy()
        at = np.searchsorted(t, grid, side="right") - 1
        curve = np.where(at < 0, 0.0, gain[np.maximum(at, 0)])
        curve[grid >= t[-1]] = rows["pnl"][0] / MONEY_ONE
        curves.setdefault(str(policy), []).append(curve)
    return grid, {policy: np.array(rows) for policy, rows in curves.items()}


def _within(records: Records, resamples: int, seed: int) -> Chart:
    grid, curves = mean_curves(records)
    look = looks(records.policies)
    data: list[dict[str, Any]] = []
    minutes = np.round(grid / 60, 4).tolist()
    for policy in (p for p in reversed(records.policies) if p in curves):
        values = curves[policy]
        if is_agent(policy):
            ends = band(values, resamples, seed)
            if ends is not None:
                data += ribbon(minutes, ends[0], ends[1], look[policy].token, policy)
        data.append(_line(policy, minutes, values.mean(axis=0), records, "%{x:.1f} min"))
    return Chart(
        "equity-within",
        "Equity within a session, mean over sessions",
        "Change of equity since the session's start, marked to the side one would exit on; the "
        "last point includes settlement. Bands: 95 % bootstrap over sessions, at each time.",
        data,
        {
            "xaxis": {"title": {"text": "minutes since the start"}, "showgrid": False},
            "yaxis": {"title": {"text": "$ a session"}, "zeroline": True},
        },
        half=True,
    )


def _summed(records: Records, resamples: int, seed: int) -> Chart:
    look = looks(records.policies)
    data: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    for policy in reversed(records.policies):
        rows = records.sessions.filter(pl.col("policy") == policy).sort(
            "start_ts", "session", "fold"
        )
        gains = rows["pnl"].to_numpy() / MONEY_ONE
        x = list(range(len(rows) + 1))
        total = np.concatenate(([0.0], np.cumsum(gains)))
        if is_agent(policy) and len(rows) >= FEWEST_FOR_INTERVAL:
            lo, hi = _walk_band(gains, resamples, seed)
            data += ribbon(x, lo, hi, look[policy].token, policy)
        names = ["start", *map(plain, rows["session"].to_list())]
        data.append(_line(policy, x, total, records, "%{text}", names))
        if not shapes:
            shapes = _fold_marks(rows["fold"].to_list())
    return Chart(
        "equity-summed",
        "P&L summed over the judged sessions",
        "Each session starts with the same cash. Bands: 95 % of resampled runs of sessions. "
        "Thin upright lines part the folds.",
        data,
        {
            "xaxis": {"title": {"text": "judged sessions, in time order"}, "showgrid": False},
            "yaxis": {"title": {"text": "$"}, "zeroline": True},
            "shapes": shapes,
        },
        half=True,
    )


def _walk_band(gains: np.ndarray, resamples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    n = len(gains)
    rng = np.random.Generator(np.random.PCG64(seed))
    walks = np.cumsum(gains[rng.integers(0, n, (resamples, n))], axis=1)
    cut = tail(n)
    lo, hi = np.quantile(walks, [cut, 1 - cut], axis=0)
    return np.concatenate(([0.0], lo)), np.concatenate(([0.0], hi))


def ribbon(
    x: list[Any], lo: np.ndarray, hi: np.ndarray, token: str, group: str
) -> list[dict[str, Any]]:
    """A band: two traces, the second filled down to the first; they follow `group`'s legend."""
    base = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
        "legendgroup": group,
    }
    return [
        base | {"y": rounded(lo)},
        base | {"y": rounded(hi), "fill": "tonexty", "fillcolor": colour(token, 16)},
    ]


def rounded(values: np.ndarray) -> list[float | None]:
    """Numbers for a picture: four decimals, None where there is none."""
    return [round(float(v), 4) if np.isfinite(v) else None for v in values]


def _line(
    policy: str,
    x: list[Any],
    y: np.ndarray,
    records: Records,
    where: str,
    text: list[str] | None = None,
) -> dict[str, Any]:
    look = looks(records.policies)[policy]
    name = plain(short(policy))
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "legendgroup": policy,
        "legendrank": records.policies.index(policy),
        "x": x,
        "y": rounded(y),
        "line": {"color": colour(look.token), "width": look.width, "dash": look.dash},
        "hovertemplate": f"{name}<br>{where}<br>$%{{y:,.2f}}<extra></extra>",
    }
    return trace | ({"text": text} if text else {})


def _fold_marks(folds: list[int]) -> list[dict[str, Any]]:
    changes = [k for k in range(1, len(folds)) if folds[k] != folds[k - 1]]
    return [
        {
            "type": "line",
            "x0": k,
            "x1": k,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": colour("rule"), "width": 1},
            "layer": "below",
        }
        for k in changes
    ]
