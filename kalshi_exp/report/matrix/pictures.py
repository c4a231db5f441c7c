"""Pictures of a study: the matrix, real money, and what each training orders."""

from __future__ import annotations

from typing import Any

from kalshi_exp.env.actions import SIZES
from kalshi_exp.metrics import show, show_interval
from kalshi_exp.metrics.matrix import EXCHANGE
from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.palette import colour

_SHADES = (28, 44, 60, 78, 100)
_PROMISED, _REAL = "maker", "agent"


def pictures(payload: dict[str, Any]) -> list[Chart]:
    """All of them.

    Args:
        payload: of matrix.json.
    """
    return [heat_map(payload), real_money(payload), size_mix(payload), patience(payload)]


def heat_map(payload: dict[str, Any]) -> Chart:
    """Dollars a session by training (down) and judge (across), baselines beneath."""
    judges, names = payload["judges"], [*payload["models"], *payload["baselines"]]
    cells = [[payload["money"][judge][name] for judge in judges] for name in names]
    values = [[cell["value"] for cell in row] for row in cells]
    reach = max((abs(v) for row in values for v in row), default=0.0) or 1.0
    return Chart(
        "matrix",
        "Trained under (down), judged by (across), dollars a session",
        "P&L after fees of the policy that plays its most probable action, over all training "
        "seeds, with its interval; the baselines, which learned nothing, stand beneath. The "
        "exchange's column is real money; what a model's own column shows beyond it is phantom.",
        [
            {
                "type": "heatmap",
                "x": [plain(judge) for judge in judges],
                "y": [plain(name) for name in names],
                "z": [[_rounded(v) for v in row] for row in values],
                "text": [
                    [f"<b>{show(c['value'], '$')}</b><br>{_within(c)}" for c in row]
                    for row in cells
                ],
                "customdata": [
                    [f"{show(c['value'], '$')}, {_within(c) or 'no interval'}" for c in row]
                    for row in cells
                ],
                "texttemplate": "%{text}",
                "textfont": {"color": colour("ink"), "size": 11.5},
                "hovertemplate": (
                    "trained under %{y}, judged by %{x}<br>%{customdata} a session<extra></extra>"
                ),
                "zmin": -reach,
                "zmax": reach,
                "xgap": 3,
                "ygap": 3,
                "showscale": False,
                "colorscale": [
                    [0.0, colour("bad", 75)],
                    [0.5, colour("card", 100)],
                    [1.0, colour("good", 75)],
                ],
            }
        ],
        {
            "xaxis": {"side": "top", "showgrid": False, "zeroline": False, "type": "category"},
            "yaxis": {
                "autorange": "reversed",
                "showgrid": False,
                "zeroline": False,
                "type": "category",
            },
            "margin": {"t": 34, "b": 10},
        },
        {"margin": {"l": 84}},
        height=60 + 54 * len(names),
    )


def real_money(payload: dict[str, Any]) -> Chart:
    """What each training earns in the exchange, and what its own model had promised."""
    names = [*payload["models"], *payload["baselines"]]
    real = {name: payload["money"][EXCHANGE][name] for name in names}
    own = {
        name: payload["money"][name][name] for name in payload["models"] if name in payload["money"]
    }
    dots = [(value, name) for name in payload["models"] for value in payload["money_by_seed"][name]]
    place = {name: k for k, name in enumerate(names)}
    data = [
        _ranges("in the exchange", _REAL, "circle", real, place, 0.0),
        _ranges("under its own model", _PROMISED, "diamond", own, place, 0.22),
        {
            "type": "scatter",
            "mode": "markers",
            "name": "each seed in the exchange",
            "x": [_rounded(value) for value, _ in dots],
            "y": [place[name] - 0.2 for _, name in dots],
            "marker": {"color": colour(_REAL, 45), "size": 7},
            "hovertemplate": "one seed: $%{x:,.2f} a session<extra></extra>",
        },
    ]
    return Chart(
        "real-money",
        "Real money, and what was promised",
        "Dollars a session with intervals over sessions and training seeds: what the exchange "
        "paid (a small dot a seed), and what the model that each was trained under said.",
        data,
        {
            "xaxis": {"title": {"text": "dollars a session"}, "zeroline": True, "showgrid": True},
            "yaxis": {
                "tickvals": list(place.values()),
                "ticktext": [plain(name) for name in names],
                "range": [len(names) - 0.5, -0.5],
                "showgrid": False,
                "zeroline": False,
            },
        },
        height=90 + 44 * len(names),
    )


