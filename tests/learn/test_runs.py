"""Whole runs of the main job on a small tape: the same to the bit, whatever happened on the way."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import torch

from kalshi_exp.learn import (
    FeatureSetError,
    RunDirectory,
    RunDirectoryError,
    SessionsError,
    load_run,
    read_policy,
    save_policy,
)
from kalshi_exp.learn.policy import ActorCritic
from kalshi_exp.market.draws import mix
from kalshi_exp.metrics import Records
from kalshi_exp.tape import EmptySplitError
from tests.learn.runs import SMALL, in_process, make_tape, run


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tape(tmp_path_factory.mktemp("data") / "tape")


@pytest.fixture(scope="module")
def overrides(tape: Path) -> list[str]:
    return [*SMALL, f"data.path={tape}"]


@pytest.fixture(scope="module")
def done(overrides: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "done"
    assert run(overrides, folder) == 0
    return folder


def test_a_run_leaves_everything(done: Path) -> None:
    for name in (
        "config.yaml",
        "overrides.yaml",
        "manifest.json",
        "metrics.json",
        "timings.json",
        "fills.parquet",
        "sessions.parquet",
        "equity.parquet",
        "opportunities.parquet",
        "report.html",
    ):
        assert (done / name).stat().st_size > 0, name
    assert not [path for path in done.rglob("*partial*")]
    metrics = json.loads((done / "metrics.json").read_bytes())
    assert metrics["folds"] == 2
    assert set(metrics["policies"]) == {
        "agent/deterministic",
        "agent/sampled",
        "hold",
        "random",
        "maker",
        "momentum",
    }


def test_no_session_is_judged_that_was_learned_from(done: Path) -> None:
    judged = Records.read(done).sessions
    folds = RunDirectory.open(done).folds
    assert len(folds) == 2
    for number, fold in enumerate(folds):
        names = set(judged.filter(pl.col("fold") == number)["session"])
        assert names == set(fold.judge)
        assert not names & {*fold.train, *fold.tune}
        assert max(fold.train) < min(fold.judge)


def test_two_runs_of_one_config_are_the_same_to_the_bit(
    done: Path, overrides: list[str], tmp_path: Path
) -> None:
    assert in_process(overrides, tmp_path / "again") == 0
    for name in ("metrics.json", "report.html", "sessions.parquet", "fills.parquet"):
        assert (tmp_path / "again" / name).read_bytes() == (done / name).read_bytes(), name
    other = [*overrides, "seed=1"]
    assert run(other, tmp_path / "other") == 0
    assert (tmp_path / "other" / "metrics.json").read_bytes() != (
        done / "metrics.json"
    ).read_bytes()


def test_killed_again_and_again_and_resumed(
    done: Path, overrides: list[str], tmp_path: Path
) -> None:
    """kill -9 while learning, saving, judging, keeping records and writing the report."""
    folder = tmp_path / "cut"
    assert in_process(overrides, folder, "learning") == -9
    resume = [f"resume={folder}"]
    kept = (folder / "checkpoints/fold0/foundation/last.ckpt").read_bytes()
    for point in ("saving", "judging", "keeping", "judging", "concluding"):
        assert in_process(resume, tmp_path / "unused", point) == -9, point
        assert not (folder / "metrics.json").exists()
        if point == "saving":
            assert (folder / "checkpoints/fold0/foundation/last.ckpt").read_bytes() == kept
    assert run(resume, tmp_path / "unused") == 0
    assert (folder / "metrics.json").read_bytes() == (done / "metrics.json").read_bytes()
    for fold in (0, 1):
        curves = f"checkpoints/fold{fold}/foundation/curves.csv"
        assert (folder / curves).read_bytes() == (done / curves).read_bytes()
    assert not (tmp_path / "unused").exists()


def test_an_offline_wandb_record_is_in_the_run_directory(
    overrides: list[str], tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("WANDB_MODE", "offline")
    more = [*overrides, "logger=[csv,wandb]", "data.split.by=time"]
    assert run(more, tmp_path / "run") == 0
    (record,) = (tmp_path / "run" / "wandb").glob("offline-run-*/*.wandb")
    written = record.read_bytes()
    for word in (b"tune_pnl", b"frames", b"entropy", b"config_hash", b"judge/maker"):
        assert word in written, word


def test_a_finished_run_is_not_redone(done: Path, tmp_path: Path, capsys) -> None:
    before = (done / "timings.json").read_bytes()
    assert run([f"resume={done}"], tmp_path / "unused") == 0
    assert "report.html" in capsys.readouterr().out
    assert (done / "timings.json").read_bytes() == before


def test_the_door_resumes_and_refuses(done: Path) -> None:
    """Through run.py, where composing again happens while Hydra is at work."""
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, str(root / "run.py")]
    ended = subprocess.run(
        [*command, f"resume={done}"], cwd=root, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert str(done / "report.html") in ended.stdout


def test_a_directory_that_holds_a_run_is_refused(done: Path, overrides: list[str]) -> None:
    before = (done / "manifest.json").read_bytes()
    with pytest.raises(RunDirectoryError, match="already holds a run"):
        run(overrides, done)
    assert (done / "manifest.json").read_bytes() == before


def test_resume_with_another_configuration_is_refused(done: Path, tmp_path: Path) -> None:
    unfinished = tmp_path / "unfinished"
    shutil.copytree(done, unfinished)
    (unfinished / "metrics.json").unlink()
    with pytest.raises(RunDirectoryError, match=r"fill=old would change it"):
        run([f"resume={unfinished}", "fill=old"], tmp_path / "unused")


def test_resume_with_other_data_is_refused(
    done: Path, overrides: list[str], tmp_path: Path
) -> None:
    unfinished = tmp_path / "unfinished"
    shutil.copytree(done, unfinished)
    (unfinished / "metrics.json").unlink()
    other = make_tape(tmp_path / "other", seed=4)
    with pytest.raises(RunDirectoryError, match="not those that the run"):
        run([f"resume={unfinished}", "data=tape", f"data.path={other}"], tmp_path / "unused")


def test_load_run_gives_the_policy_back(done: Path) -> None:
    loaded = load_run(done)
    assert len(loaded.policies) == 2
    assert loaded.experiment.policy.hidden == [16]
    kept = read_policy(done / "checkpoints/fold1/foundation/policy.pt")
    observation = torch.randn(5, len(loaded.inputs))
    assert torch.equal(loaded.policy.logits(observation), kept.logits(observation))


def test_load_run_refuses_in_one_sentence(done: Path, tmp_path: Path) -> None:
    with pytest.raises(RunDirectoryError, match="no run directory"):
        load_run(tmp_path / "nowhere")
    with pytest.raises(RunDirectoryError, match=r"no manifest\.json"):
        load_run(tmp_path)
    unfinished = tmp_path / "unfinished"
    shutil.copytree(done, unfinished)
    (unfinished / "checkpoints/fold1/policy.pt").unlink()
    with pytest.raises(RunDirectoryError, match=r"1 of 2 policies.*resume="):
        load_run(unfinished)
    policy = load_run(done).policy
    foreign = ActorCritic([*policy.inputs[:-1], "another"], policy.actions, policy.shape)
    save_policy(foreign, unfinished / "checkpoints/fold1/policy.pt")
    with pytest.raises(FeatureSetError, match="feature set"):
        load_run(unfinished)


PHASES = [
    "curriculum=[foundation,patterns]",
    "curriculum.foundation.features=[book,portfolio]",
    "curriculum.foundation.reward=[portfolio]",
    "curriculum.patterns.frames=300",
    "reward=[portfolio,anchor_timing]",
    "data.split.by=time",
]


def test_phases_follow_one_another_each_with_what_is_on_in_it(
    overrides: list[str], tmp_path: Path
) -> None:
    assert run([*overrides, *PHASES], tmp_path / "run") == 0
    folder = tmp_path / "run/checkpoints/fold0"
    first, last = (
        read_policy(folder / phase / "policy.pt") for phase in ("foundation", "patterns")
    )
    off = [first.inputs.index(f"group {name} is on") for name in ("activity", "orders")]
    # What a phase does not show it does not learn from: these weights are as they began.
    untouched = ActorCritic(
        first.inputs, first.actions, first.shape, torch.Generator().manual_seed(_seed())
    )
    for policy, same in ((first, True), (last, False)):
        mine, theirs = policy.actor[0].weight[:, off], untouched.actor[0].weight[:, off]
        assert torch.equal(mine, theirs) is same
    state = torch.load(folder / "foundation/last.ckpt", weights_only=True)["learner"]
    assert set(state["rollouts"]["environment"]["reward"]) == {"portfolio"}
    state = torch.load(folder / "patterns/last.ckpt", weights_only=True)["learner"]
    assert set(state["rollouts"]["environment"]["reward"]) == {"portfolio", "anchor_timing"}


def _seed() -> int:
    """Of a first fold's first weights, under seed 0."""
    return int(mix(0, 0, 0, 0, 0) >> 1)


