"""Fills on the price path of a few judged sessions."""

from __future__ import annotations

from typing import Any

import polars as pl

from kalshi_exp.market.units import BID, MONEY_ONE, SECOND, SIZE_ONE
from kalshi_exp.metrics import Records, leader, show
from kalshi_exp.report.chart import Chart
from kalshi_exp.report.equity import rounded
from kalshi_exp.report.palette import colour, short

_MOST_POINTS = 1500
_MOST_FILLS = 400


def fill_charts(
    metrics: dict[str, Any], records: Records, paths: pl.DataFrame | None = None
) -> list[Chart]:
    """The leading policy's best, median and worst session with fills.

    Args:
        metrics: the payload of metrics.json.
        records: of the judged sessions.
        paths: session, ts (ns), mid (bid + ask, 1e-4 dollars; -1 one-sided) and, for sessions
            of several markets, market. Without it the path is drawn through the mids that the
            fills themselves recorded.

    Returns:
        At most three pictures; none without fills.
    """
    policy = leader(metrics) or next(iter(records.policies), None)
    mine = records.fills.filter(pl.col("policy") == policy)
    if policy is None or mine.is_empty():
        return []
    sessions = records.sessions.filter(pl.col("policy") == policy).join(
        mine.select("fold", "session").unique(), on=["fold", "session"]
    )
    ranked = sessions.sort("pnl", "session", "fold", descending=[True, False, False])
    picks = dict.fromkeys([0, len(ranked) // 2, len(ranked) - 1])
    words = {0: "best", len(ranked) - 1: "worst", len(ranked) // 2: "median"}
    return [
        _chart(f"fills-{k}", words[at], ranked.row(at, named=True), policy, records, paths)
        for k, at in enumerate(picks)
    ]


def _chart(
    name: str,
    word: str,
    session: dict[str, Any],
    policy: str,
    records: Records,
    paths: pl.DataFrame | None,
) -> Chart:
    where = (pl.col("session") == session["session"]) & (pl.col("fold") == session["fold"])
    fills = records.fills.filter(where & (pl.col("policy") == policy))
    market = int(fills["market"].mode().min())  # type: ignore[arg-type]
    others = fills["market"].n_unique() - 1
    fills = fills.filter(pl.col("market") == market)
    start = int(session["start_ts"])
    path, given = _path(paths, records, session, market)
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "mid",
            "x": _minutes(path["ts"], start),
            "y": rounded(path["mid"].to_numpy() / 200),
            "line": {
                "color": colour("path"),
                "width": 1.3,
                "shape": "hv" if given else "linear",
                "dash": "solid" if given else "dot",
            },
            "hoverinfo": "skip",
        },
        *_marks(fills, start),
    ]
    shown = min(len(fills), _MOST_FILLS)
    caption = (
        f"{session['session']}: {show(session['pnl'] / MONEY_ONE, '$')} for {short(policy)}, "
        f"{len(fills)} fills"
        + (f" (largest {shown} shown)" if shown < len(fills) else "")
        + (f" in the market traded most, of {others + 1}" if others else "")
        + ". Full marks rested (passive), open ones took (aggressive); triangles point up for "
        "buying YES (or selling NO), down for the other way; area by contracts."
        + ("" if given else " The dotted path joins the mids at fills of all policies.")
    )
    return Chart(
        name,
        f"Fills on the price path: the {word} session",
        caption,
        data,
        {
            "xaxis": {
                "title": {"text": "minutes since the start"},
                "showgrid": False,
                "zeroline": False,
                "range": _span(data),
            },
            "yaxis": {"title": {"text": "YES price, cents"}, "zeroline": False},
        },
        height=360,
    )


def _path(
    paths: pl.DataFrame | None, records: Records, session: dict[str, Any], market: int
) -> tuple[pl.DataFrame, bool]:
    if paths is not None:
        path = paths.filter((pl.col("session") == session["session"]) & (pl.col("mid") >= 0))
        if "market" in path.columns:
            path = path.filter(pl.col("market") == market)
        if not path.is_empty():
            path = path.sort("ts")
            return path.gather_every(max(1, len(path) // _MOST_POINTS)), True
    known = records.fills.filter(
        (pl.col("session") == session["session"])
        & (pl.col("market") == market)
        & (pl.col("mid") >= 0)
    )
    return known.select("ts", "mid").unique("ts", keep="first").sort("ts"), False


def _marks(fills: pl.DataFrame, start: int) -> list[dict[str, Any]]:
    largest = fills.sort("size", "ts", descending=[True, False]).head(_MOST_FILLS).sort("ts")
    marks = []
    for side, word, token, shape in (
        (BID, "buy", "buy", "triangle-up"),
        (1 - BID, "sell", "sell", "triangle-down"),
    ):
        for passive, kind in ((True, "passive"), (False, "aggressive")):
            rows = largest.filter((pl.col("side") == side) & (pl.col("passive") == passive))
            if rows.is_empty():
                continue
            scale = 1.0 if len(largest) <= 120 else 0.7
            contracts = rows["size"].to_numpy() / SIZE_ONE
            marks.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": f"{word}, {kind}",
                    "x": _minutes(rows["ts"], start),
                    "y": rounded(rows["price"].to_numpy() / 100),
                    "customdata": rounded(contracts),
                    "marker": {
                        "symbol": shape if passive else f"{shape}-open",
                        "opacity": 1,
                        "color": colour(token),
                        "size": rounded(scale * (6 + 1.2 * contracts**0.5).clip(8.5, 18)),
                        "line": {
                            "width": 0.8 if passive else 1.7,
                            "color": colour("card" if passive else token),
                        },
                    },
                    "hovertemplate": f"{word}, {kind}<br>%{{customdata:,.2~f}} contracts at "
                    "%{y:.2~f} c<br>%{x:.2f} min<extra></extra>",
                }
            )
    return marks


def _span(data: list[dict[str, Any]]) -> list[float]:
    times = [t for trace in data for t in trace["x"] if t is not None]
    margin = 0.01 * (max(times) - min(times)) + 0.02
    return [min(times) - margin, max(times) + margin]


def _minutes(ts: pl.Series, start: int) -> list[float | None]:
    return rounded((ts.to_numpy() - start) / SECOND / 60)
