"""Pictures of a comparison: each contestant's figures with intervals, and its seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kalshi_exp.metrics import is_agent, show, show_interval
from kalshi_exp.metrics.headline import LEADER
from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.comparison.realism import COMPARABLE, REAL_PNL
from kalshi_exp.report.palette import colour, looks, short

_TITLES = {"$": "dollars a session", "%": "", "c": "cents", "ratio": ""}


def realism_charts(payload: dict[str, Any]) -> list[Chart]:
    """One picture a comparable figure."""
    charts = []
    for one in COMPARABLE:
        entries = payload["realism"].get(one.name, {})
        rows = [(label, entries[label]) for label in _labels(payload) if label in entries]
        data = _forest(rows, "agent", one.unit)
        if not data:
            continue
        charts.append(
            Chart(
                one.name.replace("/", "-"),
                one.title,
                f"{one.meaning} {_marks(payload)} Dotted: "
                + ("nothing earned." if one.name == REAL_PNL else "a model that says the truth."),
                data,
                _layout([rows], one.unit, one.truth),
                height=_height(rows),
                half=True,
            )
        )
    return charts


def money_charts(payload: dict[str, Any]) -> list[Chart]:
    """P&L a session of every learned policy, and what came of it in the exchange where it is told.

    Args:
        payload: as `compare_directories` gives it.
    """
    charts = []
    for policy, runs in payload["policies"].items():
        if not is_agent(policy):
            continue
        rows = [
            (label, runs[label]["figures"]["pnl_per_session"])
            for label in _labels(payload)
            if label in runs
        ]
        token = looks(payload["policies"])[policy].token
        earned = payload["realism"].get(REAL_PNL, {}) if policy == LEADER else {}
        real = [(label, earned.get(label, {"value": None})) for label, _ in rows]
        told = any(one["value"] is not None for _, one in real)
        data = _forest(rows, token, "$", "under its own fill model" if told else "")
        if not data:
            continue
        data += _forest(real, "maker", "$", "in the exchange", shift=-0.3, symbol="diamond")
        charts.append(
            Chart(
                f"money-{policy.replace('/', '-')}",
                f"P&L a session: {short(policy)}",
                (
                    "What each fill model says its own agent earned"
                    + (", and what the same agent earned in the exchange. " if told else ". ")
                    if not payload["same_fill_model"]
                    else "After fees, on the judged sessions. "
                )
                + _marks(payload),
                data,
                _layout([rows, real], "$", 0.0),
                height=_height(rows),
                half=not told,
            )
        )
    return charts


def _marks(payload: dict[str, Any]) -> str:
    by = "seed and session" if payload["replicated"] else "session"
    seeds = " Small dots: seeds." if payload["replicated"] else ""
    return f"Lines: 95 %, by {by}.{seeds}"


def _labels(payload: dict[str, Any]) -> list[str]:
    return [one["label"] for one in payload["contestants"]]


def _forest(
    rows: Sequence[tuple[str, dict[str, Any]]],
    token: str,
    unit: str,
    name: str = "",
    shift: float = 0.0,
    symbol: str = "circle",
) -> list[dict[str, Any]]:
    """Traces of one figure, the first row on top; none where no row has a value."""
    known = [(len(rows) - 1 - k + shift, *row) for k, row in enumerate(rows)]
    known = [row for row in known if row[2]["value"] is not None]
    if not known:
        return []
    lines_x: list[float | None] = []
    lines_y: list[float | None] = []
    for at, _, entry in known:
        if entry.get("lo") is not None:
            lines_x += [_round(entry["lo"]), _round(entry["hi"]), None]
            lines_y += [at, at, None]
    dots = [
        (value, at - 0.15)
        for at, _, entry in known
        for value in entry.get("seeds", ())
        if value is not None and len(entry["seeds"]) > 1
    ]
    text = [
        f"{plain(label)}: {show(entry['value'], unit)}"
        + (f" ({around})" if (around := show_interval(entry, unit)) else "")
        for _, label, entry in known
    ]
    quiet = {"type": "scatter", "hoverinfo": "skip", "showlegend": False}
    return [
        quiet
        | {
            "mode": "lines",
            "x": lines_x,
            "y": lines_y,
            "line": {"color": colour(token), "width": 2.6},
        },
        quiet
        | {
            "mode": "markers",
            "x": [_round(value) for value, _ in dots],
            "y": [at for _, at in dots],
            "marker": {"color": colour(token, 45), "size": 5},
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": plain(name),
            "x": [_round(entry["value"]) for _, _, entry in known],
            "y": [at for at, _, _ in known],
            "text": text,
            "marker": {"color": colour(token), "size": 9, "symbol": symbol},
            "hovertemplate": "%{text}<extra></extra>",
            "showlegend": bool(name),
        },
    ]


def _layout(
    series: Sequence[Sequence[tuple[str, dict[str, Any]]]], unit: str, truth: float
) -> dict[str, Any]:
    rows = series[0]
    ends: list[float | None] = [truth]
    for _, entry in (row for one in series for row in one):
        ends += [entry.get("lo"), entry["value"], entry.get("hi"), *entry.get("seeds", ())]
    known = [end for end in ends if end is not None]
    margin = 0.05 * (max(known) - min(known)) or 1.0
    axis: dict[str, Any] = {
        "showgrid": True,
        "zeroline": False,
        "range": [_round(min(known) - margin), _round(max(known) + margin)],
    }
    if _TITLES[unit]:
        axis["title"] = {"text": _TITLES[unit]}
    if unit == "%":
        axis["tickformat"] = ".0%"
    return {
        "xaxis": axis,
        "yaxis": {
            "tickvals": list(range(len(rows)))[::-1],
            "ticktext": [plain(label).replace(", ", "<br>") for label, _ in rows],
            "range": [-0.6, len(rows) - 0.4],
            "showgrid": False,
            "zeroline": False,
        },
        "shapes": [
            {
                "type": "line",
                "x0": truth,
                "x1": truth,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": colour("strong-rule"), "width": 1, "dash": "dot"},
            }
        ],
        "margin": {"l": 90},
    }


def _height(rows: Sequence[Any]) -> int:
    return 110 + 44 * len(rows)


def _round(value: float) -> float:
    return float(f"{value:.5g}")
