"""`task=calibrate fill=queue data=twins`: fit the queue model's pieces to the exchange itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, final

import numpy as np
from rich.console import Console
from rich.progress import Progress

from kalshi_exp.config import (
    CalibrateTask,
    Experiment,
    Fill,
    Impact,
    QueueFill,
    QueuePosition,
    TwinsData,
)
from kalshi_exp.exchange import simulate_session
from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL
from kalshi_exp.metrics.hazard import NotFittedError
from kalshi_exp.metrics.queue_fit import BOUNDS, QueueFit, error_of, fit_queue
from kalshi_exp.metrics.realism import GROUPS, Resamples, Trial, figures
from kalshi_exp.probes import SCORES, STRATEGIES, Played, Stage, tally, twins_hash
from kalshi_exp.tasks.calibrate.written import FillFitError, refuse_unwritable, write_fill_model
from kalshi_exp.tasks.calibrate.written_queue import queue_lines, queue_yaml

_PART = 5  # sessions that are played together
_WORKERS = 2
_START = {"exponent": 1.0, "pick_off_s": 0.5, "recovery_s": 1.0}  # of what is 0 or infinite
_JUDGED_BY = ("pearson", "overstatement", "error_cents", "fill_rate_error")


@final
class _Twins:
    """Sessions of the exchange, and every strategy in them: as it happened, and under models."""

    def __init__(self, experiment: Experiment, numbers: Sequence[int], bar: Progress) -> None:
        self._experiment, self._bar = experiment, bar
        self._parts = [list(numbers[k : k + _PART]) for k in range(0, len(numbers), _PART)]
        self._stages: list[Stage] = []

    def truth(self, title: str) -> np.ndarray:
        """What happened in the exchange, float64[S, J, len(SUMS)]; goes before the rest."""
        experiment = self._experiment
        scenario, data, fill = experiment.scenario, experiment.data, experiment.fill
        assert isinstance(data, TwinsData)

        def one(numbers: list[int]) -> tuple[Stage, np.ndarray]:
            played = [simulate_session(scenario, data.seed, n, fill.fees) for n in numbers]
            stage = Stage(played, STRATEGIES, experiment.world.decision)
            there = stage.in_exchange(scenario, data.seed, fill, experiment.seed)
            self._bar.advance(job)
            return stage, _sums(stage, there)

        job = self._bar.add_task(title, total=len(self._parts))
        done = _in_turn(one, self._parts)
        self._bar.remove_task(job)
        self._stages = [stage for stage, _ in done]
        return np.concatenate([sums for _, sums in done], 1)

    def under(self, fill: Fill) -> np.ndarray:
        """The same under a fill model, against the tape of the sessions without us."""
        seed = self._experiment.seed
        done = _in_turn(lambda stage: _sums(stage, stage.on_tape(fill, seed)), self._stages)
        return np.concatenate(done, 1)


def _sums(stage: Stage, played: Played) -> np.ndarray:
    found = tally(played, stage.slots, stage.every)
    return found.reshape(len(stage.strategies), len(stage.sessions), -1)


def _in_turn(work: Callable[[Any], Any], over: Sequence[Any]) -> list[Any]:
    with ThreadPoolExecutor(_WORKERS) as pool:
        waiting = [pool.submit(work, one) for one in over]
        try:
            return [one.result() for one in waiting]
        except BaseException:
            for one in waiting:
                one.cancel()
            raise


def fit_queue_to(
    task: CalibrateTask, experiment: Experiment, output_dir: Path, overrides: list[str]
) -> int:
    """Fit where cancels stand, when a crossed order is hit and how fast taken liquidity is back.

    Fitted to the first `sessions` sessions, judged on as many that follow. Nothing is written when
    the search does not converge, or when it is stopped.

    Args:
        task: how many sessions and evaluations, and where to.
        experiment: its scenario, its fill model (the start, and its other pieces) and its seed.
        output_dir: the run's own directory; calibrate.json is written last.
        overrides: the command line, for the record.

    Returns:
        0; 130 when it was interrupted.

    Raises:
        FillFitError: nothing was fitted, or there is nowhere to write.
        ProbesError: sessions that strategies can't be played on.
    """
    fill, data = experiment.fill, experiment.data
    assert isinstance(data, TwinsData)
    if not isinstance(fill, QueueFill):
        raise FillFitError(
            "data=twins fits the numbers of the queue model: add fill=queue, or fit fill=hazard to "
            "a recording"
        )
    if task.resume:
        raise FillFitError("resume=true goes on with a scenario: leave it away with data=twins")
    if task.sessions < FEWEST_FOR_INTERVAL:
        raise FillFitError(
            f"sessions={task.sessions} are too few: an interval needs {FEWEST_FOR_INTERVAL}"
        )
    if fill.impact != Impact():
        raise FillFitError(
            "data=twins fits the numbers of fill=queue, and the file says nothing of fill.impact: "
            "leave it as it is"
        )
    out = Path(task.out) if task.out else output_dir / "queue.yaml"
    refuse_unwritable(out, FillFitError)
    fitted, judge = range(task.sessions), range(task.sessions, 2 * task.sessions)
    console = Console(stderr=True, quiet=not experiment.trainer.progress)
    how = {"bootstrap": experiment.trainer.bootstrap, "seed": experiment.seed}
    try:
        with Progress(console=console, transient=True) as bar:
            twins = _Twins(experiment, fitted, bar)
            truth = twins.truth(f"{task.sessions} sessions in the exchange")
            job = bar.add_task("fitting (evaluations at most)", total=task.evaluations)

            def play(values: dict[str, float]) -> np.ndarray:
                sums = twins.under(_model(fill, values))
                bar.advance(job)
                return sums

            fit = fit_queue(play, truth, _start(fill), task.evaluations, **how)
            bar.remove_task(job)
            held = _Twins(experiment, judge, bar)
            theirs = held.truth(f"{task.sessions} that judge")
            before = QueueFill(latency=fill.latency, fees=fill.fees)
            judged = {
                name: _judged(held.under(model), theirs, **how)
                for name, model in (("queue", before), ("fitted", _model(fill, fit.value)))
            }
    except KeyboardInterrupt:
        return 130
    except NotFittedError as error:
        raise FillFitError(f"no fill model was written: {error}") from error
    payload = {
        "data_hash": twins_hash(experiment.scenario, data.seed, [*fitted, *judge]),
        "numbers": {
            "fitted": [fitted.start, fitted.stop], "judged": [judge.start, judge.stop],
        },
        "strategies": len(STRATEGIES),
        "pieces": {"position": fill.position.value, "drawn": fill.drawn},
        "parameters": _parameters(fit),
        "fit": {"error": fit.error, "evaluations": fit.evaluations},
        "judged": judged,
        "overrides": overrides,
    }  # fmt: skip
    write_fill_model(out, queue_yaml(payload, out.stem), payload, queue_lines(payload), output_dir)
    Console(highlight=False, soft_wrap=True).print(
        "sessions kept apart judge it: task=realism report=fills data=twins"
    )
    return 0


def _start(fill: QueueFill) -> dict[str, float]:
    """Numbers to be fitted and where from: the exponent is one where it counts."""
    powered = fill.position is QueuePosition.power
    own = {name: float(getattr(fill, name)) for name in BOUNDS if powered or name != "exponent"}
    return {
        name: one if np.isfinite(one) and one > 0.0 else _START[name] for name, one in own.items()
    }


def _model(fill: QueueFill, values: dict[str, float]) -> QueueFill:
    return replace(
        fill,
        exponent=values.get("exponent", fill.exponent),
        pick_off_s=values["pick_off_s"],
        recovery_s=values["recovery_s"],
    )


def _parameters(fit: QueueFit) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {}
    for name, value in fit.value.items():
        out[name] = {"value": value, "lo": None, "hi": None}
        if fit.why[name]:
            out[name]["reason"] = fit.why[name]
        else:
            out[name] |= {"lo": fit.lo[name], "hi": fit.hi[name]}
    return out


def _judged(sums: np.ndarray, truth: np.ndarray, bootstrap: int, seed: int) -> dict[str, Any]:
    """How near a model comes to the truth on sessions that nothing was fitted to."""

    def trial(name: str, own: np.ndarray) -> Trial:
        strategies, sessions = own.shape[:2]
        scores = np.zeros((strategies, sessions, len(SCORES)))
        return Trial(name, own, scores, np.zeros((strategies, sessions, 0, 0, 3)))

    resamples = Resamples(sums.shape[0], sums.shape[1], bootstrap, seed)
    out: dict[str, Any] = {"error": error_of(sums, truth)}
    for group in GROUPS:
        chosen = np.array([one.aggressive == (group == "aggressive") for one in STRATEGIES])
        found = figures(
            trial("model", sums), trial("truth", truth), resamples, chosen,
            passive=group == "passive",
        )  # fmt: skip
        out[group] = {name: found[name].to_dict() for name in _JUDGED_BY}
    return out
