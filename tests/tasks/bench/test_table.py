from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console

from kalshi_exp.tasks.bench.row import Goal, Row
from kalshi_exp.tasks.bench.table import show, write

ROWS = [
    Row("replay", 3.0e6, "messages/s", 1.0, Goal.ratio_at_least, "how", "peer", 1.0e6),
    Row("steps", 5.0, "steps/s", 1.0, Goal.value_at_least, "how", "peer", None, "no environment"),
]


def test_the_table_says_what_is_not_ok_and_why() -> None:
    console = Console(record=True, width=120)
    show(ROWS, console)
    text = console.export_text()
    assert "3.00" in text and "yes" in text and "no" in text
    assert "steps: no environment" in text


def test_the_file_is_the_rows(tmp_path: Path) -> None:
    write(ROWS, tmp_path / "deep" / "bench.json")
    rows = json.loads((tmp_path / "deep" / "bench.json").read_text())["rows"]
    assert [row["ok"] for row in rows] == [True, False]
    assert rows[0]["ratio"] == 3.0
