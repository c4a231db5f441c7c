"""A policy that was trained on simulated sessions, played again in their exchange."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kalshi_exp.config import recompose
from kalshi_exp.learn import load_run
from kalshi_exp.metrics.realism.sim_to_real import NAMES
from kalshi_exp.tasks import sim_to_real
from kalshi_exp.tasks.sim_to_real import MESSAGES, RECORDED, THERE, realism_of
from tests.learn.runs import SMALL, run

TINY = [
    *(word for word in SMALL if not word.startswith(("data", "scenario"))),
    "data=synthetic",
    "data.sessions=16",
    "data.split.by=walk_forward",
    "data.split.folds=2",
    "data.split.judge=0.5",
    "data.split.tune=0.2",
    "scenario=plain",
    "scenario.duration_s=60",
]


def metrics(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "metrics.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "done"
    assert run(TINY, folder) == 0
    return folder


def test_every_training_run_tells_how_real_it_was(done: Path) -> None:
    found = metrics(done)
    judged = sum(len(fold["judge"]) for fold in json.loads(
        (done / "manifest.json").read_bytes()
    )["folds"])  # fmt: skip
    assert found["realism"] == {"sessions": judged} and judged >= 6
    for name in NAMES:
        figure = found[f"realism/{name}"]
        assert figure["value"] is not None or figure["reason"]
    assert found["realism/overstatement"]["value"] is not None
    assert -1 <= found["realism/fill_rate_error"]["value"] <= 1


def test_what_it_really_earned_is_what_it_earns_in_the_exchange(done: Path, tmp_path: Path) -> None:
    assert run(["task=evaluate", f"run={done}", "world=exchange"], tmp_path / "there") == 0
    there = metrics(tmp_path / "there")
    real = metrics(done)["realism/real_pnl"]
    earned = there["policies"]["agent/deterministic"]["figures"]["pnl_per_session"]
    assert real["value"] == pytest.approx(earned["value"]) and real["value"] != 0
    assert there["realism"] == {"withheld": THERE}
    assert not [name for name in there if name.startswith("realism/")]
    # The same weights on the same tape again: the same figures, to the bit.
    assert run(["task=evaluate", f"run={done}"], tmp_path / "again") == 0
    again = metrics(tmp_path / "again")
    for name in NAMES:
        assert again[f"realism/{name}"] == metrics(done)[f"realism/{name}"]


def test_only_so_many_sessions_are_played_again(
    done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim_to_real, "MOST", 3)
    assert run(["task=evaluate", f"run={done}"], tmp_path / "few") == 0
    few = metrics(tmp_path / "few")
    assert few["realism"] == {"sessions": 4}  # two of either fold
    assert few["realism/real_pnl"]["reason"] == "4 sessions: an interval needs at least 6"
    assert len(load_run(done).policies) == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["data=tape", "data.path=somewhere"], RECORDED),
        (["data=synthetic", "world=exchange"], THERE),
        (["data=synthetic", "world.decision.unit=messages", "world.decision.every=5"], MESSAGES),
    ],
)
def test_where_there_is_no_other_truth_the_reason_is_told(words: list[str], why: str) -> None:
    nobody: Any = None
    assert realism_of(recompose(words), nobody, []) == {"realism": {"withheld": why}}
