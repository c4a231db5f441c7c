from __future__ import annotations

import re
from pathlib import Path

from kalshi_exp.report.detection import write_detection
from tests.report.detection.sample import example, scored

HOSTILE = '</script><img src=x onerror="alert(1)">'


def test_headline_figures_and_pictures_stand_on_one_page(tmp_path: Path) -> None:
    text = write_detection(tmp_path, scored(), {"title": "a run", "seed": 3}, example()).read_text()
    assert f"<h1>{scored()['headline']}</h1>" in text
    names = re.findall(r'id="((?:curve|strength|calibration|latency|example)-\w+)"', text)
    assert len(names) == len(set(names)) == 19
    body = text.split("<tbody>")[1].split("</tbody>")[0]
    assert body.count('<th scope="row">') == 4 * 7 - 2 + 6 + 1
    assert "rule misses: Cascades: recall" in text and "learned misses" in text
    assert body.count('class="best"') + body.count('class="worst"') == 2 * 7


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        write_detection(folder, scored(), {"title": "a run"}, example())
    first, second = (folder / "report.html" for folder in folders)
    assert first.read_bytes() == second.read_bytes()


def test_what_cannot_be_formed_says_why(tmp_path: Path) -> None:
    text = write_detection(tmp_path, scored(plain=True, count=1), {}).read_text()
    assert "there was nothing to detect" in text and "no pair" in text
    assert "One market" not in text


def test_text_from_outside_is_escaped(tmp_path: Path) -> None:
    header = {"title": HOSTILE, "config": HOSTILE, "command": HOSTILE}
    assert HOSTILE not in write_detection(tmp_path, scored(), header, example()).read_text()
