from __future__ import annotations

from io import StringIO

from rich.console import Console

from kalshi_exp.report.realism import realism_table
from tests.report.realism.windows import compared


def test_a_row_a_statistic():
    payload, *_ = compared()
    console = Console(width=150, record=True, file=StringIO())
    console.print(realism_table(payload))
    text = console.export_text()
    assert payload["headline"] in text
    for row in payload["statistics"]:
        line = next(line for line in text.splitlines() if f" {row['title']} " in line)
        assert (" ok " in line) == row["ok"] and row["why"] in line
