from __future__ import annotations

import pytest

from kalshi_exp.config import SCHEMAS, SUITED, ConfigError, SyntheticData, TapeData, recompose


def test_a_task_chooses_what_suits_it_where_nobody_chooses() -> None:
    assert isinstance(recompose(["task=realism", "data.path=DIR"]).data, TapeData)
    assert isinstance(recompose(["task=realism", "data=synthetic"]).data, SyntheticData)
    assert isinstance(recompose(["task=bench"]).data, SyntheticData)
    chosen = recompose(["task=realism", "+experiment=recorded", "data.path=DIR"])
    assert chosen.data.split.by.value == "walk_forward"


def test_every_choice_exists() -> None:
    for task, choices in SUITED.items():
        assert task in SCHEMAS["task"]
        for group in choices:
            assert group in SCHEMAS


def test_a_detector_is_fitted_without_a_recording() -> None:
    words = ["task=calibrate", "fit=detector", "scenario=full"]
    assert isinstance(recompose(words).data, SyntheticData)
    assert isinstance(recompose([*words, "data.path=DIR"]).data, TapeData)
    with pytest.raises(ConfigError, match=r"'data.path' has no value"):
        recompose(["task=calibrate"])


def test_a_matrix_is_made_without_a_recording_and_keeps_the_split() -> None:
    words = ["task=realism", "report=matrix"]
    found = recompose([*words, "data.split.judge=0.3"])
    assert isinstance(found.data, SyntheticData) and found.data.split.judge == 0.3
    assert found.scenario == recompose([*words, "data.path=DIR"]).scenario
    assert isinstance(recompose([*words, "data.path=DIR"]).data, TapeData)
