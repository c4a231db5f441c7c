"""`report=detection` from the command line's words to its files, with detectors that cheat."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from kalshi_exp.config import LearnedDetector, recompose
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.detection import detectors
from kalshi_exp.tasks.evaluate.detection import DetectionError
from tests.tasks.evaluate import rooms

QUICK = [
    "task=evaluate",
    "report=detection",
    "seed=5",
    "scenario.duration_s=150",
    "trainer.bootstrap=100",
    "trainer.progress=false",
]


@pytest.fixture(autouse=True)
def _rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions, detectors = (
        sys.modules[f"kalshi_exp.tasks.detection.{name}"] for name in ("sessions", "detectors")
    )
    monkeypatch.setattr(sessions, "varied", lambda scenario, seed, number: scenario)
    for name, function in rooms.episodes().items():
        module = sessions if name.startswith("true_") else detectors
        monkeypatch.setattr(module, name, function)


def run(out: Path, *words: str) -> dict:
    overrides = [*QUICK, *words]
    out.mkdir()
    assert run_task(recompose(overrides), out, overrides) == 0
    return json.loads((out / "metrics.json").read_bytes())


def test_a_detector_that_knows_the_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    payload = run(tmp_path / "a", "scenario=full", "scenario.markets=9", "sessions=6")
    assert payload["detect/cascade_recall"]["value"] > 0.9
    assert payload["detect/rule/cascade_latency_s"]["value"] == 2.0
    assert payload["detect/constraint_accuracy"]["value"] == 1.0
    assert payload["detect/constraint_accuracy"]["baseline"]["value"] < 1.0
    assert payload["detect/correlation_accuracy"]["value"] == 1.0
    assert payload["simulated_numbers"] == [40_000, 40_006]
    manifest = json.loads((tmp_path / "a/manifest.json").read_bytes())
    assert manifest["folds"][0]["judge"] == [f"{n:06d}" for n in range(40_000, 40_006)]
    said = capsys.readouterr().out
    assert "Cascades" in said and "report.html" in said
    assert 'id="example-' in (tmp_path / "a/report.html").read_text()


def test_a_plain_market_has_no_pair_and_no_alarm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    payload = run(tmp_path / "a", "scenario=plain", "sessions=6")
    figure = payload["detect/anchor_false_alarms_per_hour"]
    hours = payload["detectors"]["rule"]["families"]["anchor"]["all"]["counts"]["hours"]
    assert hours == pytest.approx(6 * 150 / 3600, rel=0.05)
    assert figure["value"] == 0.0 and figure["hi"] == pytest.approx(3.689 / hours, rel=1e-3)
    assert payload["detect/anchor_recall"]["value"] is None
    assert payload["detect/constraint_accuracy"]["reason"] == "no pair"
    assert "no pair" in capsys.readouterr().out
    assert run(tmp_path / "b", "scenario=plain", "sessions=6") == payload


def test_decoys_without_a_group_have_pairs_and_the_trivial_answer(tmp_path: Path) -> None:
    payload = run(tmp_path / "a", "scenario=plain", "scenario.markets=3", "sessions=6")
    figure = payload["detect/all/constraint_accuracy"]
    assert figure["value"] == figure["baseline"]["value"] == 1.0


def test_the_learned_detector_needs_its_weights(tmp_path: Path) -> None:
    assert set(detectors(LearnedDetector(weights=str(tmp_path / "none")))) == {"rule"}
    file = tmp_path / "weights.npz"
    file.write_bytes(b"")
    assert set(detectors(LearnedDetector(weights=str(file)))) == {"rule", "learned"}
    words = [*QUICK, "detector=learned", f"detector.weights={tmp_path / 'none'}"]
    with pytest.raises(DetectionError, match=r"task=calibrate fit=detector"):
        run_task(recompose(words), tmp_path, words)
    assert not (tmp_path / "manifest.json").exists()
