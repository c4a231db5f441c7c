"""Effects over their nulls, what rests around the levels, and the power curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kalshi_exp.metrics import show, show_interval
from kalshi_exp.metrics.strength import Verdict
from kalshi_exp.report.chart import Chart
from kalshi_exp.report.palette import colour

EFFECT, CHANCE, ELSEWHERE = "agent", "path", "maker"
"""Colours of what was seen, of chance, and of plantings at other prices."""

_BINS = 48
_HEIGHT = 260


def pictures(payload: dict[str, Any], found: Sequence[Verdict]) -> list[Chart]:
    """All of them; a family of which nothing can be said has none.

    Args:
        payload: as `metrics.strength.summary` gives it.
        found: the verdicts it was made from.
    """
    charts = [
        _null(one, row)
        for one, row in zip(found, payload["patterns"], strict=True)
        if len(one.effect.null) and row["effect"] is not None
    ]
    if any(value is not None for value in payload["profile"]["value"]):
        charts.append(_profile(payload["profile"]))
    if payload["power"]:
        charts.append(_power(payload))
    return charts


def _null(one: Verdict, row: dict[str, Any]) -> Chart:
    null, value = one.effect.null, row["effect"]
    ends = [float(null.min()), float(null.max()), value, row["lo"], row["hi"], row["smallest"]]
    counts, edges = np.histogram(null, _BINS, (min(ends), max(ends)))
    top = float(counts.max()) / len(null)
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": "chance",
            "x": _rounded((edges[:-1] + edges[1:]) / 2),
            "y": _rounded(counts / len(null)),
            "width": float(edges[1] - edges[0]),
            "marker": {"color": colour(CHANCE, 55), "line": {"width": 0}},
            "hovertemplate": "%{y:.1%} of the null near %{x:.1%}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "smallest of interest",
            "x": [row["smallest"], row["smallest"]],
            "y": [0, 1.05 * top],
            "line": {"color": colour("muted"), "width": 1, "dash": "dot"},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "its interval",
            "x": [row["lo"], row["hi"]],
            "y": [1.1 * top, 1.1 * top],
            "line": {"color": colour(EFFECT), "width": 4},
            "hoverinfo": "skip",
            "showlegend": False,
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": "this tape",
            "x": [value],
            "y": [1.1 * top],
            "marker": {"color": colour(EFFECT), "size": 12, "symbol": "diamond"},
            "hovertemplate": f"{show(value, '%', signed=True)}, "
            f"{show_interval(row, '%', bare=True)}<extra></extra>",
        },
    ]
    layout = {
        "xaxis": {"tickformat": "+.0%", "zeroline": True, "showgrid": True},
        "yaxis": {"tickformat": ".0%", "title": {"text": "share of the null"}},
        "bargap": 0,
    }
    return Chart(
        f"null-{row['family']}",
        f"{row['title']}: {row['words']}",
        f"Effect: {row['definition']}. Null: {row['null']}.",
        data,
        layout,
        height=_HEIGHT,
        half=True,
    )


def _profile(profile: dict[str, Any]) -> Chart:
    kept = [k for k, value in enumerate(profile["value"]) if value is not None]
    cents = [profile["cents"][k] for k in kept]
    low, high, value = ([profile[key][k] for k in kept] for key in ("lo", "hi", "value"))
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "95 % of chance",
            "x": cents + cents[::-1],
            "y": _rounded(np.array(high + low[::-1])),
            "fill": "toself",
            "fillcolor": colour(CHANCE, 25),
            "line": {"width": 0},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "this tape",
            "x": cents,
            "y": _rounded(np.array(value)),
            "line": {"color": colour(EFFECT), "width": 2},
            "marker": {"size": 7},
            "hovertemplate": "%{x} c: %{y:+.1%}<extra></extra>",
        },
    ]
    layout = {
        "xaxis": {"title": {"text": "cents from the level, towards the mid"}, "dtick": 1},
        "yaxis": {"tickformat": "+.0%", "title": {"text": "size beyond the usual"}},
    }
    return Chart(
        "profile",
        "Size around 25, 50 and 75 cents while the mid is near",
        "Size and a median touch, beyond what is usual so far behind the touch. An anchor is a "
        "peak at 0 that leaves the band; the band is of the same tape around other prices.",
        data,
        layout,
        height=_HEIGHT + 40,
        half=True,
    )


def _power(payload: dict[str, Any]) -> Chart:
    data: list[dict[str, Any]] = []
    for name, title, token in (
        ("levels", "planted at 25, 50 and 75 c", EFFECT),
        ("elsewhere", "planted at other prices", ELSEWHERE),
    ):
        rows = payload["power"].get(name, [])
        if not rows:
            continue
        value = [one["power"]["value"] for one in rows]
        x = [one["strength"] for one in rows]
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": title,
                "x": x,
                "y": _rounded(np.array(value)),
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": _rounded(np.array([one["power"]["hi"] for one in rows]) - value),
                    "arrayminus": _rounded(value - np.array([one["power"]["lo"] for one in rows])),
                    "thickness": 1.2,
                    "width": 3,
                    "color": colour(token, 60),
                },
                "line": {"color": colour(token), "width": 2},
                "marker": {"size": 7},
                "hovertemplate": "strength %{x}: found in %{y:.0%}<extra></extra>",
            }
        )
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": "anchors tested alone",
                "x": x,
                "y": _rounded(np.array([one["power_alone"]["value"] for one in rows])),
                "line": {"color": colour(token, 60), "width": 1.4, "dash": "dot"},
                "hovertemplate": "alone, strength %{x}: %{y:.0%}<extra></extra>",
            }
        )
    layout = {
        "xaxis": {"title": {"text": "planted strength"}, "range": [-0.03, 1.03]},
        "yaxis": {"tickformat": ".0%", "range": [-0.02, 1.04], "title": {"text": "found"}},
        "shapes": [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": level,
                "y1": level,
                "line": {"color": colour("muted", 60), "width": 1, "dash": "dash"},
            }
            for level in (payload["alpha"], payload["power_target"])
        ],
        "margin": {"t": 60},
    }
    counts = " and ".join(
        str(payload["power"][name][-1]["plantings"]) for name in ("levels", "elsewhere")
    )
    return Chart(
        "power",
        "From which strength on a planted anchor is found",
        f"Into copies of this tape, {counts} plantings a strength, with Wilson's intervals; found: "
        "p after Holm's correction is at most 5 %. At strength 0 every finding is a false one. "
        "Other prices: moved by 6 to 15 c, drawn anew for each session, so that what this tape "
        "happens to show at 25, 50 and 75 c is averaged out. Dashed: 5 and 80 %.",
        data,
        layout,
        height=_HEIGHT + 40,
    )


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.4g}") for value in values]
