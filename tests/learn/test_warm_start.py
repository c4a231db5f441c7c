from __future__ import annotations

from pathlib import Path

import pytest

from kalshi_exp.config import Experiment, recompose
from kalshi_exp.env import N_ACTIONS
from kalshi_exp.learn import (
    INPUTS,
    ActorCritic,
    RunDirectory,
    RunDirectoryError,
    WarmStart,
    save_policy,
)
from kalshi_exp.tape import Fold

FOLDS = [Fold(["a"], ["b"], ["d", "e"]), Fold(["a", "b", "c"], ["d"], ["e"])]


def _source(
    folder: Path,
    overrides: tuple[str, ...] = (),
    inputs: tuple[str, ...] = INPUTS,
    **created,
) -> tuple[str, Experiment]:
    """A run that looks finished."""
    experiment = recompose(overrides)
    run = RunDirectory.create(
        folder, experiment, list(overrides), data_hash="x", folds=FOLDS, **created
    )
    for fold in range(len(FOLDS)):
        policy = ActorCritic(inputs, N_ACTIONS, experiment.policy)
        save_policy(policy, run.checkpoints(fold) / "policy.pt")
    return str(folder), experiment


def test_each_fold_takes_the_last_policy_that_never_saw_its_judged_sessions(
    tmp_path: Path,
) -> None:
    path, experiment = _source(tmp_path / "run")
    begun = WarmStart(path).begin([Fold(["x"], [], ["d"]), Fold(["x"], [], ["e"])], experiment)
    assert begun.record is not None and begun.record["folds"] == [0, 1]
    assert begun.record["seen"] == [["0:a", "0:b"], ["0:a", "0:b", "0:c", "0:d"]]
    with pytest.raises(RunDirectoryError, match="would be judged on"):
        WarmStart(path).begin([Fold(["x"], [], ["a"])], experiment)


def test_another_seed_of_the_market_has_other_sessions_of_the_same_names(tmp_path: Path) -> None:
    path, _ = _source(tmp_path / "run")
    other = recompose(["data.seed=1"])
    begun = WarmStart(path).begin([Fold(["x"], [], ["a"])], other)
    assert begun.record is not None and begun.record["folds"] == [1]


def test_what_a_source_began_with_was_seen_too(tmp_path: Path) -> None:
    path, experiment = _source(
        tmp_path / "run", initial=[b"", b""], init_from={"policies": [], "seen": [["0:z"], []]}
    )
    begun = WarmStart(path).begin([Fold(["x"], [], ["z"])], experiment)
    assert begun.record is not None and begun.record["folds"] == [1]
    with pytest.raises(RunDirectoryError, match="would be judged on"):
        WarmStart(path).begin([Fold(["x"], [], ["z", "c"])], experiment)


def test_new_and_dropped_inputs_are_named(tmp_path: Path) -> None:
    inputs = (*INPUTS[1:], "an old feature")
    path, experiment = _source(tmp_path / "run", inputs=inputs)
    told = WarmStart(path).require_shape(experiment)
    assert f"{len(INPUTS) - 1} inputs are carried over" in told
    assert f"1 new ones begin without effect ({INPUTS[0]})" in told
    assert "1 are dropped (an old feature)" in told and "\n" not in told


def test_only_finished_training_runs_can_be_started_from(tmp_path: Path) -> None:
    path, _ = _source(tmp_path / "run")
    (tmp_path / "run/checkpoints/fold1/policy.pt").unlink()
    with pytest.raises(RunDirectoryError, match="has not finished training"):
        WarmStart(path)
    other = recompose(["task=evaluate", "run=DIR"])
    RunDirectory.create(tmp_path / "judged", other, [], data_hash="x", folds=FOLDS)
    with pytest.raises(RunDirectoryError, match="holds no policy"):
        WarmStart(str(tmp_path / "judged"))
