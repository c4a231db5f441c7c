"""Mark-out curves: what the mid did after our fills, passive and aggressive apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.metrics import is_agent
from kalshi_exp.metrics.execution import HORIZONS
from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.equity import ribbon
from kalshi_exp.report.palette import colour, looks, short


def markout_charts(metrics: dict[str, Any]) -> list[Chart]:
    """One half-width picture each for passive and aggressive fills; none without fills.

    Args:
        metrics: the payload of metrics.json.
    """
    charts = [_chart(metrics, kind) for kind in ("passive", "aggressive")]
    return [chart for chart in charts if chart is not None]


def _chart(metrics: dict[str, Any], kind: str) -> Chart | None:
    look = looks(metrics["policies"])
    ticks = [f"{seconds} s" for seconds in HORIZONS]
    x = list(range(len(ticks)))
    data: list[dict[str, Any]] = []
    order = list(metrics["policies"])
    for policy in reversed(order):
        figures = metrics["policies"][policy]["figures"]
        points = [figures[f"{kind}_markout_{seconds}s"] for seconds in HORIZONS]
        if all(point["value"] is None for point in points):
            continue
        ends = [(p["lo"], p["hi"]) for p in points]
        if is_agent(policy) and all(lo is not None for lo, _ in ends):
            lo, hi = np.array(ends, float).T
            data += ribbon(x, lo, hi, look[policy].token, policy)
        name = plain(short(policy))
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "legendgroup": policy,
                "legendrank": order.index(policy),
                "x": x,
                "y": [p["value"] for p in points],
                "customdata": [[_range(p), p.get("fills", 0)] for p in points],
                "marker": {"symbol": look[policy].symbol, "size": 7},
                "line": {
                    "color": colour(look[policy].token),
                    "width": look[policy].width,
                    "dash": look[policy].dash,
                },
                "hovertemplate": f"{name}<br>%{{y:.2f}} c %{{customdata[0]}}<br>"
                "%{customdata[1]:,} fills<extra></extra>",
            }
        )
    if not data:
        return None
    what = "while resting" if kind == "passive" else "on arrival"
    return Chart(
        f"markouts-{kind}",
        f"Mark-out of {kind} fills",
        f"Mid at the fill and 1, 10 and 60 s later against the price of contracts filled {what}, "
        "before fees, weighted by contracts; above zero is good for us. Bands: 95 % by session.",
        data,
        {
            "xaxis": {
                "tickvals": x,
                "ticktext": ["at the fill", *ticks[1:]],
                "showgrid": False,
                "zeroline": False,
            },
            "yaxis": {"title": {"text": "cents a contract"}, "zeroline": True},
        },
        height=350,
        half=True,
    )


def _range(point: dict[str, Any]) -> str:
    return "" if point["lo"] is None else f"({point['lo']:.2f} to {point['hi']:.2f})"
