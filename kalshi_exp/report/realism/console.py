"""The statistics beside each other, for the terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from kalshi_exp.report.realism.told import told, told_interval


def realism_table(payload: dict[str, Any]) -> Table:
    """One row a statistic, in the fixed order.

    Args:
        payload: as `metrics.market.compare` gives it.
    """
    table = Table(title=payload["headline"], title_justify="left", title_style="bold")
    table.add_column("", justify="right", style="dim")
    table.add_column("statistic")
    for side in ("tape", "simulation"):
        table.add_column(side, justify="right")
        table.add_column("95 % by window", justify="right", style="dim")
    table.add_column("verdict")
    for row in payload["statistics"]:
        verdict = Text("ok  ", style="green") if row["ok"] else Text("off ", style="bold red")
        verdict.append(row["why"], style="dim" if row["ok"] else "")
        table.add_row(
            str(row["number"]),
            row["title"],
            *(
                text
                for side in ("tape", "simulation")
                for text in (
                    told(row[side]["value"], row["unit"]),
                    told_interval(row[side], row["unit"]),
                )
            ),
            verdict,
        )
    return table
