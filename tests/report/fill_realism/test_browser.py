"""The pages in a real browser: no console error, no outside request, every picture drawn."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.report.fill_realism import write_bounds, write_fills
from tests.report.browser import visit
from tests.report.fill_realism.payloads import HEADER, SECONDS, bounds, fills


def opens_silently(page: Path, pictures: int) -> None:
    seen = visit(page, page.parent)
    assert seen.console == []
    assert seen.requests == set()
    assert seen.dom.count('<figure class="chart') == pictures
    assert f'data-drawn="{pictures}"' in seen.dom


def test_the_page_of_twins(tmp_path: Path) -> None:
    opens_silently(write_fills(tmp_path, fills(), HEADER, SECONDS), 16)


def test_the_page_of_a_recording(tmp_path: Path) -> None:
    opens_silently(write_bounds(tmp_path, bounds(), HEADER, SECONDS), 2)


def test_the_page_of_a_recording_without_trades(tmp_path: Path) -> None:
    opens_silently(write_bounds(tmp_path, bounds("no <trades>"), HEADER, SECONDS), 2)
