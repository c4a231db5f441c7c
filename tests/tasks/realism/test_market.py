"""`task=realism` from the command line's words to its files, on a tape that was simulated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kalshi_exp.config import Scenario, recompose
from kalshi_exp.exchange import simulate_session
from kalshi_exp.tape import write_tape
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.realism import RealismError

QUICK = [
    "task=realism",
    "scenario=plain",
    "sessions=12",
    "scenario.duration_s=120",
    "trainer.bootstrap=200",
]


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("realism") / "tape"
    scenario = Scenario(duration_s=120.0)
    write_tape(folder, (simulate_session(scenario, 9, number) for number in range(24)))
    return folder


def run(out: Path, tape: Path, *words: str) -> int:
    overrides = [*QUICK, f"data.path={tape}", *words]
    out.mkdir()
    return run_task(recompose(overrides), out, overrides)


def test_the_same_market_agrees_with_itself(
    tmp_path: Path, tape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "a", tape) == 0
    payload = json.loads((tmp_path / "a/realism.json").read_bytes())
    assert payload["ok"] >= 30, payload["failed"]
    assert payload["tape_windows"] == [f"{number:06d}" for number in range(1, 24, 2)]
    assert payload["fitted_windows"] == [f"{number:06d}" for number in range(0, 24, 2)]
    assert payload["simulated_windows"][0] == "020000" and len(payload["simulated_windows"]) == 12
    said = capsys.readouterr().out
    assert payload["headline"] in said and "Spread of 1 c" in said and "report.html" in said
    assert run(tmp_path / "b", tape) == 0
    for name in ("realism.json",):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_another_market_is_told_apart(tmp_path: Path, tape: Path) -> None:
    assert run(tmp_path / "a", tape, "scenario.maker.levels=1", "scenario.noise.take_rate=2") == 0
    payload = json.loads((tmp_path / "a/realism.json").read_bytes())
    assert {"levels", "print_gap"} <= set(payload["failed"])


def test_simulated_data_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    words = ["task=realism", "data=synthetic"]
    with pytest.raises(RealismError, match=r"give data=tape data\.path=DIR"):
        run_task(recompose(words), tmp_path, words)
    assert not list(tmp_path.iterdir())


def test_too_few_windows_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    scenario = Scenario(duration_s=60.0)
    write_tape(tmp_path / "few", (simulate_session(scenario, 9, number) for number in range(11)))
    with pytest.raises(RealismError, match=r"11 windows.*at least 12"):
        run(tmp_path / "out", tmp_path / "few")
    assert not list((tmp_path / "out").iterdir())
