"""`task=evaluate report=patterns` from the command line's words to its files."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from kalshi_exp.config import Scenario, recompose
from kalshi_exp.config.scenario import Anchors
from kalshi_exp.exchange import simulate_session
from kalshi_exp.tape import write_tape
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.evaluate.patterns import PatternsError

patterns = import_module("kalshi_exp.tasks.evaluate.patterns")  # the package has its function
WORDS = ["task=evaluate", "report=patterns", "data=tape", "trainer.bootstrap=300"]


def run(out: Path, tape: Path) -> dict:
    words = [*WORDS, f"data.path={tape}"]
    out.mkdir()
    assert run_task(recompose(words), out, words) == 0
    return json.loads((out / "metrics.json").read_bytes())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "PLANTINGS", {"levels": 2, "elsewhere": 2})
    monkeypatch.setattr(patterns, "STRENGTHS", (0.0, 1.0))
    monkeypatch.setattr(patterns, "FALSE_ALARMS", 20)


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("patterns") / "tape"
    scenario = Scenario(duration_s=600.0, anchors=Anchors(strength=1.0))
    write_tape(folder, (simulate_session(scenario, 9, number) for number in range(20)))
    return folder


def test_a_tape_with_anchors(
    tmp_path: Path, tape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    payload = run(tmp_path / "a", tape)
    assert payload["pattern/anchor/verdict"] == "present"
    assert payload["pattern/anchor/p_holm"] <= 0.05
    assert payload["pattern/constraint/verdict"].startswith("not testable: events have one market")
    assert [one["strength"] for one in payload["power"]["elsewhere"]] == [0.0, 1.0]
    assert [one["plantings"] for one in payload["power"]["levels"]] == [10]
    assert payload["power"]["elsewhere"][0]["plantings"] == 20
    said = capsys.readouterr().out
    assert payload["headline"] in said and "report.html" in said and "planted" in said
    for name in ("manifest.json", "report.html", "timings.json", "config.yaml"):
        assert (tmp_path / "a" / name).is_file()
    run(tmp_path / "b", tape)
    first, second = ((tmp_path / name / "metrics.json").read_bytes() for name in ("a", "b"))
    assert first == second


def test_too_few_sessions_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    scenario = Scenario(duration_s=60.0)
    write_tape(tmp_path / "few", (simulate_session(scenario, 9, number) for number in range(5)))
    with pytest.raises(PatternsError, match=r"5 sessions: an interval needs at least 6"):
        run(tmp_path / "out", tmp_path / "few")
    assert not list((tmp_path / "out").iterdir())


def test_sessions_in_which_nothing_can_happen_are_no_error(tmp_path: Path) -> None:
    scenario = Scenario(duration_s=60.0)
    write_tape(tmp_path / "short", (simulate_session(scenario, 9, number) for number in range(6)))
    payload = run(tmp_path / "out", tmp_path / "short")
    assert payload["pattern/cascade/verdict"].startswith("not testable")
