"""`task=calibrate`: fit a scenario or fill model to a tape, a fill model or detector to a market.

A scenario is fitted on the windows that fit and on no others.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import final

import numpy as np
import yaml
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kalshi_exp.config import (
    CalibrateFit,
    CalibrateTask,
    Experiment,
    Scenario,
    TapeData,
    TwinsData,
    fitted,
)
from kalshi_exp.exchange import simulate_session
from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL
from kalshi_exp.metrics.market import Window, fit_and_judge, measure
from kalshi_exp.tape import Tape, open_tape
from kalshi_exp.tasks.calibrate.detector import fit_detector_to
from kalshi_exp.tasks.calibrate.distance import Target
from kalshi_exp.tasks.calibrate.free import Space
from kalshi_exp.tasks.calibrate.hazard import fit_hazard_to
from kalshi_exp.tasks.calibrate.queue import fit_queue_to
from kalshi_exp.tasks.calibrate.search import Search
from kalshi_exp.tasks.calibrate.written import Origin, scenario_yaml, write_whole


@final
class CalibrateError(ValueError):
    """What can't be fitted, in one sentence."""


def run(experiment: Experiment, output_dir: Path, overrides: list[str]) -> int:
    """Run `task=calibrate`.

    Under fit=scenario the best scenario so far is in `out` at any time, whole: stopping the task
    loses nothing, and `resume=true` goes on from there. The same arguments find the same scenario.

    Args:
        experiment: its tape, its scenario (the start) and its seed.
        output_dir: the run's own directory; calibrate.json is written last.
        overrides: the command line, for the record.

    Returns:
        0; 130 when it was interrupted.

    Raises:
        TypeError: the experiment has another task.
        CalibrateError: the data are no recording, too few windows, or nowhere to write.
        DetectorFitError: fit=detector learned nothing, or has nowhere to write.
        FillFitError: fit=fill has nothing to learn from, or nowhere to write.
        ProbesError: sessions that strategies can't be played on.
        TapeError: no tape.
    """
    task = experiment.task
    if not isinstance(task, CalibrateTask):
        raise TypeError(f"calibrate got {type(task).__name__}: choose task=calibrate")
    what = fitted(task, experiment.fill, experiment.data)
    if what is CalibrateFit.detector:
        return fit_detector_to(task, experiment, output_dir, overrides)
    if what is CalibrateFit.fill:
        if isinstance(experiment.data, TwinsData):
            return fit_queue_to(task, experiment, output_dir, overrides)
        return fit_hazard_to(task, experiment, output_dir, overrides)
    tape, names = _windows(experiment)
    out = Path(task.out) if task.out else output_dir / "scenario.yaml"
    start = _start(experiment.scenario, out, task.resume)
    console = Console(stderr=True, quiet=not experiment.trainer.progress)
    with console.status(f"measuring {len(names)} recorded windows"):
        target = Target([measure(tape.load(name)) for name in names], experiment.trainer.bootstrap)
    space = Space(start)
    origin = partial(
        Origin,
        tape=tape.data_hash,
        windows=len(names),
        recorded=len(tape.infos),
        statistics=len(target.keys),
        sessions=task.sessions,
        seed=experiment.seed,
    )

    def simulated(at: np.ndarray) -> list[Window]:
        scenario = space.scenario(at)
        return [
            measure(simulate_session(scenario, experiment.seed, number))
            for number in range(task.sessions)
        ]

    last: list[Window] = []

    def misses(at: np.ndarray) -> np.ndarray:
        last[:] = simulated(at)
        return target.misses(last)

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("best distance {task.fields[best]}"),
        TimeRemainingColumn(),
    )
    history: list[tuple[int, float, int]] = []
    with Progress(*columns, console=console, transient=True) as bar:
        job = bar.add_task("calibrating", total=task.evaluations, best="?")

        def told(search: Search, better: bool) -> None:
            if better:
                inside = target.inside(last)
                history.append((search.tried, search.found, inside))
                made = origin(distance=search.found, inside=inside, evaluations=search.tried)
                title = f"{out.stem}: a market fitted to a recording."
                write_whole(out, scenario_yaml(space.scenario(search.best), made, title))
            bar.update(job, completed=search.tried, best=f"{search.found:.3f}")

        search = Search(misses, space.start, task.evaluations, told)
        try:
            search.run()
            status = 0
        except KeyboardInterrupt:
            status = 130
    if not history:
        return status
    _report(output_dir, target, search, space, history, overrides)
    _say(out, search, space, history, len(target.keys), stopped=status != 0)
    return status


