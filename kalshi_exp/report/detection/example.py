"""One market of one session: what the detectors told each second, over what was true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import polars as pl

from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.detection import TITLES
from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.detection.told import token
from kalshi_exp.report.palette import colour

_MOST = 900  # points of a line


@final
@dataclass(frozen=True, eq=False)
class Example:
    """One market of one session.

    Attributes:
        session: its name.
        market: its place in the session.
        times: int64[T], ns.
        told: detector -> family -> float[T], what was told of the market.
        true: EPISODES of the market.
    """

    session: str
    market: int
    times: np.ndarray
    told: Mapping[str, Mapping[str, np.ndarray]]
    true: pl.DataFrame


def example_charts(example: Example, operating: Mapping[str, Mapping[str, float]]) -> list[Chart]:
    """A picture for each family: lines what was told, shaded what was true.

    Args:
        example: the market.
        operating: detector -> family -> the threshold it is used at.
    """
    families = dict.fromkeys(family for one in example.told.values() for family in one)
    return [_chart(example, family, operating) for family in families]


def _chart(
    example: Example, family: str, operating: Mapping[str, Mapping[str, float]]
) -> Chart:  # fmt: skip
    start = int(example.times[0]) if len(example.times) else 0
    step = max(1, -(-len(example.times) // _MOST))
    seconds = (example.times[::step] - start) / SECOND
    data: list[dict[str, Any]] = []
    for name, told in example.told.items():
        if family not in told:
            continue
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": plain(name),
                "x": [round(float(one), 1) for one in seconds],
                "y": [round(float(one), 3) for one in told[family][::step]],
                "line": {"color": colour(token(name)), "width": 1.6, "shape": "hv"},
                "hovertemplate": f"{plain(name)}: %{{y}} at %{{x}} s<extra></extra>",
            }
        )
    mine = example.true.filter(pl.col("family") == family)
    shapes = [_shade(row, start) for row in mine.iter_rows(named=True)]
    for name, thresholds in operating.items():
        if family in thresholds and family in example.told.get(name, {}):
            shapes.append(_line(thresholds[family], name))
    cents = family == "violation"
    return Chart(
        f"example-{family}",
        f"{TITLES.get(family, family)}: session {example.session}, market {example.market + 1}",
        f"Shaded: the {len(mine)} true episodes. Dotted: the threshold at which an alarm begins.",
        data,
        {
            "xaxis": {"title": {"text": "seconds"}, "zeroline": False},
            "yaxis": {"title": {"text": "cents" if cents else "probability"}}
            | ({} if cents else {"range": [0, 1.03]}),
            "shapes": shapes,
        },
        height=240,
    )


def _shade(row: dict[str, Any], start: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": (row["start"] - start) / SECOND,
        "x1": (row["end"] - start) / SECOND,
        "y0": 0,
        "y1": 1,
        "fillcolor": colour("momentum", 16),
        "line": {"width": 0},
        "layer": "below",
    }


def _line(threshold: float, name: str) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": threshold,
        "y1": threshold,
        "line": {"color": colour(token(name), 60), "width": 1, "dash": "dot"},
    }
