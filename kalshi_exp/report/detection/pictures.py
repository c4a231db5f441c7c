"""Pictures of how well patterns are detected: curves, calibration, recall by strength, latency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kalshi_exp.metrics.detection import STRONG, TITLES
from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.detection.told import CHANCE, token
from kalshi_exp.report.palette import colour

_HEIGHT = 300
_SHARE = {"tickformat": ".0%", "range": [0, 1.03], "zeroline": False}


def curves(payload: dict[str, Any]) -> list[Chart]:
    """Precision against recall over thresholds, a picture a family."""
    return [
        chart for family in _families(payload) if (chart := _curve(payload, family)) is not None
    ]


def calibrations(payload: dict[str, Any]) -> list[Chart]:
    """What came true against what was told, a picture a family that tells probabilities."""
    return [
        chart
        for family in _families(payload)
        if (chart := _calibration(payload, family)) is not None
    ]


def strengths(payload: dict[str, Any]) -> list[Chart]:
    """Recall against the strength a pattern was planted at, a picture a family."""
    return [
        chart
        for family in _families(payload)
        if (chart := _by_strength(payload, family)) is not None
    ]


def latencies(payload: dict[str, Any]) -> list[Chart]:
    """How late episodes were detected, a picture a family."""
    return [
        chart for family in _families(payload) if (chart := _latency(payload, family)) is not None
    ]


def _families(payload: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(f for one in payload["detectors"].values() for f in one["families"]))


def _each(payload: dict[str, Any], family: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, one["families"][family])
        for name, one in payload["detectors"].items()
        if family in one["families"]
    ]


def _line(
    name: str,
    x: Sequence[Any],
    y: Sequence[Any],
    of: str,
    text: str,
    dash: str = "solid",
    **more: Any,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(name),
        "x": _rounded(x),
        "y": _rounded(y),
        "line": {"color": colour(of), "width": 2, "dash": dash},
        "marker": {"color": colour(of), "size": 5},
        "hovertemplate": f"{plain(name)}: {text}<extra></extra>",
    } | more


def _rounded(values: Sequence[Any]) -> list[Any]:
    return [None if value is None else float(f"{value:.4g}") for value in values]


def _curve(payload: dict[str, Any], family: str) -> Chart | None:
    data: list[dict[str, Any]] = []
    for name, one in _each(payload, family):
        curve = one["curve"]
        if curve["average_precision"]["value"] is None:
            continue
        text = "precision %{y:.0%} at recall %{x:.0%}, threshold %{customdata}"
        shown = {"customdata": curve["thresholds"]}
        data.append(_line(name, curve["recall"], curve["precision"], token(name), text, **shown))
        data.append(
            _line(
                f"chance of {name}", curve["chance_recall"], curve["chance_precision"], CHANCE,
                text, "dot", **shown,
            )
        )  # fmt: skip
        at = curve["thresholds"].index(one["operating"])
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": _rounded([curve["recall"][at]]),
                "y": _rounded([curve["precision"][at]]),
                "marker": {"color": colour(token(name)), "size": 13, "symbol": "diamond"},
                "hovertemplate": f"{plain(name)} as used<extra></extra>",
                "showlegend": False,
            }
        )
    if not data:
        return None
    return Chart(
        f"curve-{family}",
        TITLES.get(family, family),
        "Diamond: the threshold in use. Dotted: the same episodes at random times.",
        data,
        {
            "xaxis": {**_SHARE, "title": {"text": "recall"}, "showgrid": True},
            "yaxis": {**_SHARE, "title": {"text": "precision"}},
        },
        height=_HEIGHT,
        half=True,
    )


def _calibration(payload: dict[str, Any], family: str) -> Chart | None:
    data: list[dict[str, Any]] = []
    for name, one in _each(payload, family):
        if one["calibration"] is None or one["calibration"]["brier"]["value"] is None:
            continue
        bins = [b for b in one["calibration"]["bins"] if b["told"] is not None]
        data.append(
            _line(
                name, [b["told"] for b in bins], [b["true"] for b in bins], token(name),
                "told %{x:.0%}, true %{y:.0%} of %{customdata:,} s",
                customdata=[b["seconds"] for b in bins],
            )
        )  # fmt: skip
    if not data:
        return None
    diagonal = {
        "type": "line", "x0": 0, "x1": 1, "y0": 0, "y1": 1,
        "line": {"color": colour(CHANCE), "width": 1.2, "dash": "dot"},
    }  # fmt: skip
    return Chart(
        f"calibration-{family}",
        TITLES.get(family, family),
        "Seconds by the probability told, and in which share of them an episode was under way. "
        "On the dotted line what is told is true.",
        data,
        {
            "xaxis": {**_SHARE, "title": {"text": "told"}, "showgrid": True},
            "yaxis": {**_SHARE, "title": {"text": "true"}},
            "shapes": [diagonal],
        },
        height=_HEIGHT,
        half=True,
    )


def _by_strength(payload: dict[str, Any], family: str) -> Chart | None:
    data: list[dict[str, Any]] = []
    for name, one in _each(payload, family):
        bins = [b for b in one["by_strength"] if b["recall"]["value"] is not None]
        if not bins:
            continue
        x = [(b["low"] + b["high"]) / 2 for b in bins]
        recall = [b["recall"] for b in bins]
        bars = {
            "type": "data",
            "symmetric": False,
            "array": [(r["hi"] or r["value"]) - r["value"] for r in recall],
            "arrayminus": [
                r["value"] - (r["value"] if r["lo"] is None else r["lo"]) for r in recall
            ],
            "color": colour(token(name), 60),
            "thickness": 1.2,
        }
        data.append(
            _line(
                name, x, [r["value"] for r in recall], token(name),
                "recall %{y:.0%} of %{customdata} episodes",
                customdata=[b["episodes"] for b in bins], error_y=bars,
            )
        )  # fmt: skip
        data.append(
            _line(
                f"chance of {name}", x, [r["baseline"]["value"] for r in recall], CHANCE,
                "recall %{y:.0%}", "dot",
            )
        )  # fmt: skip
    if not data:
        return None
    bound = {
        "type": "line", "x0": STRONG, "x1": STRONG, "yref": "paper", "y0": 0, "y1": 1,
        "line": {"color": colour(CHANCE, 60), "width": 1},
    }  # fmt: skip
    return Chart(
        f"strength-{family}",
        TITLES.get(family, family),
        f"Recall of episodes by the strength they were planted at, intervals of 95 % by session; "
        f"right of the line, from {STRONG:g} on, they have to be found.",
        data,
        {
            "xaxis": {"title": {"text": "strength"}, "range": [0, 1.03], "zeroline": False},
            "yaxis": {**_SHARE, "title": {"text": "recall"}},
            "shapes": [bound],
        },
        height=_HEIGHT,
        half=True,
    )


def _latency(payload: dict[str, Any], family: str) -> Chart | None:
    found = [(name, one["latencies"]) for name, one in _each(payload, family) if one["latencies"]]
    if not found:
        return None
    every = np.concatenate([values for _, values in found])
    low, high = np.floor(every.min()), np.ceil(every.max()) + 1.0
    edges = np.linspace(low, high, int(min(high - low, 40.0)) + 1)
    data: list[dict[str, Any]] = []
    for name, values in found:
        share = np.histogram(values, edges)[0] / len(values)
        data.append(
            {
                "type": "bar",
                "name": plain(name),
                "x": _rounded(((edges[:-1] + edges[1:]) / 2).tolist()),
                "y": _rounded(share.tolist()),
                "marker": {"color": colour(token(name), 80)},
                "hovertemplate": f"{plain(name)}: %{{y:.0%}} at about %{{x}} s<extra></extra>",
            }
        )
    return Chart(
        f"latency-{family}",
        TITLES.get(family, family),
        "Detected start less true start of matched episodes, seconds.",
        data,
        {
            "barmode": "group",
            "xaxis": {"title": {"text": "seconds late"}},
            "yaxis": {"tickformat": ".0%", "title": {"text": "share of matched episodes"}},
        },
        height=_HEIGHT,
        half=True,
    )
