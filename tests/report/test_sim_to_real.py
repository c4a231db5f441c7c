"""The page's table of the policy in the exchange."""

from __future__ import annotations

from kalshi_exp.report.comparison.realism import COMPARABLE
from kalshi_exp.report.sim_to_real import sim_to_real_table


def test_every_figure_stands_there_with_its_interval_or_its_reason() -> None:
    metrics = {one.name: {"value": 0.25, "lo": 0.125, "hi": 0.5, "n": 24} for one in COMPARABLE} | {
        "realism": {"sessions": 24}
    }
    metrics["realism/overstatement"] = {
        "value": None, "lo": None, "hi": None, "n": 0, "reason": "no order was sent",
    }  # fmt: skip
    page = sim_to_real_table(metrics)
    for one in COMPARABLE:
        assert one.title in page
    assert page.count("<tr") == len(COMPARABLE)
    assert 'title="no order was sent"' in page and "12.5 to 50.0" in page


def test_what_is_withheld_says_why() -> None:
    page = sim_to_real_table({"realism": {"withheld": "a recording has no <exchange>"}})
    assert "a recording has no &lt;exchange&gt;" in page and "<table" not in page