def test_a_warm_start_is_kept_through_a_kill_and_covered_by_the_hash(
    done: Path, overrides: list[str], tmp_path: Path, capsys
) -> None:
    source = tmp_path / "source"
    shutil.copytree(done, source)
    warm = [*overrides, f"init_from={source}", "reward=[portfolio,anchor_timing]"]
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert run(warm, whole) == 0
    assert "inputs are carried over" in capsys.readouterr().err
    manifest = RunDirectory.open(whole).manifest
    began = manifest["init_from"]
    theirs = RunDirectory.open(source).manifest
    assert (began["id"], began["config_hash"]) == (theirs["id"], theirs["config_hash"])
    assert began["folds"] == [0, 1] and began["path"] == str(source)
    for fold in (0, 1):
        content = (source / f"checkpoints/fold{fold}/policy.pt").read_bytes()
        assert began["policies"][fold] == hashlib.sha256(content).hexdigest()
        assert (whole / f"checkpoints/fold{fold}/initial.pt").read_bytes() == content
        learned = {*theirs["folds"][fold]["train"], *theirs["folds"][fold]["tune"]}
        assert set(began["seen"][fold]) == learned
    assert in_process(warm, cut, "learning") == -9
    shutil.rmtree(source)  # a resumed run needs only what it began with
    assert run([f"resume={cut}"], tmp_path / "unused") == 0
    assert (cut / "metrics.json").read_bytes() == (whole / "metrics.json").read_bytes()
    assert run(["task=evaluate", f"run={whole}"], tmp_path / "again") == 0
    assert (whole / "metrics.json").read_bytes() == (tmp_path / "again/metrics.json").read_bytes()
    (cut / "metrics.json").unlink()
    with pytest.raises(RunDirectoryError, match="would change it"):
        run([f"resume={cut}", f"init_from={done}"], tmp_path / "unused")


