"""The detectors beside each other, for the terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from kalshi_exp.metrics.detection import Row, applies, rows_of
from kalshi_exp.report.detection.told import told, told_asked, told_interval


def detection_table(payload: dict[str, Any]) -> Table:
    """One row a figure: each detector's value, its interval and what chance would have.

    Args:
        payload: as `metrics.detection.payload` gives it.
    """
    detectors = list(payload["detectors"])
    table = Table(title=payload["headline"], title_justify="left", title_style="bold")
    table.add_column("")
    for name in detectors:
        table.add_column(name, justify="right")
        table.add_column("95 % by session", justify="right", style="dim")
        table.add_column("baseline", justify="right", style="dim")
    table.add_column("asked")
    group = ""
    for row, found in rows_of(payload):
        if row.group != group:
            group = row.group
            table.add_section()
            table.add_row(Text(group, style="bold"), *[""] * (3 * len(detectors) + 1))
        cells = []
        for name in detectors:
            figure = found[name]
            reason = figure.get("reason", "") if figure["value"] is None else ""
            cells += [
                Text(reason, style="dim") if reason else told(figure["value"], row.unit),
                told_interval(figure, row.unit),
                told(figure["baseline"]["value"], row.unit),
            ]
        table.add_row(f"  {row.title}", *cells, _asked(row, payload, found))
    return table


def _asked(row: Row, payload: dict[str, Any], found: dict[str, dict[str, Any]]) -> Text:
    text = Text()
    if not any(applies(row, payload, name) for name in found):
        return text
    text.append(told_asked(row.asked, row.unit, row.better), style="dim")
    for name, figure in found.items():
        met = row.met(figure["value"])
        if met is not None:
            text.append(f"  {name} ")
            text.append("ok" if met else "off", style="green" if met else "bold red")
    return text
