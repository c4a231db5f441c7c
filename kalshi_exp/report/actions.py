"""Action mix: what share of decisions each of the 21 actions takes, policy by policy."""

from __future__ import annotations

from typing import Any

from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.palette import colour, short

_GROUPS = {
    "BUY_YES": ("buy YES", "agent"),
    "SELL_YES": ("sell YES", "sampled"),
    "BUY_NO": ("buy NO", "maker"),
    "SELL_NO": ("sell NO", "spare1"),
}
_SHADES = (36, 52, 68, 84, 100)


def action_chart(metrics: dict[str, Any]) -> Chart | None:
    """Two bars a policy: HOLD against the rest, and the rest by outcome, direction and size.

    Args:
        metrics: the payload of metrics.json.

    Returns:
        The picture; None when no decision was made.
    """
    entries = {
        p: entry["actions"]["shares"]
        for p, entry in metrics["policies"].items()
        if entry["actions"]["shares"]
    }
    if not entries:
        return None
    names = metrics["action_names"]
    labels = [plain(short(p)) for p in entries]
    hold = [shares[names[0]] for shares in entries.values()]
    data: list[dict[str, Any]] = [
        _bar("HOLD", labels, hold, hold, colour("hold", 70), "x", "hold", True),
        _bar("any order", labels, [1 - h for h in hold], [1 - h for h in hold],
             colour("ink", 75), "x", "order", True),
    ]  # fmt: skip
    seen: dict[str, int] = {}
    for name in names[1:]:
        kind = name.split(" ")[0]
        title, token = _GROUPS.get(kind, (kind, "spare2"))
        rank = seen.get(kind, 0)
        seen[kind] = rank + 1
        shares = [shares[name] for shares in entries.values()]
        rest = [s / (1 - h) if h < 1 else 0.0 for s, h in zip(shares, hold, strict=True)]
        bar = _bar(plain(name), labels, rest, shares, colour(token, _SHADES[min(rank, 4)]),
                   "x2", kind, False)  # fmt: skip
        # The darkest of a group stands for it in the legend.
        bar |= {"showlegend": rank == 4, "name": title if rank == 4 else plain(name)}
        data.append(bar)
    height = 120 + 44 * len(labels)
    ticks = {"tickformat": ".0%", "range": [0, 1], "showgrid": False, "zeroline": False}
    return Chart(
        "actions",
        "Action mix",
        "First HOLD against any order, over all decisions; then the orders alone, by outcome "
        "and direction; a stronger shade is a larger order (5, 10, 25, 50, 100 contracts). Point "
        "at a piece for its share.",
        data,
        {
            "barmode": "stack",
            "bargap": 0.34,
            "xaxis": {"domain": [0, 0.27], "title": {"text": "all decisions"}, **ticks},
            "xaxis2": {
                "domain": [0.32, 1],
                "anchor": "y2",
                "title": {"text": "orders alone"},
                **ticks,
            },
            "yaxis": {"autorange": "reversed", "showgrid": False},
            "yaxis2": {
                "autorange": "reversed",
                "showgrid": False,
                "anchor": "x2",
                "showticklabels": False,
            },
            "legend": {"traceorder": "normal"},
        },
        {
            "height": 2 * height,
            "xaxis": {"domain": [0, 1]},
            "xaxis2": {"domain": [0, 1]},
            "yaxis": {"domain": [0.60, 1]},
            "yaxis2": {"domain": [0, 0.40], "showticklabels": True},
        },
        height=height,
    )


def _bar(
    name: str,
    labels: list[str],
    widths: list[float],
    shares: list[float],
    shade: str,
    axis: str,
    group: str,
    legend: bool,
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": labels,
        "x": [round(w, 5) for w in widths],
        "customdata": [round(s, 5) for s in shares],
        "xaxis": axis,
        "yaxis": axis.replace("x", "y"),
        "legendgroup": group,
        "showlegend": legend,
        "marker": {"color": shade, "line": {"width": 0.6, "color": colour("card")}},
        "hovertemplate": f"%{{y}}<br>{name}: %{{customdata:.1%}} of decisions<extra></extra>",
    }
