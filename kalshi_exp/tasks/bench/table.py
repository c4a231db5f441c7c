"""The benchmark's rows in the terminal and in bench.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kalshi_exp.tasks.bench.row import Goal, Row

_SIGN = {Goal.value_at_least: "≥", Goal.value_at_most: "≤", Goal.ratio_at_least: "≥ ×"}


def show(rows: Sequence[Row], console: Console) -> None:
    """Print the rows as a table, and below it why a row is not ok."""
    table = Table(title="budgets: the best of the rounds on both sides, and our median")
    table.add_column("what")
    for name in ("ours", "median", "peer's", "ratio", "target"):
        table.add_column(name, justify="right")
    table.add_column("unit")
    table.add_column("peer")
    table.add_column("ok")
    for row in rows:
        table.add_row(
            row.name,
            _number(row.value),
            "" if row.median is None else _number(row.median),
            _number(row.peer_value),
            "" if row.ratio is None else f"{row.ratio:.2f}",
            f"{_SIGN[row.goal]}{_number(row.target)}",
            row.unit,
            row.peer or "",
            "[green]yes[/]" if row.ok else "[red]no[/]",
        )
    console.print(table)
    for row in rows:
        if row.reason is not None:
            console.print(f"{row.name}: {row.reason}", markup=False)


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def write(rows: Sequence[Row], path: Path) -> None:
    """Write bench.json.

    Raises:
        OSError: the file can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    payload = {"rows": [row.to_dict() for row in rows]}
    path.write_text(json.dumps(payload, indent=2, ensure_ascii=False) + "\n")
