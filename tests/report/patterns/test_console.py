from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from kalshi_exp.report.patterns import patterns_table, power_table
from kalshi_exp.report.patterns.console import power_words, told_p
from tests.report.patterns.strengths import told


def printed(table):
    console = Console(width=170, record=True, file=StringIO())
    console.print(table)
    return console.export_text()


def test_a_row_a_family():
    payload, _ = told()
    text = printed(patterns_table(payload))
    assert payload["headline"] in text
    for row in payload["patterns"]:
        line = next(line for line in text.splitlines() if f" {row['title']} " in line)
        assert row["words"] in line


def test_a_row_a_strength():
    payload, _ = told()
    text = printed(power_table(payload))
    rows = [line for line in text.splitlines() if line.startswith("│")]
    assert len(rows) >= 5
    assert "100.0 % of 20" in rows[-1] and "of 20" in rows[-5]
    assert power_table(told(planted=False)[0]) is None


def test_from_which_strength_on():
    words = power_words(told()[0])
    assert "from strength 1 on at 25, 50 and 75 c, where it shows +" in words
    assert words.endswith("from strength 1 on at other prices.")


@pytest.mark.parametrize(
    ("p", "text"), [(None, "–"), (0.0005, "< 0.001"), (0.0312, "0.031"), (1.0, "1.000")]
)
def test_a_p_as_people_read_it(p, text):
    assert told_p(p) == text
