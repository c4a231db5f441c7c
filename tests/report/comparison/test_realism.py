from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kalshi_exp.report import compare_directories, read_run
from kalshi_exp.report.comparison.console import console_tables
from kalshi_exp.report.comparison.contestants import contestants
from kalshi_exp.report.comparison.realism import (
    COMPARABLE,
    realism_figures,
    realism_headline,
    realism_html,
)
from tests.report.sample_runs import write_run, write_seeds


def figures(*dirs: Path) -> dict[str, dict[str, dict[str, Any]]]:
    return realism_figures(contestants([read_run(path) for path in dirs]))


def test_seeds_are_averaged_and_kept(tmp_path: Path) -> None:
    got = figures(*write_seeds(tmp_path))
    assert list(got) == [one.name for one in COMPARABLE]
    entry = got["realism/real_pnl"]["fill=queue"]
    assert entry["seeds"] == pytest.approx([2.4, 2.5, 2.6])
    half = (0.5**2 + (4.3027 * 0.1 / 3**0.5) ** 2) ** 0.5
    assert (entry["lo"], entry["value"], entry["hi"]) == pytest.approx(
        (2.5 - half, 2.5, 2.5 + half), abs=1e-4
    )
    assert got["realism/markout_error_10s"]["fill=old"]["reason"] == "nothing was filled"


def test_runs_that_tell_nothing_have_no_such_figures(tmp_path: Path) -> None:
    assert figures(write_run(tmp_path / "a"), write_run(tmp_path / "b", "old")) == {}


def test_a_contestant_without_them_shows_a_dash_and_why(tmp_path: Path) -> None:
    dirs = [*write_seeds(tmp_path, ("queue",), (0, 1)), write_run(tmp_path / "p", "probabilistic")]
    payload = compare_directories(dirs)
    [other] = [one["label"] for one in payload["contestants"] if "probab" in one["label"]]
    entry = payload["realism"]["realism/overstatement"][other]
    assert entry["value"] is None and entry["reason"] == "its runs do not tell it"
    html = realism_html(payload)
    assert 'title="its runs do not tell it">–</td>' in html
    assert realism_headline(payload) == ""  # one alone is first of nobody


def test_best_is_nearest_to_the_truth(tmp_path: Path) -> None:
    html = realism_html(compare_directories(write_seeds(tmp_path)))
    queue = html[html.index("fill=queue") :]
    old = html[html.index("fill=old") : html.index("fill=queue")]
    assert queue.count('class="best"') == 5 and old.count('class="worst"') == 5


def test_intervals_that_meet_rank_nobody() -> None:
    def entry(value: float) -> dict[str, Any]:
        return {"value": value, "lo": value - 2, "hi": value + 2, "n": 24}

    payload = {"realism": {"realism/real_pnl": {"a": entry(1.0), "b": entry(2.0)}}}
    assert "their intervals meet, so which is better is not shown" in realism_headline(payload)


def test_the_console_shows_them_first(tmp_path: Path) -> None:
    tables = console_tables(compare_directories(write_seeds(tmp_path)))
    assert "In the exchange itself" in str(tables[0].title) and len(tables) == 4
