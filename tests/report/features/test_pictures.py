from __future__ import annotations

from kalshi_exp.features import FEATURES
from kalshi_exp.report.features.pictures import pictures
from tests.report.features.sample import described


def test_importance_is_ranked_and_leaves_out_what_is_off() -> None:
    importance, foresight, spread = pictures(described())
    assert importance.layout["yaxis"]["ticktext"][-1] == "imbalance"
    off = {feature.name for feature in FEATURES if feature.group == "activity"}
    assert not off & set(importance.layout["yaxis"]["ticktext"])
    assert len(importance.layout["yaxis"]["ticktext"]) == len(FEATURES) - len(off)
    assert foresight.layout["yaxis"]["ticktext"][-1] == "imbalance"
    assert "spread" not in foresight.layout["yaxis"]["ticktext"]  # it is constant
    assert spread.layout["yaxis"]["ticktext"][-1] == FEATURES[0].name  # the first on top
    assert len(spread.data[2]["x"]) == len(FEATURES)


def test_bars_reach_outwards() -> None:
    for chart in pictures(described())[:2]:
        bars = chart.data[0]["error_x"]
        assert min(bars["array"] + bars["arrayminus"]) >= 0
        assert max(bars["array"]) > 0
