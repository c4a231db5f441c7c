"""`task=calibrate fill=hazard` from the command line's words to a file that `fill=` can name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kalshi_exp.config import HazardFill, Noise, Scenario, fitted, recompose
from kalshi_exp.exchange import simulate_session
from kalshi_exp.metrics.hazard import NAMES
from kalshi_exp.tape import Kind, open_tape, write_tape
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.calibrate import CalibrateError
from kalshi_exp.tasks.calibrate.written import FillFitError

SCENARIO = Scenario(duration_s=150.0, noise=Noise(take_rate=1.5))


def sessions(count: int):
    return [simulate_session(SCENARIO, 9, number) for number in range(count)]


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hazard") / "tape"
    write_tape(folder, iter(sessions(14)))
    return folder


def run(out: Path, *words: str) -> int:
    overrides = [
        "task=calibrate", "fill=hazard", "trainer.bootstrap=200", "trainer.progress=false", *words,
    ]  # fmt: skip
    out.mkdir(exist_ok=True)
    return run_task(recompose(overrides), out, overrides)


def test_it_writes_a_model_that_fill_can_name(
    tmp_path: Path, tape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "own/fill/mine.yaml"
    assert run(tmp_path / "a", f"data.path={tape}", f"out={out}") == 0
    text, told = out.read_text(), json.loads((tmp_path / "a/calibrate.json").read_text())
    assert told["data_hash"] == open_tape(tape).data_hash and told["data_hash"] in text
    assert "fitted to 7 of its 14 windows" in text and "no truth is on a tape" in text
    assert "ruler's, queue with position=pro_rata" in text
    names = [info.name for info in open_tape(tape).infos]
    assert not set(told["windows"]["fitted"]) & set(told["windows"]["judged"])
    assert sorted([*told["windows"]["fitted"], *told["windows"]["judged"]]) == sorted(names)
    made = recompose([f"hydra.searchpath=[file://{tmp_path / 'own'}]", "fill=mine"]).fill
    assert isinstance(made, HazardFill)
    assert replace(made, coefficients=HazardFill().coefficients) == HazardFill()
    for name in NAMES:
        one = told["coefficients"][name]
        assert getattr(made.coefficients, name) == pytest.approx(one["value"], abs=1e-6)
        assert (
            one["lo"] < one["value"] < one["hi"] and f"[{one['lo']:.3f}, {one['hi']:.3f}]" in text
        )
    assert made.coefficients.ahead < 0.0  # the further back, the longer it takes
    likelihood = told["judged"]["likelihood"]
    assert likelihood["model"] > likelihood["constant"] and likelihood["gain"]["lo"] > 0.0
    assert f"gain {likelihood['gain']['value']:.4f}" in text
    odds = told["judged"]["odds"]["touch"]
    assert set(odds) == {"1", "5", "30", "60"}
    assert all(abs(one["difference"]["value"]) < 0.05 for one in odds.values())
    assert max(map(len, text.splitlines())) <= 100 and str(out) in capsys.readouterr().out
    with pytest.raises(FillFitError, match="exists: give another out="):
        run(tmp_path / "b", f"data.path={tape}", f"out={out}")
    assert run(tmp_path / "c", f"data.path={tape}") == 0
    again = (tmp_path / "c/hazard.yaml").read_text()
    assert again.splitlines()[1:] == text.splitlines()[1:]  # but for the name


def test_simulated_sessions_do_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kalshi_exp.exchange.source.default_cache_root", lambda: tmp_path / "cache")
    words = ["data=synthetic", "data.sessions=12", "scenario.duration_s=150"]
    assert run(tmp_path / "a", *words, "scenario.noise.take_rate=1.5") == 0
    assert "fitted to 6 of its 12 windows" in (tmp_path / "a/hazard.yaml").read_text()


def test_what_is_fitted_follows_the_fill_model_where_nobody_says() -> None:
    def what(*words: str) -> str:
        experiment = recompose(["task=calibrate", "data.path=DIR", *words])
        return fitted(experiment.task, experiment.fill, experiment.data).value  # type: ignore[arg-type]

    assert what() == what("fill=depth") == "scenario" and what("fill=hazard") == "fill"
    assert what("fill=hazard", "fit=scenario") == "scenario"
    assert what("fill=hazard", "fit=detector") == "detector" and what("fit=fill") == "fill"


def without(kind_gone: tuple[Kind, ...]):
    """Tapes on which liquidity is taken and no trade is told."""
    for session in sessions(12):
        market = session.markets[0]
        messages = market.messages.copy()
        gone = np.isin(messages["kind"], kind_gone)
        messages["kind"][gone] = Kind.CANCEL
        yield replace(session, markets=(replace(market, messages=messages),))


def test_what_can_not_be_fitted_is_refused_and_leaves_nothing(tmp_path: Path, tape: Path) -> None:
    write_tape(tmp_path / "mute", without((Kind.FILL, Kind.PRINT)))
    write_tape(tmp_path / "few", iter(sessions(11)))
    out = tmp_path / "out"
    for words, sentence in (
        (
            [f"data.path={tmp_path / 'mute'}"],
            r"no fill model .* no trade came .* needs trades",
        ),
        ([f"data.path={tmp_path / 'few'}"], r"11 windows.*needs at least 12; record more"),
        ([f"data.path={tape}", "fill=queue", "fit=fill"], r"fit=fill fits .* add fill=hazard"),
        ([f"data.path={tape}", "resume=true", "out=x"], r"resume=true goes on with a scenario"),
    ):
        with pytest.raises(FillFitError, match=sentence):
            run(out, *words)
        assert not list(out.iterdir())
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(FillFitError, match=r"can't be written .*give another out="):
        run(out, f"data.path={tape}", f"out={blocked / 'mine.yaml'}")
    with pytest.raises(CalibrateError, match=r"few.*11 windows"):
        run(out, f"data.path={tmp_path / 'few'}", "fit=scenario")


def test_a_fit_that_does_not_converge_writes_nothing(
    tmp_path: Path, tape: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scipy import optimize

    def tired(loss, start, **_):
        return optimize.OptimizeResult(x=start + 3.0, fun=1.0, jac=start, success=False)

    monkeypatch.setattr("kalshi_exp.metrics.hazard.fit.optimize.minimize", tired)
    with pytest.raises(FillFitError, match=r"no fill model was written: .* did not converge"):
        run(tmp_path / "a", f"data.path={tape}")
    assert not list((tmp_path / "a").iterdir())
