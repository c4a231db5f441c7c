"""A picture for each statistic: distributions for quantiles, a dot a window for the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kalshi_exp.metrics.market import STATISTICS, Statistic, Window, by_window
from kalshi_exp.report.chart import Chart
from kalshi_exp.report.palette import colour
from kalshi_exp.report.realism.told import SIMULATION, TAPE, told

_POINTS = 240
_SIDES = (("tape", TAPE), ("simulation", SIMULATION))
_HEIGHT = 250


def pictures(
    payload: dict[str, Any], tape: Sequence[Window], simulation: Sequence[Window]
) -> list[Chart]:
    """All of them, in the order of the list.

    Args:
        payload: as `metrics.market.compare` gives it.
        tape: the recorded windows.
        simulation: the simulated ones.
    """
    sides = {"tape": tape, "simulation": simulation}
    alone = {name: by_window(windows) for name, windows in sides.items()}
    charts = []
    for one, row in zip(STATISTICS, payload["statistics"], strict=True):
        if one.sample is None:
            values = {name: alone[name][one.key] for name in sides}
            charts.append(_dots(one, row, values))
        else:
            charts.append(_distribution(one, row, sides))
    return charts


def _chart(
    one: Statistic, row: dict[str, Any], data: list[dict[str, Any]], layout: dict[str, Any]
) -> Chart:
    return Chart(
        f"statistic-{one.number}",
        f"{one.number}. {one.title}: {'ok' if row['ok'] else 'off'}, {row['why']}",
        one.definition,
        data,
        layout,
        height=_HEIGHT,
        half=True,
    )


def _axis(unit: str) -> dict[str, Any]:
    axis: dict[str, Any] = {"zeroline": False, "showgrid": True}
    names = {"c": "cents", "%": "", "": ""}
    axis["title"] = {"text": names.get(unit, unit)}
    if unit == "%":
        axis["tickformat"] = ".0%"
    return axis


def _dots(one: Statistic, row: dict[str, Any], values: dict[str, np.ndarray]) -> Chart:
    data: list[dict[str, Any]] = []
    for place, (name, token) in enumerate(reversed(_SIDES)):
        found = values[name][np.isfinite(values[name])]
        # Spread by a rule, not by luck: equal inputs give equal pages.
        spread = ((np.arange(len(found)) * 0.618) % 1.0 - 0.5) * 0.34
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": _rounded(found),
                "y": _rounded(place - 0.12 + spread),
                "marker": {"color": colour(token, 45), "size": 6},
                "hovertemplate": "one window: %{x}<extra></extra>",
                "showlegend": False,
            }
        )
        figure = row[name]
        if figure["value"] is None:
            continue
        ends = (figure["lo"], figure["hi"])
        if None not in ends:
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": list(ends),
                    "y": [place + 0.3, place + 0.3],
                    "line": {"color": colour(token), "width": 4},
                    "hoverinfo": "skip",
                    "showlegend": False,
                }
            )
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [figure["value"]],
                "y": [place + 0.3],
                "marker": {"color": colour(token), "size": 11, "symbol": "diamond"},
                "hovertemplate": f"{name}: {told(figure['value'], one.unit)}<extra></extra>",
                "showlegend": False,
            }
        )
    names = [name for name, _ in reversed(_SIDES)]
    layout = {
        "xaxis": _axis(one.unit),
        "yaxis": {
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [-0.5, len(names) - 0.4],
            "showgrid": False,
            "zeroline": False,
        },
        "margin": {"l": 76},
    }
    return _chart(one, row, data, layout)


def _distribution(
    one: Statistic, row: dict[str, Any], sides: dict[str, Sequence[Window]]
) -> Chart:  # fmt: skip
    if one.sample is None:
        raise ValueError(f"{one.key} is no quantile")
    name, share, scale = one.sample
    data: list[dict[str, Any]] = []
    wide = one.unit != "levels"
    for side, token in _SIDES:
        parts = [window.samples[name] for window in sides[side] if name in window.samples]
        pooled = np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.int64)
        if len(pooled):
            shares = np.linspace(0.0, 1.0, _POINTS)
            places = np.minimum((shares * len(pooled)).astype(np.int64), len(pooled) - 1)
            x = pooled[places] / scale
            kept = x > 0 if wide else np.ones(len(x), np.bool_)
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": side,
                    "x": _rounded(x[kept]),
                    "y": _rounded(shares[kept]),
                    "line": {"color": colour(token), "width": 2},
                    "hovertemplate": f"{side}: %{{y:.0%}} are at most %{{x}}<extra></extra>",
                }
            )
        value = row[side]["value"]
        if value is not None and (value > 0 or not wide):
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": [value],
                    "y": [share],
                    "marker": {"color": colour(token), "size": 11, "symbol": "diamond"},
                    "hovertemplate": f"{side}: {told(value, one.unit)}<extra></extra>",
                    "showlegend": False,
                }
            )
    axis = _axis(one.unit)
    if wide:
        axis |= {"type": "log", "dtick": 1}
    layout = {
        "xaxis": axis,
        "yaxis": {"tickformat": ".0%", "range": [0, 1.03], "title": {"text": "at most"}},
    }
    return _chart(one, row, data, layout)


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.4g}") for value in values]
