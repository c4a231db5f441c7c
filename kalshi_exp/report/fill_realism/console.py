"""The table that `report=fills` prints."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from kalshi_exp.metrics.figures import show, show_interval
from kalshi_exp.metrics.realism import GROUPS

COLUMNS = ("pearson", "overstatement", "error_cents", "fill_rate_error", "brier_30", "markout_60")
_TITLES = (
    "Pearson",
    "Overstatement",
    "P&L error",
    "Fill rate error",
    "Brier 30 s",
    "Mark-out 60 s",
)


def fills_table(payload: dict[str, Any]) -> Table:
    """A row a model and group of strategies; the best model is bold."""
    table = Table(title=f"{payload['sessions']} sessions, {len(payload['strategies'])} strategies")
    table.add_column("Fill model")
    table.add_column("Strategies")
    for title in _TITLES:
        table.add_column(title, justify="right")
    table.add_column("Violations", justify="right")
    units = payload["units"]
    for name, groups in payload["models"].items():
        style = "bold" if name == payload["best"] else ""
        for group in GROUPS:
            cells = []
            for column in COLUMNS:
                figure = groups[group].get(column)
                if figure is None or figure["value"] is None:
                    cells.append("–")
                    continue
                under = show_interval(figure, units[column], bare=True)
                cells.append(show(figure["value"], units[column]) + (f"\n{under}" if under else ""))
            count = groups[group]["violations"]["value"]
            table.add_row(name, group, *cells, f"{count:,.0f}", style=style)
    return table
