"""The page in a real browser: no console error, no outside request, every picture drawn."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.report.patterns import write_patterns
from tests.report.browser import visit
from tests.report.patterns.strengths import told


def test_the_page_opens_silently_and_draws_its_pictures(tmp_path: Path) -> None:
    seen = visit(write_patterns(tmp_path, *told(), {"title": "a run"}), tmp_path)
    assert seen.console == []
    assert seen.requests == set()
    assert 'data-drawn="5"' in seen.dom
    assert seen.dom.count('class="main-svg"') >= 5
