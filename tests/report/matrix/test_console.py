from __future__ import annotations

from rich.console import Console

from kalshi_exp.report.matrix import matrix_tables
from tests.metrics.matrix.played import payload


def test_the_tables_show_every_training_baseline_and_judge() -> None:
    found = payload()
    console = Console(record=True, width=160)
    for table in matrix_tables(found):
        console.print(table)
    text = console.export_text()
    for word in (*found["models"], *found["baselines"], *found["judges"], "better than old"):
        assert word in text
    assert "less than queue" in text and "90.0" in text and "<0.001" in text
