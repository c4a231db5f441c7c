from __future__ import annotations

import dataclasses

import pytest

from kalshi_exp.metrics.detection import FAMILIES
from kalshi_exp.report.detection.example import example_charts
from tests.metrics.detection.scored import OPERATING
from tests.report.detection.sample import example


def test_a_picture_a_family_with_truth_and_thresholds() -> None:
    charts = example_charts(example(), {"rule": OPERATING})
    assert [chart.name for chart in charts] == [f"example-{family}" for family in FAMILIES]
    shapes = charts[0].layout["shapes"]
    shade = next(shape for shape in shapes if shape["type"] == "rect")
    assert (shade["x0"], shade["x1"]) == (20.0, 60.0)
    line = next(shape for shape in shapes if shape["type"] == "line")
    assert line["y0"] == OPERATING["anchor"]
    assert [trace["name"] for trace in charts[0].data] == ["rule", "learned"]
    assert charts[0].data[0]["y"][-1] == pytest.approx(0.9)
    assert "market 2" in charts[0].title


def test_an_hour_of_seconds_is_thinned() -> None:
    one = example()
    long = dataclasses.replace(
        one,
        times=one.times.repeat(30),
        told={"rule": {"anchor": one.told["rule"]["anchor"].repeat(30)}},
    )
    (chart,) = example_charts(long, {})
    assert len(chart.data[0]["x"]) <= 900
