"""`task=train`: sessions -> folds -> train -> judge -> figures and a report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from kalshi_exp.config import Experiment, TrainTask, config_hash, recompose
from kalshi_exp.learn import (
    Beginning,
    FoldRun,
    RunDirectory,
    RunDirectoryError,
    Sink,
    WarmStart,
    open_sessions,
    use_machine,
)
from kalshi_exp.tape import split_sessions
from kalshi_exp.tasks.conclude import conclude, say
from kalshi_exp.tasks.detection import detected
from kalshi_exp.tasks.sim_to_real import realism_of
from kalshi_exp.tasks.stopwatch import Stopwatch
from kalshi_exp.tasks.wandb_curves import WandbCurves, wandb_curves


def run(experiment: Experiment, output_dir: Path, overrides: list[str]) -> int:
    """Run `task=train`, or go on with a run that was stopped.

    Args:
        experiment: what to do and with what.
        output_dir: the run's own directory; not used when an older one is resumed.
        overrides: the command line that composed the experiment.

    Returns:
        0.

    Raises:
        TypeError: the experiment has another task.
        RunDirectoryError: the directory holds a run, or the one to resume can't be gone on with.
        TapeError: no tape, or a split that leaves a side empty.
        SessionsError: sessions that cannot be played under this configuration.
        FeatureSetError: `init_from=` names a run with another network.
    """
    task = experiment.task
    if not isinstance(task, TrainTask):
        raise TypeError(f"train got {type(task).__name__}: choose task=train")
    if task.resume is not None:
        directory = RunDirectory.open(Path(task.resume))
        experiment = _as_it_was(directory, overrides)
        if directory.finished:
            say(json.loads((directory.path / "metrics.json").read_bytes()), directory.path)
            return 0
    use_machine(experiment)
    source = _source(experiment) if task.resume is None else None
    watch = Stopwatch()
    with watch.stage("sessions"):
        tape = open_sessions(experiment)
    if task.resume is None:
        folds = split_sessions(tape.infos, experiment.data.split, experiment.seed)
        beginning = source.begin(folds, experiment) if source is not None else Beginning((), None)
        directory = RunDirectory.create(
            output_dir,
            experiment,
            overrides,
            data_hash=tape.data_hash,
            folds=folds,
            initial=beginning.policies,
            init_from=beginning.record,
        )
    elif directory.manifest["data_hash"] != tape.data_hash:
        raise RunDirectoryError(
            f"the sessions are not those that the run in {directory.path} began with: put them "
            "back, or start a new run"
        )
    runs = [
        FoldRun(directory, number, fold, experiment, tape)
        for number, fold in enumerate(directory.folds)
    ]
    with wandb_curves(experiment, directory) as online:
        _work(runs, experiment, watch, online)
        with watch.stage("report"):
            folds = directory.folds
            judged = (name for one in folds for name in one.judge)
            found = detected(experiment, tape, judged)
            trained = [(run, run.train(), fold) for run, fold in zip(runs, folds, strict=True)]
            found |= realism_of(experiment, tape, trained)
            payload = conclude(directory, experiment, runs, found)
        if online is not None:
            online.conclude(payload, directory.path / "report.html")
    directory.write_json("timings.json", watch.timings(resumed=task.resume is not None))
    say(payload, directory.path)
    return 0


def _as_it_was(directory: RunDirectory, overrides: Sequence[str]) -> Experiment:
    """The experiment of a run to go on with, refused when it is not the one that began it."""
    saved = directory.manifest["overrides"]
    more = [one for one in overrides if not one.startswith(("resume=", "task="))]
    experiment = recompose([*saved, *more])
    began = directory.manifest.get("init_from") or {}
    other = experiment.task.init_from != began.get("path")  # type: ignore[attr-defined]
    started_from = began.get("policies", ())
    if other or config_hash(experiment, started_from) != directory.manifest["config_hash"]:
        why = f"{' '.join(more)} would change it" if more else "conf/ or the code has changed"
        raise RunDirectoryError(
            f"the run in {directory.path} goes on only with the configuration that it began "
            f"with, and {why}: leave it as it was, or start a new run"
        )
    return experiment


def _source(experiment: Experiment) -> WarmStart | None:
    """The run to start from, if one is named; said, and refused before any session is made."""
    task = experiment.task
    if not isinstance(task, TrainTask) or task.init_from is None:
        return None
    source = WarmStart(task.init_from)
    told = source.require_shape(experiment)
    Console(stderr=True, highlight=False, soft_wrap=True).print(told, markup=False)
    return source


def _work(
    runs: Sequence[FoldRun],
    experiment: Experiment,
    watch: Stopwatch,
    online: WandbCurves | None,
) -> None:
    console = Console(stderr=True, quiet=not experiment.trainer.progress, highlight=False)
    for number, fold in enumerate(runs):
        if fold.judged:
            continue

        def sinks(phase: str, number: int = number) -> list[Sink]:
            return [watch] if online is None else [watch, online.sink(number, phase)]

        with watch.stage("train"):
            policy = fold.train(sinks)
        with watch.stage("judge"):
            fold.judge(policy, lambda name: console.print(f"judging {name}"))
