"""A trained policy among the strategies that fill models are tried with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kalshi_exp.config import QueueFill, recompose
from kalshi_exp.exchange import simulate_session
from kalshi_exp.learn import RunDirectoryError
from kalshi_exp.market.orders import FILL
from kalshi_exp.probes import STRATEGIES
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.realism.policy_probe import PolicyProbe
from tests.learn.runs import SMALL
from tests.learn.runs import run as train

TRAINING = [
    *(word for word in SMALL if not word.startswith(("data", "scenario"))),
    "data=synthetic",
    "data.sessions=16",
    "data.split.by=walk_forward",
    "data.split.folds=2",
    "data.split.judge=0.5",
    "data.split.tune=0.2",
    "scenario=plain",
    "scenario.duration_s=60",
    "name=learner",
]
REPORT = [
    "task=realism",
    "report=fills",
    "data=twins",
    "scenario=plain",
    "scenario.duration_s=60",
    "sessions=6",
    "models=[old,queue]",
    "trainer.bootstrap=100",
    "trainer.progress=false",
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learner") / "run"
    assert train(TRAINING, folder) == 0
    return folder


def test_it_is_one_more_row_of_the_report(trained: Path, tmp_path: Path) -> None:
    overrides = [*REPORT, f"run={trained}"]
    assert run_task(recompose(overrides), tmp_path, overrides) == 0
    found = json.loads((tmp_path / "metrics.json").read_bytes())
    rows = found["strategies"]
    assert [row["name"] for row in rows] == [*(s.name for s in STRATEGIES), "policy of learner"]
    mine = rows[-1]
    assert {"truth", "ceiling", "old", "queue"} <= set(mine["profit_cents"])
    assert all(np.isfinite(told["value"]) for told in mine["profit_cents"].values())
    assert "policy of learner" in (tmp_path / "report.html").read_text()


def test_it_trades_in_the_exchange_and_on_its_tape(trained: Path) -> None:
    experiment = recompose(REPORT)
    sessions = [
        simulate_session(experiment.scenario, 0, n, experiment.fill.fees) for n in (20_000, 20_001)
    ]
    probe = PolicyProbe(str(trained), experiment)
    assert not probe.strategy.aggressive and probe.strategy.family == "policy"
    seat = probe.seat(sessions)
    assert (seat.environments, seat.slots) == (2, 1)
    there, tape = seat.in_exchange(QueueFill(), 0), seat.on_tape(QueueFill(), 0)
    assert set(there.order_rows) == set(tape.order_rows) == {0, 1}
    assert there.fills.dtype == FILL and len(there.fills) > 0
    # Until anything fills it sees the same market and sends the same orders.
    for row in range(2):
        first = min(
            played.fills["ts"][played.fill_rows == row].min(initial=np.iinfo(np.int64).max)
            for played in (there, tape)
        )
        early = [
            played.orders[(played.order_rows == row) & (played.orders["sent"] < first)]
            for played in (there, tape)
        ]
        assert len(early[0]) > 0 and np.array_equal(*early)


def test_a_run_that_is_not_there_is_refused(tmp_path: Path) -> None:
    overrides = [*REPORT, f"run={tmp_path / 'nowhere'}"]
    with pytest.raises(RunDirectoryError, match="no run directory"):
        run_task(recompose(overrides), tmp_path / "out", overrides)
    assert not (tmp_path / "out").exists()
