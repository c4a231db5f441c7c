"""Pictures of fill models against the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kalshi_exp.metrics.realism import CEILING, GROUPS
from kalshi_exp.metrics.realism.table import SIZES
from kalshi_exp.probes import HORIZONS, MARKOUTS
from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.fill_realism.looks import model_looks
from kalshi_exp.report.palette import Look, colour

TRUTH = "truth"
_HALF = 360


def curve(
    name: str,
    look: Look,
    x: Sequence[Any],
    figures: Sequence[Mapping[str, Any]],
    *,
    scale: float = 1.0,
    hidden: bool = False,
) -> dict[str, Any]:
    """A line through figures, with their intervals as error bars where there are any."""
    values = [None if f["value"] is None else f["value"] * scale for f in figures]
    ends = [
        (0.0, 0.0)
        if f["value"] is None or f["lo"] is None
        else ((f["hi"] - f["value"]) * scale, (f["value"] - f["lo"]) * scale)
        for f in figures
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(name),
        "x": list(x),
        "y": values,
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [up for up, _ in ends],
            "arrayminus": [down for _, down in ends],
            "thickness": 1,
            "width": 2,
            "color": colour(look.token, 55),
        },
        "line": {"color": colour(look.token), "width": look.width, "dash": look.dash},
        "marker": {"symbol": look.symbol, "size": 7, "color": colour(look.token)},
        "visible": "legendonly" if hidden else True,
        "hovertemplate": f"{plain(name)}: %{{y:.3g}}<extra></extra>",
    }


def _quiet(name: str) -> bool:
    """Models that a picture leaves to the legend, so that it can be read."""
    return name.startswith("queue_") or name == CEILING


def group_charts(payload: dict[str, Any]) -> list[Chart]:
    """A pair of pictures, passive and aggressive, for each question."""
    charts = [_scatter(payload, group) for group in GROUPS]
    for group in GROUPS:
        charts.append(
            _by(payload, group, "odds", HORIZONS, "s", 1.0, "Orders filled within",
                "Share of orders with a fill within so many seconds of arrival.")
        )  # fmt: skip
    for group in GROUPS:
        charts.append(_waits(payload, group))
    charts.append(
        _by(payload, "passive", "brier", HORIZONS, "s", 1.0, "Brier score of an order's fill",
            "Squared error of the probability of a fill; the truth itself scores 0.")
    )  # fmt: skip
    charts.append(_reliability(payload))
    for group in GROUPS:
        charts.append(
            _by(payload, group, "markout", MARKOUTS, "s", 1.0, "Mark-out after a fill",
                "Mid so long after a fill against its price, cents a contract; below zero it cost "
                "us. A model that knows nothing of the next price shows it here.")
        )  # fmt: skip
    return [*charts, _slippage(payload), _forest(payload)]


def _chart(
    name: str, title: str, caption: str, data: list[dict[str, Any]], layout: dict[str, Any]
) -> Chart:
    return Chart(name, title, caption, data, layout, height=_HALF, half=True)


def _scatter(payload: dict[str, Any], group: str) -> Chart:
    rows = [row for row in payload["strategies"] if row["aggressive"] == (group == "aggressive")]
    models = list(payload["models"])
    look = model_looks(models)
    data: list[dict[str, Any]] = []
    truth = [row["profit_cents"][TRUTH]["value"] for row in rows]
    known = [value for value in truth if value is not None]
    if known:
        ends = [min(known), max(known)]
        data.append(
            {
                "type": "scatter", "mode": "lines", "x": ends, "y": ends, "showlegend": False,
                "line": {"color": colour("path", 60), "width": 1}, "hoverinfo": "skip",
            }
        )  # fmt: skip
    shown = {payload["best"], "old", "probabilistic"}
    for name in models:
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": plain(name),
                "x": truth,
                "y": [row["profit_cents"][name]["value"] for row in rows],
                "text": [plain(row["name"]) for row in rows],
                "marker": {
                    "symbol": look[name].symbol, "size": 8, "color": colour(look[name].token),
                },
                "visible": True if name in shown else "legendonly",
                "hovertemplate": f"%{{text}}<br>truth %{{x:.2f}} c, {plain(name)} %{{y:.2f}} c"
                "<extra></extra>",
            }
        )  # fmt: skip
    return _chart(
        f"scatter-{group}",
        f"P&L in simulation against the exchange, {group} strategies",
        "A mark a strategy: cents an offered contract, fill against the mid 60 s later, less "
        "fees. On the line the model is right. Choose models in the legend.",
        data,
        {"xaxis": {"title": {"text": "in the exchange, cents"}, "zeroline": False},
         "yaxis": {"title": {"text": "under the model, cents"}, "zeroline": False}},
    )  # fmt: skip


def _by(
    payload: dict[str, Any], group: str, stem: str, steps: Sequence[int], unit: str, scale: float,
    title: str, caption: str,
) -> Chart:  # fmt: skip
    """Figures `stem_STEP` of all contestants over their steps."""
    data = []
    named = {TRUTH: payload["truth"][group]} if "truth" in payload else {}
    named |= {name: groups[group] for name, groups in payload["models"].items()}
    look = model_looks(named)
    x = [f"{step} {unit}" for step in steps]
    for name, figures in named.items():
        chosen = [figures.get(f"{stem}_{step}") for step in steps]
        if all(one is not None and one["value"] is not None for one in chosen):
            data.append(curve(name, look[name], x, chosen, scale=scale, hidden=_quiet(name)))
    axis: dict[str, Any] = {"zeroline": False}
    if stem == "odds":
        axis["tickformat"] = ".0%"
    return _chart(
        f"{stem}-{group}", f"{title}, {group} strategies", caption, data,
        {"yaxis": axis, "xaxis": {"type": "category", "showgrid": False}},
    )  # fmt: skip


def _waits(payload: dict[str, Any], group: str) -> Chart:
    look = model_looks(payload["waits"])
    data = []
    for name, groups in payload["waits"].items():
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": plain(name),
                "x": payload["wait_classes"],
                "y": groups[group],
                "line": {
                    "color": colour(look[name].token),
                    "width": look[name].width,
                    "dash": look[name].dash,
                },
                "visible": "legendonly" if _quiet(name) else True,
                "hovertemplate": f"{plain(name)}: %{{y:.1%}} within %{{x}} s<extra></extra>",
            }
        )
    return _chart(
        f"waits-{group}", f"Time to the first fill, {group} strategies",
        "Share of all orders that had a fill by then.", data,
        {"xaxis": {"type": "log", "title": {"text": "seconds after arrival"}},
         "yaxis": {"tickformat": ".0%", "rangemode": "tozero"}},
    )  # fmt: skip


def _reliability(payload: dict[str, Any]) -> Chart:
    look = model_looks(payload["reliability"])
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1], "showlegend": False,
            "line": {"color": colour("path", 60), "width": 1}, "hoverinfo": "skip",
        }
    ]  # fmt: skip
    for name, groups in payload["reliability"].items():
        rows = groups["passive"]["30"]
        if not rows:
            continue
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": plain(name),
                "x": [row[0] for row in rows],
                "y": [row[1] for row in rows],
                "customdata": [row[2] for row in rows],
                "line": {"color": colour(look[name].token), "width": 1.4, "dash": look[name].dash},
                "marker": {
                    "symbol": look[name].symbol, "size": 8, "color": colour(look[name].token),
                },
                "visible": "legendonly" if _quiet(name) else True,
                "hovertemplate": f"{plain(name)}: said %{{x:.0%}}, was %{{y:.0%}} of "
                "%{customdata:,} orders<extra></extra>",
            }
        )  # fmt: skip
    return _chart(
        "reliability", "Reliability: a fill within 30 s, passive strategies",
        "What share of the orders that a model gives a probability were filled. A model without "
        "luck only ever says 0 or 1.", data,
        {"xaxis": {"tickformat": ".0%", "title": {"text": "probability said"}},
         "yaxis": {"tickformat": ".0%", "title": {"text": "share filled"}}},
    )  # fmt: skip


def _slippage(payload: dict[str, Any]) -> Chart:
    named = {TRUTH: payload["truth"]["aggressive"]} if "truth" in payload else {}
    named |= {name: groups["aggressive"] for name, groups in payload["models"].items()}
    look = model_looks(named)
    data = [
        curve(name, look[name], SIZES, [figures[f"slippage_{k}"] for k in SIZES],
              hidden=_quiet(name))
        for name, figures in named.items()
    ]  # fmt: skip
    return _chart(
        "slippage", "Slippage by size of the order",
        "Cents a contract paid beyond the mid at the decision, by orders under 20, from 20 and "
        "from 100 contracts that took.", data,
        {"yaxis": {"rangemode": "tozero"}, "xaxis": {"type": "category", "showgrid": False}},
    )  # fmt: skip


def _forest(payload: dict[str, Any]) -> Chart:
    """Pearson of every model with its interval, both groups."""
    data = []
    names = list(payload["models"])[::-1]
    lowest: list[float] = []
    for offset, group, token in ((0.14, "passive", "agent"), (-0.14, "aggressive", "maker")):
        rows = [payload["models"][name][group].get("pearson") for name in names]
        there = [(k, row) for k, row in enumerate(rows) if row and row["value"] is not None]
        lowest += [row["value"] for _, row in there]
        bars = [
            (0, 0) if r["lo"] is None else (r["hi"] - r["value"], r["value"] - r["lo"])
            for _, r in there
        ]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": group,
                "x": [row["value"] for _, row in there],
                "y": [k + offset for k, _ in there],
                "error_x": {
                    "type": "data", "symmetric": False, "thickness": 1.4, "width": 3,
                    "array": [up for up, _ in bars], "arrayminus": [down for _, down in bars],
                    "color": colour(token, 60),
                },
                "marker": {"color": colour(token), "size": 8},
                "hovertemplate": f"{group}: %{{x:.3f}}<extra></extra>",
            }
        )  # fmt: skip
    return _chart(
        "forest", "Correlation with the truth",
        "Pearson over strategies, 95 % over strategies and sessions.", data,
        {"yaxis": {"tickvals": list(range(len(names))), "ticktext": [plain(n) for n in names],
                   "zeroline": False, "showgrid": False},
         "xaxis": {"range": [min([-0.25, *lowest]) - 0.05, 1.05], "zeroline": True}},
    )  # fmt: skip


def ladder_charts(payload: dict[str, Any]) -> list[Chart]:
    """Every strategy's P&L at each rung, and what the rungs do to correlation and level."""
    rungs = payload["ladder"]
    if not rungs:
        return []
    names = [rung["rung"] for rung in rungs]
    charts = []
    for group, token in (("passive", "agent"), ("aggressive", "maker")):
        data: list[dict[str, Any]] = []
        for row in payload["strategies"]:
            if row["aggressive"] != (group == "aggressive"):
                continue
            label = plain(row["name"])
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines+markers",
                    "name": label,
                    "showlegend": False,
                    "x": [*names, "the exchange"],
                    "y": [
                        *(rung["profit_cents"][row["name"]] for rung in rungs),
                        row["profit_cents"][TRUTH]["value"],
                    ],
                    "line": {"color": colour(token, 55), "width": 1.2},
                    "marker": {"size": 4, "color": colour(token)},
                    "hovertemplate": f"{label}<br>%{{x}}: %{{y:.2f}} c<extra></extra>",
                }
            )
        charts.append(
            Chart(
                f"ladder-{group}",
                f"The realism ladder, {group} strategies",
                "A line a strategy: its P&L an offered contract as one assumption after the other "
                "is given up, and what it was in the exchange.",
                data,
                {"xaxis": {"type": "category", "showgrid": True},
                 "yaxis": {"title": {"text": "cents"}, "zeroline": True}},
                height=420,
            )
        )  # fmt: skip
    for figure, title, form in (
        ("error_cents", "P&L error at each rung", ""),
        ("overstatement", "Overstatement at each rung", ".0%"),
    ):
        data = []
        for group, token in (("passive", "agent"), ("aggressive", "maker")):
            look = Look(token, "solid", "circle", 2.0)
            data.append(curve(group, look, names, [rung[group][figure] for rung in rungs]))
        charts.append(
            _chart(
                f"rungs-{figure}", title,
                "Cents from the truth, mean over strategies." if figure == "error_cents"
                else "Mean P&L less the truth's over its mean size; above zero it flatters.",
                data,
                {"xaxis": {"type": "category", "showgrid": False},
                 "yaxis": {"tickformat": form, "zeroline": True}},
            )
        )  # fmt: skip
    return charts