def size_mix(payload: dict[str, Any]) -> Chart:
    """What share of the contracts asked for went out in orders of each size."""
    names = [*payload["models"], *payload["baselines"]]
    behaviour = {
        name: payload["behaviour"][name]["size_mix"]
        for name in names
        if payload["behaviour"][name]["size_mix"][str(SIZES[0])]["value"] is not None
    }
    data = []
    for size, shade in zip(SIZES, _SHADES, strict=True):
        figures = [mix[str(size)] for mix in behaviour.values()]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": f"{size} contracts",
                "y": [plain(name) for name in behaviour],
                "x": [round(one["value"], 5) for one in figures],
                "customdata": [show_interval(one, "%") or "no interval" for one in figures],
                "marker": {
                    "color": colour(_REAL, shade),
                    "line": {"width": 0.6, "color": colour("card")},
                },
                "hovertemplate": (
                    f"%{{y}}: %{{x:.1%}} of contracts asked for {size} at a time<br>"
                    "%{customdata}<extra></extra>"
                ),
            }
        )
    return Chart(
        "size-mix",
        "Size mix",
        "Shares of the contracts asked for in the exchange, by the size of the order; a stronger "
        "shade is a larger one. Who ordered nothing is left out.",
        data,
        {
            "barmode": "stack",
            "bargap": 0.34,
            "xaxis": {"tickformat": ".0%", "range": [0, 1], "zeroline": False},
            "yaxis": {"autorange": "reversed", "showgrid": False, "type": "category"},
            "legend": {"traceorder": "normal"},
        },
        height=110 + 40 * max(len(behaviour), 1),
        half=True,
    )


def patience(payload: dict[str, Any]) -> Chart:
    """What share of the contracts came to rest, placed and filled."""
    names = [*payload["models"], *payload["baselines"]]
    place = {name: k for k, name in enumerate(names)}
    data = []
    for figure, title, token, symbol, shift in (
        ("passive_share", "of contracts placed", _REAL, "circle", -0.12),
        ("passive_filled_share", "of contracts filled", "momentum", "square", 0.12),
    ):
        rows = {name: payload["behaviour"][name][figure] for name in names}
        data.append(_ranges(title, token, symbol, rows, place, shift, unit="%"))
    return Chart(
        "patience",
        "Passive share",
        "Share of the contracts placed, and of those filled, that rested in the book, in the "
        "exchange, with intervals.",
        data,
        {
            "xaxis": {"tickformat": ".0%", "range": [-0.02, 1.02], "zeroline": False,
                      "showgrid": True},
            "yaxis": {
                "tickvals": list(place.values()),
                "ticktext": [plain(name) for name in names],
                "range": [len(names) - 0.5, -0.5],
                "showgrid": False,
                "zeroline": False,
            },
        },
        height=110 + 40 * len(names),
        half=True,
    )  # fmt: skip


def _ranges(
    title: str,
    token: str,
    symbol: str,
    figures: dict[str, dict[str, Any]],
    place: dict[str, int],
    shift: float,
    unit: str = "$",
) -> dict[str, Any]:
    """Points with their intervals as error bars, a row a name."""
    rows = {name: one for name, one in figures.items() if one["value"] is not None}
    ends = [(one["lo"], one["value"], one["hi"]) for one in rows.values()]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": title,
        "x": [_rounded(value) for _, value, _ in ends],
        "y": [place[name] + shift for name in rows],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [0 if hi is None else _rounded(hi - value) for _, value, hi in ends],
            "arrayminus": [0 if lo is None else _rounded(value - lo) for lo, value, _ in ends],
            "color": colour(token),
            "thickness": 2,
            "width": 0,
        },
        "customdata": [
            f"{show(one['value'], unit)}, {show_interval(one, unit) or 'no interval'}"
            for one in rows.values()
        ],
        "marker": {"color": colour(token), "size": 10, "symbol": symbol},
        "hovertemplate": f"{title}: %{{customdata}}<extra></extra>",
    }


def _within(figure: dict[str, Any]) -> str:
    return show_interval(figure, "$")


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
