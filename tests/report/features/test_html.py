from __future__ import annotations

from html import escape
from pathlib import Path

from kalshi_exp.features import FEATURES
from kalshi_exp.report.features import write_features
from tests.report.features.sample import described

HOSTILE = '</script><img src=x onerror="alert(1)">'


def test_every_feature_has_its_row_and_what_is_wrong_stands_above(tmp_path: Path) -> None:
    text = write_features(tmp_path, described(), {"title": "a run"}).read_text()
    assert f"<h1>{escape(described()['headline'])}</h1>" in text
    body = text.split("<tbody>")[1].split("</tbody>")[0]
    assert body.count('<th scope="row">') == len(FEATURES)
    assert "Constant here: spread." in text
    assert "The same: ask_size and bid_size." in text
    assert "Off in this run: activity." in text
    assert body.count("<td>off</td>") == sum(f.group == "activity" for f in FEATURES)


def test_equal_inputs_give_equal_bytes_and_text_is_escaped(tmp_path: Path) -> None:
    header = {"title": HOSTILE, "command": HOSTILE}
    first = write_features(tmp_path, described(), header).read_bytes()
    assert HOSTILE.encode() not in first
    assert write_features(tmp_path, described(), header).read_bytes() == first
