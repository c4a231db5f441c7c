from __future__ import annotations

import pytest

from kalshi_exp.report.patterns.pictures import pictures
from tests.report.patterns.strengths import told


@pytest.fixture(scope="module")
def charts():
    return {chart.name: chart for chart in pictures(*told())}


def named(chart, name):
    return next(trace for trace in chart.data if trace.get("name") == name)


def test_a_family_that_was_tested_has_its_null(charts):
    assert set(charts) == {"null-anchor", "null-cascade", "null-aversion", "profile", "power"}
    payload, _ = told()
    for row in payload["patterns"]:
        if row["p"] is None:
            continue
        chart = charts[f"null-{row['family']}"]
        assert sum(named(chart, "chance")["y"]) == pytest.approx(1.0, abs=0.01)
        assert named(chart, "this tape")["x"] == [row["effect"]]
        assert named(chart, "its interval")["x"] == [row["lo"], row["hi"]]
        assert row["words"] in chart.title


def test_the_profile_leaves_out_what_was_not_seen(charts):
    assert named(charts["profile"], "this tape")["x"] == list(range(-5, 4))
    assert len(named(charts["profile"], "95 % of chance")["x"]) == 18


def test_the_power_curve_has_its_intervals(charts):
    curve = named(charts["power"], "planted at other prices")
    assert curve["x"] == [0.0, 0.25, 0.5, 0.75, 1.0] and curve["y"] == curve["x"]
    assert curve["error_y"]["array"][-1] == 0.0 and curve["error_y"]["arrayminus"][0] == 0.0
    assert [shape["y0"] for shape in charts["power"].layout["shapes"]] == pytest.approx([0.05, 0.8])
