"""`task=calibrate fit=detector` from the command line's words to its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kalshi_exp.config import ConfigError, recompose
from kalshi_exp.patterns.inputs import INPUTS, PAIR_INPUTS
from kalshi_exp.patterns.weights import load_weights
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.calibrate.detector import DetectorFitError

WORDS = [
    "task=calibrate", "fit=detector", "trainer.progress=false", "scenario=cascades",
    "scenario.duration_s=240", "scenario.markets=4", "scenario.belief.jumps_per_hour=60",
]  # fmt: skip


def run(out: Path, *words: str) -> int:
    overrides = [*WORDS, *words]
    out.mkdir(exist_ok=True)
    return run_task(recompose(overrides), out, overrides)


def test_it_writes_weights_that_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mine.npz"
    assert run(tmp_path / "run", f"out={out}", "training=24", "passes=10") == 0
    weights = load_weights(out, INPUTS, PAIR_INPUTS)
    assert weights.market.scale.min() > 0.0 and out.stat().st_size < 300_000
    told = json.loads((tmp_path / "run/calibrate.json").read_bytes())
    assert told["figures"]["calibration_loss"]["cascade"] < 1.0
    assert str(out) in capsys.readouterr().out
    with pytest.raises(DetectorFitError, match="exists: give another out="):
        run(tmp_path / "run", f"out={out}")


def test_nothing_is_written_when_nothing_was_learned(tmp_path: Path) -> None:
    out = tmp_path / "deep/mine.npz"
    with pytest.raises(DetectorFitError, match="no weights were written: this scenario plants no"):
        run(tmp_path / "run", f"out={out}", "scenario=plain", "training=4", "passes=1")
    assert not out.exists() and not list((tmp_path / "run").iterdir())


def test_what_belongs_to_a_scenario_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="leave it away with fit=detector"):
        recompose([*WORDS, "resume=true", "out=somewhere"])
    with pytest.raises(ConfigError, match="training is 1; it must lie in"):
        recompose([*WORDS, "training=1"])
