"""`task=calibrate fill=queue data=twins` from its words to a file that `fill=` can name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kalshi_exp.config import QueueFill, fitted, recompose
from kalshi_exp.exchange import simulate_session
from kalshi_exp.probes import STRATEGIES, Stage, tally
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.calibrate.written import FillFitError

NAMES = ("pick_off_s", "recovery_s")  # the exponent is fitted with position=power only
QUEUE = ("fill=queue", "fill.drawn=true")
SCENE = ["scenario=plain", "scenario.duration_s=60", "scenario.noise.take_rate=1.5"]


def run(out: Path, *words: str, fill: tuple[str, ...] = QUEUE) -> int:
    overrides = [
        "task=calibrate", *fill, "data=twins", *SCENE, "sessions=6",
        "trainer.bootstrap=100", "trainer.progress=false", *words,
    ]  # fmt: skip
    out.mkdir(exist_ok=True)
    return run_task(recompose(overrides), out, overrides)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("queue")
    assert run(folder / "run", f"out={folder / 'own/fill/mine.yaml'}") == 0
    return folder


def test_it_writes_a_model_that_fill_can_name(done: Path) -> None:
    text = (done / "own/fill/mine.yaml").read_text()
    told = json.loads((done / "run/calibrate.json").read_text())
    made = recompose([f"hydra.searchpath=[file://{done / 'own'}]", "fill=mine"]).fill
    assert isinstance(made, QueueFill) and made.drawn and list(told["parameters"]) == list(NAMES)
    for name in NAMES:
        one = told["parameters"][name]
        assert getattr(made, name) == pytest.approx(one["value"], abs=5e-4)
        if one["lo"] is not None:
            assert one["lo"] <= one["value"] <= one["hi"]
            assert f"[{one['lo']:.2f}, {one['hi']:.2f}]" in text
        else:
            assert one["reason"] in text
    plain = {name: getattr(QueueFill(), name) for name in NAMES}
    latency = recompose(["fill=queue"]).fill.latency
    assert replace(made, drawn=False, **plain) == QueueFill(latency=latency)
    assert told["numbers"] == {"fitted": [0, 6], "judged": [6, 12]}
    assert told["data_hash"] in text and " ".join(SCENE[:1]) in text
    assert max(map(len, text.splitlines())) <= 100


def test_it_is_nearer_to_the_exchange_than_what_it_began_from(done: Path) -> None:
    told = json.loads((done / "run/calibrate.json").read_text())
    experiment = recompose(["task=calibrate", "data=twins", "fill=queue", *SCENE])
    sessions = [simulate_session(experiment.scenario, 0, n, experiment.fill.fees) for n in range(6)]
    stage = Stage(sessions, STRATEGIES, experiment.world.decision)

    def rate(played) -> np.ndarray:
        sums = tally(played, stage.slots, stage.every).reshape(len(STRATEGIES), 6, -1).sum(1)
        return sums[:, 2] / np.maximum(sums[:, 1], 1.0)

    truth = rate(stage.in_exchange(experiment.scenario, 0, experiment.fill, 0))
    fit = {name: told["parameters"][name]["value"] for name in NAMES}
    model = replace(experiment.fill, drawn=True, **fit)
    before = np.abs(rate(stage.on_tape(experiment.fill, 0)) - truth).mean()
    after = np.abs(rate(stage.on_tape(model, 0)) - truth).mean()
    assert after < before
    for model_name in ("queue", "fitted"):
        judged = told["judged"][model_name]
        assert judged["error"] > 0.0 and judged["passive"]["pearson"]["n"] == 6


def test_the_exponent_is_fitted_where_it_counts(tmp_path: Path) -> None:
    words = ["fill.position=power", "fill.drawn=false", "fill.exponent=1"]
    assert run(tmp_path / "power", *words) == 0
    told = json.loads((tmp_path / "power/calibrate.json").read_text())
    assert set(told["parameters"]) == {"exponent", *NAMES}
    text = (tmp_path / "power/queue.yaml").read_text()
    assert "position: power\ndrawn: false\nexponent: " in text


def test_the_same_words_give_the_same_model(done: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "again") == 0
    again = (tmp_path / "again/queue.yaml").read_text().splitlines()
    assert again[1:] == (done / "own/fill/mine.yaml").read_text().splitlines()[1:]


def test_what_is_fitted_follows_the_data() -> None:
    def what(*words: str) -> str:
        experiment = recompose(["task=calibrate", *words])
        return fitted(experiment.task, experiment.fill, experiment.data).value  # type: ignore[arg-type]

    assert what("data=twins") == what("data=twins", "fill=depth") == "fill"
    assert what("data=twins", "fit=scenario") == "scenario"


def test_what_can_not_be_fitted_is_refused_and_leaves_nothing(done: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(FillFitError, match=r"data=twins fits .* queue model: add fill=queue"):
        run(out, fill=("fill=depth",))
    assert not list(out.iterdir())
    for words, sentence in (
        (["sessions=5"], r"sessions=5 are too few: an interval needs 6"),
        (["+fill/impact=decaying"], r"says nothing of fill\.impact: leave it as it is"),
        (["resume=true", "out=x"], r"resume=true goes on with a scenario"),
        ([f"out={done / 'own/fill/mine.yaml'}"], r"exists: give another out="),
        (["evaluations=3"], r"no fill model was written: .* within evaluations=3: allow more"),
    ):
        with pytest.raises(FillFitError, match=sentence):
            run(out, *words)
        assert not list(out.iterdir())
