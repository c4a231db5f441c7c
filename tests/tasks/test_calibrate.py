"""`task=calibrate` from the command line's words to its file, on a tape that was simulated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kalshi_exp.config import Belief, CalibrateTask, Maker, Noise, Scenario, recompose
from kalshi_exp.exchange import simulate_session
from kalshi_exp.metrics.market import measure
from kalshi_exp.tape import open_tape, write_tape
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.calibrate import CalibrateError
from kalshi_exp.tasks.calibrate import _held as held
from kalshi_exp.tasks.calibrate.distance import Target, distance
from kalshi_exp.tasks.calibrate.free import RATIOS, SHARES, Space
from kalshi_exp.tasks.calibrate.search import Search
from kalshi_exp.tasks.calibrate.written import Origin, scenario_yaml, write_whole

SHORT = "scenario.duration_s=120"


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calibrate") / "tape"
    scenario = Scenario(duration_s=120.0, noise=Noise(take_rate=0.8))
    write_tape(folder, (simulate_session(scenario, 9, number) for number in range(16)))
    return folder


def run(out: Path, tape: Path, *words: str) -> int:
    overrides = [
        "task=calibrate", f"data.path={tape}", "evaluations=30", "sessions=6", SHORT,
        "trainer.bootstrap=200", "trainer.progress=false", *words,
    ]  # fmt: skip
    out.mkdir(exist_ok=True)
    return run_task(recompose(overrides), out, overrides)


def test_every_free_parameter_is_one_of_the_schema() -> None:
    for name in (*RATIOS, *SHARES):
        key, one = name.split(".")
        assert isinstance(getattr(getattr(Scenario(), key), one), float), name


def test_a_space_moves_what_is_there_and_keeps_to_the_bounds() -> None:
    scenario = Scenario(belief=Belief(reveals=0.9), maker=Maker(size_decay=0.5))
    space = Space(scenario)
    assert "belief.reveals" in space.names and "maker.away" not in space.names
    same = space.values(space.start)
    assert same["belief.reveals"] == 0.9 and same["maker.size_decay"] == 0.5
    high = space.scenario(space.start + 9.0)
    assert high.belief.reveals == 0.9999 and high.maker.size_decay == 2.0
    assert high.noise.take_rate == pytest.approx(0.4 * np.exp(9.0), rel=1e-3)
    assert scenario.noise.take_rate == 0.4


def test_distance_is_squares_near_and_sizes_far() -> None:
    assert distance(np.zeros(35)) == 0.0
    assert distance(np.array([0.01])) == pytest.approx(1e-4, rel=1e-3)
    assert distance(np.array([1e4])) == pytest.approx(2e4, rel=1e-3)


def test_the_target_meets_itself(tape: Path) -> None:
    opened = open_tape(tape)
    windows = [measure(opened.load(info.name)) for info in opened.infos]
    target = Target(windows, 200)
    assert np.abs(target.misses(windows)).max() == 0.0
    assert target.inside(windows) == len(target.keys) > 30
    assert distance(target.misses(windows[:1])) > 0.0


def test_the_search_finds_the_bottom_within_its_budget() -> None:
    aim = np.array([0.7, -0.4, 0.1])
    heard = []

    def misses(at: np.ndarray) -> np.ndarray:
        return np.concatenate([2.0 * (at - aim), (at - aim)[:1] * (at - aim)[1:2]])

    search = Search(misses, np.zeros(3), 200, lambda now, better: heard.append((now.found, better)))
    search.run()
    assert search.best == pytest.approx(aim, abs=0.02)
    assert len(heard) == search.tried <= 200
    founds = [found for found, _ in heard]
    assert founds == sorted(founds, reverse=True)
    short = Search(misses, np.zeros(3), 5, lambda now, better: None)
    short.run()
    assert short.tried == 5 and short.found <= distance(misses(np.zeros(3)))


def test_a_written_scenario_reads_as_itself(tmp_path: Path) -> None:
    scenario = Scenario(duration_s=300.0, belief=Belief(unrest=1.25, reveals=0.98))
    origin = Origin("ab", 7, 15, 1.0, 30, 35, 6, 0, 10)
    text = scenario_yaml(scenario, origin, "title")
    assert text.startswith("# title\n") and "7 of its 15 windows" in text
    assert held(tmp_path, text) == scenario
    assert max(map(len, text.splitlines())) <= 100
    write_whole(tmp_path / "a.yaml", text)
    assert (tmp_path / "a.yaml").read_text() == text and len(list(tmp_path.iterdir())) == 1


def test_it_comes_nearer_and_goes_on(
    tmp_path: Path, tape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine.yaml"
    assert run(tmp_path / "a", tape, f"out={out}") == 0
    first = out.read_text()
    fitted = held(out, first)
    assert fitted.noise.take_rate > 0.4  # the tape's takers come twice as often
    said = capsys.readouterr().out
    assert "distance" in said and str(out) in said
    assert (tmp_path / "a/calibrate.json").exists()
    assert "fitted to 8 of its 16 windows" in first
    with pytest.raises(CalibrateError, match="exists: give another out="):
        run(tmp_path / "b", tape, f"out={out}")
    assert run(tmp_path / "c", tape, f"out={out}", "resume=true", "evaluations=2") == 0
    assert held(out, out.read_text()).noise.take_rate == fitted.noise.take_rate
    assert run(tmp_path / "d", tape, f"out={tmp_path / 'again.yaml'}") == 0
    again = (tmp_path / "again.yaml").read_text()
    assert again.splitlines()[1:] == first.splitlines()[1:]  # but for the title


def test_what_can_not_be_fitted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalibrateError, match=r"give data=tape data\.path=DIR"):
        words = ["task=calibrate", "data=synthetic"]
        run_task(recompose(words), tmp_path, words)
    scenario = Scenario(duration_s=60.0)
    write_tape(tmp_path / "few", (simulate_session(scenario, 9, number) for number in range(11)))
    with pytest.raises(CalibrateError, match=r"11 windows.*from 12"):
        run(tmp_path / "out", tmp_path / "few")
    assert not list((tmp_path / "out").iterdir())


def test_where_nothing_can_be_written_it_says_so_at_once(tmp_path: Path, tape: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(CalibrateError, match=r"can't be written .*give another out="):
        run(tmp_path / "a", tape, f"out={blocked / 'mine.yaml'}")
    bad = tmp_path / "bad.yaml"
    bad.write_text("maker: {levels: many}\n")
    with pytest.raises(CalibrateError, match="holds no scenario to go on from"):
        run(tmp_path / "a", tape, f"out={bad}", "resume=true")
    with pytest.raises(CalibrateError, match="is not there to go on from"):
        run(tmp_path / "a", tape, f"out={tmp_path / 'none.yaml'}", "resume=true")


def test_resuming_needs_a_file() -> None:
    with pytest.raises(ValueError, match="give its out=FILE"):
        CalibrateTask(resume=True)
