"""`report=features` from the command line's words to its files, on a small trained run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kalshi_exp.config import Policy
from kalshi_exp.env import N_ACTIONS
from kalshi_exp.features import FEATURES
from kalshi_exp.learn import INPUTS, ActorCritic, RunDirectoryError
from kalshi_exp.tasks.evaluate.features import probabilities_of
from tests.learn.runs import SMALL, make_tape, run


def test_every_feature_of_a_trained_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tape = make_tape(tmp_path / "tape", sessions=8)
    assert run([*SMALL, f"data.path={tape}", "features=[book,portfolio]"], tmp_path / "run") == 0
    capsys.readouterr()
    words = ["task=evaluate", "report=features", f"run={tmp_path / 'run'}"]
    assert run(words, tmp_path / "a") == 0
    payload = json.loads((tmp_path / "a/metrics.json").read_bytes())
    assert [f["name"] for f in payload["features"]] == [f.name for f in FEATURES]
    assert all(f["distribution"]["nonfinite"] == 0 for f in payload["features"])
    by_name = {f["name"]: f for f in payload["features"]}
    assert by_name["mid"]["on"] and by_name["mid"]["importance"]["value"] > 0.0
    assert not by_name["elapsed"]["on"] and by_name["elapsed"]["importance"]["value"] == 0.0
    assert by_name["position"]["distribution"]["min"] < by_name["position"]["distribution"]["max"]
    said = capsys.readouterr().out
    assert payload["headline"][:30] in said and "report.html" in said
    assert "Off in this run: activity, anchor" in (tmp_path / "a/report.html").read_text()
    assert run(words, tmp_path / "b") == 0
    assert (tmp_path / "b/metrics.json").read_bytes() == (tmp_path / "a/metrics.json").read_bytes()


def test_a_run_that_began_from_another_one_is_described_too(tmp_path: Path) -> None:
    words = [*SMALL, f"data.path={make_tape(tmp_path / 'tape', sessions=8)}"]
    assert run(words, tmp_path / "one") == 0
    assert run([*words, f"init_from={tmp_path / 'one'}"], tmp_path / "two") == 0
    again = ["task=evaluate", "report=features", f"run={tmp_path / 'two'}"]
    assert run(again, tmp_path / "out") == 0 and (tmp_path / "out/metrics.json").is_file()


def test_no_run_is_refused(tmp_path: Path) -> None:
    words = ["task=evaluate", "report=features", f"run={tmp_path / 'none'}"]
    with pytest.raises(RunDirectoryError, match="no run directory"):
        run(words, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_probabilities_are_over_legal_actions() -> None:
    policy = ActorCritic(INPUTS, N_ACTIONS, Policy(hidden=[8]))
    mask = np.zeros((3, N_ACTIONS), np.bool_)
    mask[:, :2] = True
    observation = np.ones((3, len(INPUTS)), np.float32)
    found = probabilities_of(policy)(observation, mask)
    assert found.sum(1) == pytest.approx([1.0] * 3)
    assert (found[:, 2:] == 0.0).all()
