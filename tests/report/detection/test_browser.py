"""The page in a real browser: no console error, no outside request, every picture drawn."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.report.detection import write_detection
from tests.report.browser import visit
from tests.report.detection.sample import example, scored


def test_the_page_opens_silently_and_draws_every_picture(tmp_path: Path) -> None:
    page = write_detection(tmp_path, scored(), {"title": "a run"}, example())
    seen = visit(page, tmp_path)
    assert seen.console == []
    assert seen.requests == set()
    assert 'data-drawn="19"' in seen.dom
