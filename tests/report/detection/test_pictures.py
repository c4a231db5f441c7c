from __future__ import annotations

import pytest

from kalshi_exp.metrics.detection import FAMILIES
from kalshi_exp.report.detection.pictures import calibrations, curves, latencies, strengths
from tests.report.detection.sample import scored


def test_a_picture_a_family_where_there_is_something_to_show() -> None:
    payload = scored()
    assert [chart.name for chart in curves(payload)] == [f"curve-{one}" for one in FAMILIES]
    assert len(strengths(payload)) == len(latencies(payload)) == 4
    probable = [f"calibration-{one}" for one in FAMILIES if one != "violation"]
    assert [chart.name for chart in calibrations(payload)] == probable


def test_curves_show_both_detectors_chance_and_the_threshold_in_use() -> None:
    chart = curves(scored())[0]
    assert [trace.get("name") for trace in chart.data] == [
        "rule", "chance of rule", None, "learned", "chance of learned", None,
    ]  # fmt: skip
    rule = scored()["detectors"]["rule"]["families"]["anchor"]
    diamond = chart.data[2]
    assert diamond["y"] == [pytest.approx(rule["strong"]["figures"]["precision"]["value"], 1e-3)]


def test_bars_of_strength_reach_from_low_to_high() -> None:
    chart = strengths(scored())[0]
    bars = chart.data[0]["error_y"]
    assert all(one >= 0 for one in bars["array"] + bars["arrayminus"])
    assert sum(chart.data[0]["customdata"]) == 36


def test_latencies_are_shares_of_the_matched() -> None:
    for trace in latencies(scored())[0].data:
        assert sum(trace["y"]) == pytest.approx(1.0, abs=1e-3)
        late = 4.5 if trace["name"] == "rule" else 1.5
        assert trace["x"][trace["y"].index(1.0)] == late


def test_where_nothing_is_planted_there_is_nothing_to_show() -> None:
    payload = scored(plain=True, count=1)
    assert curves(payload) == strengths(payload) == latencies(payload) == []
    assert len(calibrations(payload)) == 3
