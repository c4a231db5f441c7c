from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from kalshi_exp.report.realism import write_realism
from tests.report.realism.windows import compared

HOSTILE = '</script><img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def what() -> tuple[Any, ...]:
    return compared()


def test_every_statistic_stands_in_the_table_with_its_picture(
    tmp_path: Path, what: tuple[Any, ...]
) -> None:
    payload = what[0]
    text = write_realism(tmp_path, *what, {"title": "a run", "seed": 3}).read_text()
    assert f"<h1>{payload['headline']}</h1>" in text
    body = text.split("<tbody>")[1].split("</tbody>")[0]
    assert body.count("<tr ") == body.count('class="whisker"') == 35
    assert body.count(">off</span>") == len(payload["failed"]) > 0
    assert len(set(re.findall(r'id="(statistic-\d+)"', text))) == 35
    cards = re.findall(r"<b>(\d+) of (\d+)</b>", text)
    assert sum(int(of) for _, of in cards) == 35
    assert sum(int(ok) for ok, _ in cards) == payload["ok"]


def test_equal_inputs_give_equal_bytes(tmp_path: Path, what: tuple[Any, ...]) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        write_realism(folder, *what, {"title": "a run"})
    first, second = (folder / "report.html" for folder in folders)
    assert first.read_bytes() == second.read_bytes()


def test_text_from_outside_is_escaped(tmp_path: Path, what: tuple[Any, ...]) -> None:
    header = {"title": HOSTILE, "config": HOSTILE, "command": HOSTILE}
    text = write_realism(tmp_path, *what, header).read_text()
    assert HOSTILE not in text


def test_figures_that_cannot_be_formed_are_dashes(tmp_path: Path, what: tuple[Any, ...]) -> None:
    payload, tape, simulation = what
    empty = {"value": None, "lo": None, "hi": None, "n": 0}
    rows = [row | {"simulation": empty, "tape": empty} for row in payload["statistics"]]
    text = write_realism(
        tmp_path, payload | {"statistics": rows}, tape, simulation, {}
    ).read_text()  # fmt: skip
    assert "<td>–<small></small></td>" in text
