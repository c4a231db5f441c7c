from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kalshi_exp.config import (
    ExchangeWorld,
    RealismTask,
    TapeWorld,
    TrainTask,
    config_hash,
    recompose,
)
from kalshi_exp.tasks.realism import RealismError
from kalshi_exp.tasks.realism.trainings import Training, as_exchange, as_tape, trainings

WORDS = ["task=realism", "report=matrix"]


def study(*words: str) -> list[Training]:
    overrides = [*WORDS, *words]
    experiment = recompose(overrides)
    assert isinstance(experiment.task, RealismTask)
    return trainings(experiment, experiment.task, overrides)


def test_the_default_study_is_four_models_and_three_seeds_in_rounds() -> None:
    found = study()
    models = ["old", "depth", "probabilistic", "calibrated"]
    assert [(one.model, one.seed) for one in found] == [(m, k) for k in range(3) for m in models]
    assert [type(one.experiment.fill).__name__ for one in found[:4]] == [
        "OldFill",
        "DepthFill",
        "ProbabilisticFill",
        "QueueFill",
    ]
    assert found[1].folder == "depth-0"


@pytest.mark.parametrize(
    "words",
    [
        ["scenario.duration_s=120", "data.split.judge=0.3", "fill.fees.taker_rate=0.05"],
        ["+experiment=phase2", "seed=4", "name=mine"],
        ["data=synthetic", "data.sessions=40", "scenario=plain", "fill=depth"],
    ],
)
def test_a_training_is_the_study_but_for_task_model_and_seed(words: list[str]) -> None:
    experiment = recompose([*WORDS, *words, "models=[old,queue]", "seeds=2"])
    for one in study(*words, "models=[old,queue]", "seeds=2")[1:3]:
        again = recompose(one.overrides)
        assert isinstance(again.task, TrainTask)
        assert config_hash(again) == config_hash(one.experiment)
        same = replace(again, task=experiment.task, fill=experiment.fill, seed=experiment.seed)
        assert same == experiment


def test_an_option_may_be_trained_under_in_the_exchange_itself() -> None:
    *_, last = study("models=[old,exchange]", "seeds=1", "world.position_limit=100")
    assert isinstance(last.experiment.world, ExchangeWorld)
    assert last.experiment.world.position_limit == 100


def test_judges_differ_in_model_and_world_alone() -> None:
    experiment = recompose([*WORDS, "world.horizon=40"])
    one = study("world.horizon=40", "models=[old,queue]", "seeds=1")[0]
    tape, exchange = as_tape(experiment, one), as_exchange(experiment, one)
    assert isinstance(tape.world, TapeWorld) and isinstance(exchange.world, ExchangeWorld)
    assert exchange.world.horizon == 40 and exchange.fill == tape.fill == one.experiment.fill
    assert replace(exchange, world=experiment.world, fill=experiment.fill) == experiment


def test_an_option_that_reaches_further_than_its_group_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fill").mkdir()
    body = "# @package _global_\ndefaults: [/schema/fill@fill: old]\n\nworld: {horizon: 7}\n"
    (tmp_path / "fill/wide.yaml").write_text(body)
    with pytest.raises(RealismError, match="more than its fill model"):
        study(f"hydra.searchpath=['file://{tmp_path}']", "models=[old,wide]")


def test_what_follows_the_seed_is_refused() -> None:
    with pytest.raises(RealismError, match="follows the seed"):
        study("data=synthetic", "data.seed=${seed}", "models=[old,queue]", "seeds=2")
