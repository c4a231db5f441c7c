from __future__ import annotations

import re
from pathlib import Path

from kalshi_exp.report.patterns import write_patterns
from tests.report.patterns.strengths import told

HOSTILE = '</script><img src=x onerror="alert(1)">'


def test_every_family_stands_in_the_table(tmp_path: Path) -> None:
    payload, found = told()
    text = write_patterns(tmp_path, payload, found, {"title": "a tape", "seed": 3}).read_text()
    assert f"<h1>{payload['headline']}</h1>" in text
    body = text.split("<tbody>")[1].split("</tbody>")[0]
    assert body.count("<tr ") == 4 and body.count('class="whisker"') == 3
    for row in payload["patterns"]:
        assert row["words"] in body
    assert len(set(re.findall(r'<div class="plot" id="([\w-]+)"', text))) == 5
    assert text.count('<div class="card">') == 4


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_patterns(tmp_path / name, *told(), {"title": "a tape"})
    first, second = ((tmp_path / name / "report.html").read_bytes() for name in ("a", "b"))
    assert first == second


def test_text_from_outside_is_escaped_and_no_power_is_no_picture(tmp_path: Path) -> None:
    header = {"title": HOSTILE, "config": HOSTILE, "command": HOSTILE}
    text = write_patterns(tmp_path, *told(planted=False), header).read_text()
    assert HOSTILE not in text
    assert 'id="power"' not in text and 'class="standing"' not in text
