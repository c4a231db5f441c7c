from __future__ import annotations

import pytest

from kalshi_exp.report.matrix.pictures import heat_map, patience, pictures, real_money, size_mix
from tests.metrics.matrix.played import BASELINES, MODELS, payload

PAYLOAD = payload()


def test_there_are_four_with_names_of_their_own() -> None:
    assert len({chart.name for chart in pictures(PAYLOAD)}) == 4


def test_the_heat_map_has_trainings_down_and_judges_across() -> None:
    (trace,) = heat_map(PAYLOAD).data
    assert trace["x"] == ["old", "queue", "exchange"] and trace["y"] == [*MODELS, *BASELINES]
    assert trace["z"][0][0] == pytest.approx(PAYLOAD["money"]["old"]["old"]["value"], rel=1e-5)
    assert trace["zmin"] == -trace["zmax"] and trace["z"][2] == [0.0, 0.0, 0.0]
    assert " to " in trace["text"][0][2] and " to " in trace["customdata"][0][2]


def test_real_money_stands_beside_what_was_promised() -> None:
    real, promised, seeds = real_money(PAYLOAD).data
    assert len(real["x"]) == len([*MODELS, *BASELINES]) and len(promised["x"]) == len(MODELS)
    assert promised["x"][0] > 0 > real["x"][0]
    assert len(seeds["x"]) == 3 * len(MODELS)
    assert real["error_x"]["array"][0] > 0


def test_the_mix_sums_to_one_for_all_who_ordered() -> None:
    bars = size_mix(PAYLOAD).data
    assert [bar["name"] for bar in bars] == [f"{n} contracts" for n in (5, 10, 25, 50, 100)]
    assert bars[0]["y"] == list(MODELS), "the baselines of this study hold"
    assert [sum(shares) for shares in zip(*(bar["x"] for bar in bars), strict=True)] == [1.0, 1.0]


def test_shares_that_can_not_be_formed_are_left_out() -> None:
    placed, filled = patience(PAYLOAD).data
    assert placed["x"] == [0.2, 0.9] and filled["x"] == [0.0, 0.8]
