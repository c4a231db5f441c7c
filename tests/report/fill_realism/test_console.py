from __future__ import annotations

from io import StringIO

from rich.console import Console

from kalshi_exp.report.fill_realism import fills_table
from tests.report.fill_realism.payloads import fills


def test_a_row_a_model_and_group() -> None:
    console = Console(width=170, record=True, file=StringIO())
    table = fills_table(fills())
    console.print(table)
    text = console.export_text()
    assert table.row_count == 8 and "14 sessions, 22 strategies" in text
    for name in ("ceiling", "calibrated", "old", "my <own>"):
        assert text.count(name) == 2
    assert "−1.00" in text and " to " in text and "Overstatement" in text
    assert [row.style == "bold" for row in table.rows].count(True) == 2
