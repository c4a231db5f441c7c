from __future__ import annotations

from kalshi_exp.probes import HORIZONS
from kalshi_exp.report.fill_realism.pictures import group_charts, ladder_charts
from tests.report.fill_realism.payloads import fills


def charts(old: bool = True) -> dict:
    payload = fills(old)
    return {one.name: one for one in (*group_charts(payload), *ladder_charts(payload))}


def test_every_question_has_its_picture_once() -> None:
    names = [one.name for one in (*group_charts(fills()), *ladder_charts(fills()))]
    assert len(set(names)) == len(names) == 16
    for group in ("passive", "aggressive"):
        for stem in ("scatter", "odds", "waits", "markout", "ladder"):
            assert f"{stem}-{group}" in names
    assert not ladder_charts(fills(False))


def test_a_curve_goes_through_its_figures_with_their_intervals() -> None:
    payload, chart = fills(), charts()["odds-passive"]
    drawn = next(one for one in chart.data if one["name"] == "calibrated")
    figures = [payload["models"]["calibrated"]["passive"][f"odds_{h}"] for h in HORIZONS]
    assert drawn["y"] == [one["value"] for one in figures]
    assert drawn["error_y"]["array"] == [one["hi"] - one["value"] for one in figures]
    assert drawn["error_y"]["arrayminus"] == [one["value"] - one["lo"] for one in figures]
    assert chart.data[0]["name"] == "truth"


def test_a_model_that_is_upside_down_is_not_off_the_picture() -> None:
    forest = charts()["forest"]
    low, high = forest.layout["xaxis"]["range"]
    marks = [x for one in forest.data for x in one["x"]]
    assert min(marks) < -0.9 and low < min(marks) and max(marks) < high
    assert len(marks) == 8


def test_a_strategy_is_a_mark_in_its_own_group() -> None:
    for group, count in (("passive", 12), ("aggressive", 10)):
        chart = charts()[f"scatter-{group}"]
        for one in chart.data[1:]:
            assert len(one["x"]) == len(one["y"]) == len(one["text"]) == count
        assert len(charts()[f"ladder-{group}"].data) == count
