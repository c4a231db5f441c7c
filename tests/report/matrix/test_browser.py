"""The page in a real browser: no console error, no outside request, every picture drawn."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.report.matrix import write_matrix
from tests.metrics.matrix.played import payload
from tests.report.browser import visit


def test_the_page_opens_silently_and_draws_four_pictures(tmp_path: Path) -> None:
    seen = visit(write_matrix(tmp_path, payload(), {"title": "a run"}), tmp_path)
    assert seen.console == []
    assert seen.requests == set()
    assert 'data-drawn="4"' in seen.dom
