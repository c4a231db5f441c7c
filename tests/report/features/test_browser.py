"""The page in a real browser: no console error, no outside request, every picture drawn."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.report.features import write_features
from tests.report.browser import visit
from tests.report.features.sample import described


def test_the_page_opens_silently_and_draws_every_picture(tmp_path: Path) -> None:
    seen = visit(write_features(tmp_path, described(), {"title": "a run"}), tmp_path)
    assert seen.console == []
    assert seen.requests == set()
    assert 'data-drawn="3"' in seen.dom