def _windows(experiment: Experiment) -> tuple[Tape, list[str]]:
    """The tape and the names of the windows to fit to."""
    if not isinstance(experiment.data, TapeData):
        raise CalibrateError(
            "task=calibrate fits a scenario to a recording, and this data is simulated itself: "
            "give data=tape data.path=DIR, a folder that task=ingest wrote"
        )
    tape = open_tape(experiment.data.path)
    fewest = 2 * FEWEST_FOR_INTERVAL
    if len(tape.infos) < fewest:
        raise CalibrateError(
            f"{tape.path} holds {len(tape.infos)} windows, of which half may be fitted to: their "
            f"statistics have errors from {fewest} windows on; record more"
        )
    return tape, fit_and_judge(tape.infos)[0]


def _start(scenario: Scenario, out: Path, resume: bool) -> Scenario:
    """Where the search begins; says at once if what it finds could not be written.

    Raises:
        CalibrateError: `out` can't be written, exists, or can't be gone on from.
    """
    if out.exists() and not resume:
        raise CalibrateError(
            f"{out} exists: give another out=, or resume=true to go on from the scenario in it"
        )
    if resume and not out.is_file():
        raise CalibrateError(f"{out} is not there to go on from: leave resume=true away")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        text = out.read_text(encoding="utf-8") if resume else ""
        write_whole(out, text)
        if not resume:
            out.unlink()
    except OSError as error:
        raise CalibrateError(f"{out} can't be written ({error}): give another out=") from error
    if not resume:
        return scenario
    return _held(out, text)


def _held(out: Path, text: str) -> Scenario:
    """The scenario in a file's text.

    Raises:
        CalibrateError: it holds none.
    """
    try:
        held = OmegaConf.create(text)
        if not isinstance(held, DictConfig):
            raise ValueError("it is a list")
        held.pop("defaults", None)
        read = OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(Scenario), held))
    except (OmegaConfBaseException, yaml.YAMLError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise CalibrateError(f"{out} holds no scenario to go on from: {first}") from error
    assert isinstance(read, Scenario)
    return read


def _report(
    output_dir: Path,
    target: Target,
    search: Search,
    space: Space,
    history: list[tuple[int, float, int]],
    overrides: list[str],
) -> None:
    payload = {
        "distance": search.found,
        "evaluations": search.tried,
        "history": [
            {"evaluation": tried, "distance": found, "inside": inside}
            for tried, found, inside in history
        ],
        "targets": {
            key: {"value": value, "scale": scale}
            for key, value, scale in zip(
                target.keys, target.value.tolist(), target.scale.tolist(), strict=True
            )
        },
        "parameters": space.values(search.best),
        "overrides": overrides,
    }
    (output_dir / "calibrate.json").write_bytes(to_bytes(payload))


def _say(
    out: Path,
    search: Search,
    space: Space,
    history: list[tuple[int, float, int]],
    statistics: int,
    stopped: bool,
) -> None:
    told = Console(highlight=False, soft_wrap=True)
    before, after = space.values(space.start), space.values(search.best)
    for name in space.names:
        if before[name] != after[name]:
            told.print(f"  {name:26s} {before[name]:>10.4g} -> {after[name]:.4g}")
    first, last = history[0], history[-1]
    told.print(
        f"{'stopped after' if stopped else 'after'} {search.tried} evaluations: distance "
        f"{first[1]:.3f} -> {last[1]:.3f}, {first[2]} -> {last[2]} of {statistics} statistics like "
        "the windows fitted to"
    )
    told.print(f"scenario: {out}")
    told.print("the windows kept apart judge it: task=realism")


__all__ = ["CalibrateError", "run"]
