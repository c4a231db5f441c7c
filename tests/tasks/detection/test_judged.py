"""What a training run says of its detectors, on the sessions that it is judged on."""

from __future__ import annotations

import pytest

from kalshi_exp.config import Experiment, recompose
from kalshi_exp.learn import open_sessions
from kalshi_exp.tape import Tape
from kalshi_exp.tasks.detection import detected, judged

WORDS = ["scenario=cascades", "scenario.duration_s=300", "data.sessions=4", "trainer.bootstrap=100"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Experiment, Tape]:
    experiment = recompose(WORDS)
    return experiment, open_sessions(experiment, tmp_path_factory.mktemp("cache"))


def test_the_judged_sessions_are_scored_and_no_others(made: tuple[Experiment, Tape]) -> None:
    experiment, tape = made
    names = [info.name for info in tape.infos]
    found = detected(experiment, tape, [names[3], names[1]])
    assert found["detection"]["sessions"] == 2 and found["detection"]["configured"] == "rule"
    hours = found["detection"]["detectors"]["rule"]["families"]["cascade"]["all"]["counts"]["hours"]
    markets = sum(len(tape.load(names[k]).markets) for k in (1, 3))
    assert hours == pytest.approx(markets * 300 / 3600, rel=0.05)
    assert found["detect/cascade_recall"] == found["detect/rule/cascade_recall"]
    assert "detect/learned/anchor_false_alarms_per_hour" in found
    assert found == detected(experiment, tape, names[1::2])


def test_no_more_than_so_many_sessions_are_scored(
    made: tuple[Experiment, Tape], monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment, tape = made
    monkeypatch.setattr(judged, "MOST", 1)
    found = detected(experiment, tape, [info.name for info in tape.infos])
    assert found["detection"]["sessions"] == 1


def test_recorded_sessions_have_nothing_to_hold_detectors_against(
    made: tuple[Experiment, Tape],
) -> None:
    _, tape = made
    recorded = recompose(["data=tape", f"data.path={tape.path}"])
    found = detected(recorded, tape, [info.name for info in tape.infos])
    assert set(found) == {"detection"} and "no labels" in found["detection"]["withheld"]
