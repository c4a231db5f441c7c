"""Session by session: the leading policy beside the best baseline, paired."""

from __future__ import annotations

from typing import Any

import polars as pl

from kalshi_exp.market.units import MONEY_ONE
from kalshi_exp.metrics import Records, is_agent, leader, show, show_interval
from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.equity import rounded
from kalshi_exp.report.palette import colour, looks, short


def session_chart(metrics: dict[str, Any], records: Records) -> Chart | None:
    """Two dots a session, joined in the colour of the one that did better.

    Args:
        metrics: the payload of metrics.json.
        records: of the judged sessions.

    Returns:
        The picture; None without a learned policy and a baseline that share sessions.
    """
    policy = leader(metrics)
    rivals = [p for p in metrics["policies"] if not is_agent(p) and p != "hold"]
    rivals = rivals or [p for p in metrics["policies"] if not is_agent(p)]
    if policy is None or not rivals:
        return None
    best = max(rivals, key=lambda p: metrics["policies"][p]["figures"]["pnl_per_session"]["value"])
    rows = records.sessions
    pairs = (
        rows.filter(pl.col("policy") == policy)
        .select("fold", "session", "start_ts", mine=pl.col("pnl") / MONEY_ONE)
        .join(
            rows.filter(pl.col("policy") == best).select(
                "fold", "session", theirs=pl.col("pnl") / MONEY_ONE
            ),
            on=["fold", "session"],
        )
        .sort("start_ts", "session", "fold")
    )
    if pairs.is_empty():
        return None
    gap = next(
        row for row in metrics["differences"] if (row["policy"], row["baseline"]) == (policy, best)
    )
    look = looks(metrics["policies"])
    data = [
        _links(
            pairs.with_row_index("x", offset=1).filter(pl.col("mine") >= pl.col("theirs")), "agent"
        ),
        _links(
            pairs.with_row_index("x", offset=1).filter(pl.col("mine") < pl.col("theirs")),
            "strong-rule",
        ),
        _dots(pairs, "theirs", best, look[best].token, look[best].symbol),
        _dots(pairs, "mine", policy, look[policy].token, "circle"),
    ]
    interval = show_interval(gap, "$")
    return Chart(
        "sessions",
        f"Session by session: {short(policy)} beside {short(best)}",
        f"{short(best)} is the best baseline that trades. Joined dots are one session; the line is "
        f"blue where the agent did better. Mean difference {show(gap['value'], '$', signed=True)}"
        + (f" a session (95 % interval {interval})" if interval else "")
        + f": {gap['verdict']}.",
        data,
        {
            "xaxis": {
                "title": {"text": "judged sessions, in time order"},
                "showgrid": False,
                "zeroline": False,
                "range": [0.2, len(pairs) + 0.8],
            },
            "yaxis": {"title": {"text": "P&L after fees, $"}, "zeroline": True},
        },
        height=350,
    )


def _links(pairs: pl.DataFrame, token: str) -> dict[str, Any]:
    x: list[int | None] = []
    y: list[float | None] = []
    for at, mine, theirs in pairs.select("x", "mine", "theirs").iter_rows():
        x += [at, at, None]
        y += [round(mine, 4), round(theirs, 4), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"width": 2.2, "color": colour(token, 45)},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _dots(pairs: pl.DataFrame, column: str, policy: str, token: str, symbol: str) -> dict[str, Any]:
    name = plain(short(policy))
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "legendrank": 1 if column == "mine" else 2,
        "x": list(range(1, len(pairs) + 1)),
        "y": rounded(pairs[column].to_numpy()),
        "text": [plain(session) for session in pairs["session"]],
        "marker": {
            "color": colour(token),
            "symbol": symbol,
            "size": 8,
            "line": {"width": 1, "color": colour("card")},
        },
        "hovertemplate": f"{name}<br>%{{text}}<br>$%{{y:,.2f}}<extra></extra>",
    }
