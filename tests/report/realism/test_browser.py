"""The page in a real browser: no console error, no outside request, every picture drawn."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.report.realism import write_realism
from tests.report.browser import visit
from tests.report.realism.windows import compared


def test_the_page_opens_silently_and_draws_35_pictures(tmp_path: Path) -> None:
    seen = visit(write_realism(tmp_path, *compared(), {"title": "a run"}), tmp_path)
    assert seen.console == []
    assert seen.requests == set()
    assert 'data-drawn="35"' in seen.dom
    assert seen.dom.count('class="main-svg"') >= 35