def test_a_warm_start_is_refused_before_anything_is_made(
    done: Path, overrides: list[str], tape: Path, tmp_path: Path
) -> None:
    warm = [*overrides, f"init_from={done}"]
    with pytest.raises(FeatureSetError, match=r"policy\.hidden=\[16\]"):
        run([*warm, "policy.hidden=[8]"], tmp_path / "narrow")
    with pytest.raises(RunDirectoryError, match="no run directory"):
        run([*overrides, f"init_from={tmp_path / 'nowhere'}"], tmp_path / "none")
    with pytest.raises(RunDirectoryError, match="would be judged on"):
        run(
            [*warm, "data.split.by=time", "data.split.judge=0.8", "data.split.tune=0.1"],
            tmp_path / "known",
        )
    for name in ("narrow", "none", "known"):
        assert not (tmp_path / name).exists()


def test_evaluate_again_gives_the_same_and_another_fill_model_does_not(
    done: Path, tmp_path: Path
) -> None:
    assert run(["task=evaluate", f"run={done}"], tmp_path / "same") == 0
    trained, again = Records.read(done), Records.read(tmp_path / "same")
    assert trained.sessions.equals(again.sessions)
    assert trained.fills.equals(again.fills)
    metrics = (done / "metrics.json").read_bytes()
    assert (tmp_path / "same" / "metrics.json").read_bytes() == metrics
    assert run(["task=evaluate", f"run={done}", "fill=old"], tmp_path / "old") == 0
    other = Records.read(tmp_path / "old").sessions
    assert other.select("session", "policy").equals(trained.sessions.select("session", "policy"))
    assert not other.equals(trained.sessions)
    with pytest.raises(RunDirectoryError, match="holds no policy"):
        load_run(tmp_path / "old")


def test_evaluate_on_other_data_leaves_out_what_was_learned_from(
    done: Path, tmp_path: Path
) -> None:
    longer = make_tape(tmp_path / "longer", sessions=9)
    output = tmp_path / "out"
    assert run(["task=evaluate", f"run={done}", "data=tape", f"data.path={longer}"], output) == 0
    judged = set(Records.read(output).sessions["session"])
    learned = {n for fold in RunDirectory.open(done).folds for n in (*fold.train, *fold.tune)}
    assert judged and not judged & learned
    assert "random-3-8" in judged
    known = make_tape(tmp_path / "known", sessions=3)
    with pytest.raises(SessionsError, match="every session"):
        run(["task=evaluate", f"run={done}", "data=tape", f"data.path={known}"], tmp_path / "none")


def test_bad_sessions_are_refused_in_one_sentence(overrides: list[str], tmp_path: Path) -> None:
    with pytest.raises(SessionsError, match=r"too few.*world\.horizon"):
        run([*overrides, "world.horizon=5000"], tmp_path / "long")
    with pytest.raises(EmptySplitError):
        run([*overrides, "data.split.folds=40"], tmp_path / "empty")
    assert not (tmp_path / "empty").exists()
