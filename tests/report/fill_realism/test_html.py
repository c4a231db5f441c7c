from __future__ import annotations

from html import escape
from pathlib import Path

from kalshi_exp.metrics.realism import FIGURES
from kalshi_exp.report.fill_realism import write_fills
from tests.report.fill_realism.payloads import HEADER, SECONDS, fills


def written(folder: Path, old: bool = True) -> str:
    page = write_fills(folder, fills(old), HEADER, SECONDS)
    assert page == folder / "report.html"
    return page.read_text(encoding="utf-8")


def test_it_says_what_came_out_and_what_of_the_target_was_reached(tmp_path: Path) -> None:
    text = written(tmp_path)
    assert "<h1>&#x27;calibrated&#x27; comes nearest to the exchange" in text
    assert text.count("target reached") + text.count("target missed") == 4
    assert text.count("calibrated, passive: Pearson") == 1
    assert "14 sessions that nothing was fitted to · 22 strategies" in text
    assert "20,000 to 20,013" in text and "pigeonhole bootstrap" in text


def test_every_figure_lead_and_strategy_has_its_row(tmp_path: Path) -> None:
    text = written(tmp_path)
    for figure in FIGURES:
        assert text.count(f">{escape(figure.title)}") >= 2, figure.title
    for group in ("passive", "aggressive", "all"):
        assert f"calibrated, {group}</th>" in text and f"old, {group}</th>" not in text
    for k in range(22):
        assert f">strategy {k}<small>" in text
    assert ">1.2 s</td>" in text and "9.0 s" not in text  # the ladder's time is not a model's


def test_names_of_the_users_own_are_only_text(tmp_path: Path) -> None:
    text = written(tmp_path)
    assert "my <own>" not in text and "a <run>" not in text and "my &lt;own&gt;" in text


def test_without_old_there_is_no_lead_and_no_ladder(tmp_path: Path) -> None:
    text = written(tmp_path, old=False)
    assert "calibrated, all</th>" not in text and 'id="ladder-passive"' not in text
