from __future__ import annotations

from html import escape
from pathlib import Path

from kalshi_exp.metrics import show
from kalshi_exp.report.matrix import write_matrix
from tests.metrics.matrix.played import payload


def test_the_page_begins_with_what_the_study_says(tmp_path: Path) -> None:
    found = payload()
    page = write_matrix(tmp_path, found, {"title": "<a run>", "seed": 3}).read_text()
    first, second = (escape(text) for text in found["sentences"])
    head, _, rest = page.partition("<h2>")
    assert f"<h1>{first}</h1>" in head and f">{second}</p>" in head
    assert "2 training models · 3 seeds each · 40 judged sessions" in head
    assert "&lt;a run&gt;" in head and "<a run>" not in page
    for heading in ("The price of a poor model", "Phantom money", "What each training taught"):
        assert heading in rest
    loss = found["loss"]["old"]
    assert show(loss["value"], "$", signed=True) in rest and "better than old" in rest
    assert "promises more than the exchange pays" in rest
    assert all(escape(meaning) in rest for meaning in found["keys"].values())


def test_no_interval_and_one_seed_are_said(tmp_path: Path) -> None:
    page = write_matrix(tmp_path, payload(sessions=4, seeds=1), {}).read_text()
    assert "One training seed" in page and "an interval needs 6" in page
