"""Three pictures of all features: importance, foresight and spread."""

from __future__ import annotations

from typing import Any

from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.palette import colour

_ROW = 17  # px


def pictures(payload: dict[str, Any]) -> list[Chart]:
    """What the policy heeds, what foretells the price, and how each is spread.

    Args:
        payload: as `metrics.features.describe` gives it.
    """
    features = payload["features"]
    heeded = sorted(
        (f for f in features if f["on"] and f["importance"]["value"] is not None),
        key=lambda f: f["importance"]["value"],
    )
    telling = sorted(
        (f for f in features if f["spearman"]["value"] is not None),
        key=lambda f: abs(f["spearman"]["value"]),
    )
    return [
        _bars(
            "importance",
            "What the policy heeds",
            "Change of its action probabilities when the feature is shuffled, with intervals of "
            "95 % by session; nothing shuffled is 0.",
            heeded,
            "importance",
            "agent",
        ),
        _bars(
            "foresight",
            "What foretells the price",
            "Spearman's correlation with the mid 10 s later less the mid now, with intervals of "
            "95 % by session; a feature that tells nothing is at 0.",
            telling,
            "spearman",
            "maker",
        ),
        _spread(features),
    ]


def _layout(names: list[str]) -> dict[str, Any]:
    return {
        "xaxis": {"zeroline": True, "showgrid": True},
        "yaxis": {
            "tickvals": list(range(len(names))),
            "ticktext": [plain(name) for name in names],
            "showgrid": False,
            "zeroline": False,
            "range": [-0.7, len(names) - 0.3],
        },
        "margin": {"l": 130},
        "showlegend": False,
    }


def _bars(
    name: str, title: str, caption: str, features: list[dict[str, Any]], figure: str, token: str
) -> Chart:  # fmt: skip
    found = [one[figure] for one in features]
    values = [one["value"] for one in found]
    data = {
        "type": "scatter",
        "mode": "markers",
        "x": [float(f"{value:.4g}") for value in values],
        "y": list(range(len(values))),
        "marker": {"color": colour(token), "size": 7},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [0 if o["hi"] is None else max(o["hi"] - o["value"], 0.0) for o in found],
            "arrayminus": [0 if o["lo"] is None else max(o["value"] - o["lo"], 0.0) for o in found],
            "color": colour(token, 60),
            "thickness": 1.4,
            "width": 0,
        },
        "customdata": [plain(one["name"]) for one in features],
        "hovertemplate": "%{customdata}: %{x}<extra></extra>",
    }
    layout = _layout([one["name"] for one in features])
    if figure == "importance":
        layout["xaxis"] |= {"tickformat": ".2~%"}
    return Chart(name, title, caption, [data], layout, height=90 + _ROW * len(values), half=True)


def _spread(features: list[dict[str, Any]]) -> Chart:
    shown = [f for f in reversed(features) if f["distribution"]["min"] is not None]
    data: list[dict[str, Any]] = []
    for low, high, width, percent in (("min", "max", 1, 60), ("p5", "p95", 5, 80)):
        x: list[float | None] = []
        y: list[int | None] = []
        for place, one in enumerate(shown):
            x += [one["distribution"][low], one["distribution"][high], None]
            y += [place, place, None]
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": x,
                "y": y,
                "line": {"color": colour("path", percent), "width": width},
                "hoverinfo": "skip",
            }
        )
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [one["distribution"]["median"] for one in shown],
            "y": list(range(len(shown))),
            "marker": {"color": colour("ink"), "size": 6},
            "customdata": [plain(one["name"]) for one in shown],
            "hovertemplate": "%{customdata}: median %{x}<extra></extra>",
        }
    )
    return Chart(
        "spread",
        "How features are spread",
        "Thin: least to greatest. Thick: 5 to 95 %. Dot: median.",
        data,
        _layout([one["name"] for one in shown]),
        height=90 + _ROW * len(shown),
    )
