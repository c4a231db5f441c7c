"""Every feature in one table, for the terminal."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from kalshi_exp.report.features.told import between, moved, number, percent, probability, signed

_COLUMNS = (
    "", "feature", "min", "5 %", "median", "95 %", "max", "most common", "missing",
    "Spearman 10 s", "95 % by session", "p", "Pearson", "importance", "95 % by session", "group",
)  # fmt: skip
_HEEDED, _SURE, _GROUP = 13, 14, 15


def features_table(payload: dict[str, Any]) -> Table:
    """One row a feature, in column order.

    Args:
        payload: as `metrics.features.describe` gives it.
    """
    table = Table(
        title=payload["headline"],
        title_justify="left",
        title_style="bold",
        caption="group: mean of its features; in bold all of them shuffled together",
        caption_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for name in _COLUMNS:
        table.add_column(
            name,
            justify="left" if name == "feature" else "right",
            style="dim" if name in ("", "95 % by session") else "",
            no_wrap=True,
        )
    group = ""
    for place, feature in enumerate(payload["features"]):
        if feature["group"] != group:
            group = feature["group"]
            table.add_row(*_group_cells(group, payload["groups"][group]))
        table.add_row(*_cells(place, feature))
    return table


def _group_cells(name: str, group: dict[str, Any]) -> list[Any]:
    cells: list[Any] = [""] * len(_COLUMNS)
    cells[1] = Text(name if group["on"] else f"{name}: off", style="bold")
    if group["on"]:
        figure = group["importance"]
        cells[_HEEDED] = Text(moved(figure["value"]), style="bold")
        cells[_SURE], cells[_GROUP] = between(figure, moved), moved(group["average"])
    return cells


def _cells(place: int, feature: dict[str, Any]) -> list[Any]:
    spread, importance = feature["distribution"], feature["importance"]
    bad, on = spread["nonfinite"], feature["on"]
    return [
        str(place),
        Text(feature["name"], style="" if on else "dim"),
        *(number(spread[name]) for name in ("min", "p5", "median", "p95", "max")),
        f"{percent(spread['common_share'])} at {number(spread['common'])}",
        Text(f"{bad} not finite", style="bold red") if bad else percent(feature["missing"]),
        signed(feature["spearman"]["value"]),
        between(feature["spearman"], signed),
        probability(feature["p"]),
        signed(feature["pearson"]["value"]),
        moved(importance["value"]) if on else Text("off", style="dim"),
        between(importance, moved) if on else "",
        "",
    ]
