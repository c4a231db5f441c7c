"""Learning curves: key figures against frames, one small picture each."""

from __future__ import annotations

from typing import Any

import polars as pl

from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.palette import colour

_SKIP = {"frames", "decisions", "episodes", "best_tune_pnl", "fold"}
_TITLES = {
    "tune_pnl": "P&L on tuning sessions, $",
    "episode_reward": "Reward an episode",
    "kl": "KL divergence of updates",
    "clipped": "Share of clipped updates",
    "kl_stop": "Epochs cut short by KL",
}


def learning_chart(learning: pl.DataFrame | None) -> Chart | None:
    """Small multiples over frames.

    Args:
        learning: `frames`, optionally `fold`, and a column a figure; nulls are left out.

    Returns:
        The picture; None without a figure that holds at least two points.
    """
    if learning is None or learning.is_empty() or "frames" not in learning.columns:
        return None
    names = [
        name
        for name, dtype in learning.schema.items()
        if name not in _SKIP and dtype.is_numeric() and _points(learning, name) >= 2
    ]
    if not names:
        return None
    # What matters most comes first.
    names.sort(key=lambda name: (name != "tune_pnl", "reward" not in name))
    columns = 2 if len(names) == 4 else min(3, len(names))
    rows = -(-len(names) // columns)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    narrow: dict[str, Any] = {}
    notes: list[dict] = []
    thin: list[dict] = []
    folds = learning["fold"].unique().sort().to_list() if "fold" in learning.columns else [None]
    for k, name in enumerate(names):
        tail = "" if k == 0 else str(k + 1)
        column, row = k % columns, k // columns
        x = [column / columns + (0.055 if column else 0), (column + 1) / columns - 0.02]
        y = [1 - (row + 0.78) / rows, 1 - (row + 0.08) / rows]
        alone = [1 - (k + 0.76) / len(names), 1 - (k + 0.1) / len(names)]
        # Only the last picture of a column says what the steps are.
        lowest = k + columns >= len(names)
        words = {"text": "frames"} if lowest else {"text": ""}
        layout[f"xaxis{tail}"] = {"domain": x, "anchor": f"y{tail}", "title": words} | {
            "nticks": 4,
            "zeroline": False,
            "rangemode": "tozero",
        }
        layout[f"yaxis{tail}"] = {"domain": y, "anchor": f"x{tail}", "zeroline": False, "nticks": 5}
        narrow[f"xaxis{tail}"] = {"domain": [0, 1]}
        narrow[f"yaxis{tail}"] = {"domain": alone}
        title = _TITLES.get(name, name.replace("_", " ").capitalize())
        label = {
            "text": plain(title),
            "xref": "paper",
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 12, "color": colour("ink")},
        }
        notes.append(label | {"x": x[0], "y": y[1]})
        thin.append(label | {"x": 0, "y": alone[1]})
        for at, fold in enumerate(folds):
            part = learning if fold is None else learning.filter(pl.col("fold") == fold)
            part = part.filter(pl.col(name).is_not_null() & pl.col(name).is_not_nan())
            where = "" if fold is None else f"fold {fold}<br>"
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines+markers" if len(part) <= 12 else "lines",
                    "x": part["frames"].to_list(),
                    "y": [float(f"{value:.5g}") for value in part[name]],
                    "xaxis": f"x{tail}",
                    "yaxis": f"y{tail}",
                    "showlegend": False,
                    "line": {
                        "color": colour("agent", max(40, 100 - 22 * at)),
                        "width": 1.8,
                        "dash": ("solid", "dash", "dot", "dashdot")[at % 4],
                    },
                    "hovertemplate": f"{where}%{{x:,.3~s}} frames<br>%{{y:.4~g}}<extra></extra>",
                }
            )
    many = " Folds are told apart by dash." if len(folds) > 1 else ""
    return Chart(
        "learning",
        "Learning curves",
        f"From training and tuning sessions only; the judged sessions play no part in them.{many}",
        data,
        layout | {"annotations": notes},
        narrow | {"annotations": thin, "height": 190 * len(names)},
        height=60 + 190 * rows,
    )


def _points(learning: pl.DataFrame, name: str) -> int:
    column = learning[name].cast(pl.Float64).drop_nulls().drop_nans()
    # A figure that never moved is no curve.
    return len(column) if column.n_unique() > 1 else 0
