"""The pages in a real browser: no console error, no outside request, every picture drawn."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.metrics import summarise
from kalshi_exp.report import compare_directories, write_comparison, write_report
from tests.metrics.sample_records import sample_learning, sample_paths, sample_records
from tests.report.browser import visit
from tests.report.sample_runs import write_seeds


def test_a_noisy_page_would_be_caught(tmp_path: Path) -> None:
    page = tmp_path / "noisy.html"
    page.write_text(
        '<script>console.error("boom")</script><img src="https://example.org/pixel.png">'
    )
    seen = visit(page, tmp_path)
    assert any("boom" in line for line in seen.console)
    assert seen.requests == {"https://example.org/pixel.png"}


def test_the_report_opens_silently_and_asks_for_nothing(tmp_path: Path) -> None:
    records = sample_records(30)
    header = {"title": "phase1 <b>", "config": "seed: 0\n", "seed": 0}
    page = write_report(
        tmp_path,
        summarise(records, 500, 0),
        records,
        header,
        sample_paths(30),
        sample_learning(),
    )
    seen = visit(page, tmp_path)
    assert seen.console == []
    assert seen.requests == set()
    pictures = seen.dom.count('<figure class="chart')
    assert pictures >= 10
    assert f'data-drawn="{pictures}"' in seen.dom
    assert seen.dom.count('class="main-svg"') >= pictures


def test_a_comparison_opens_silently_and_asks_for_nothing(tmp_path: Path) -> None:
    page = tmp_path / "comparison.html"
    write_comparison(compare_directories(write_seeds(tmp_path)), page)
    seen = visit(page, tmp_path)
    assert seen.console == []
    assert seen.requests == set()
    assert "fill=old" in seen.dom
    pictures = seen.dom.count('<figure class="chart')
    assert pictures == 7  # five figures of the exchange, two learned policies' money
    assert f'data-drawn="{pictures}"' in seen.dom
    assert seen.dom.count('class="main-svg"') >= pictures
