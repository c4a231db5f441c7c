"""`report=money`: judge a trained run again, perhaps under another fill model or other data."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from kalshi_exp.config import EvaluateTask, Experiment, recompose
from kalshi_exp.learn import (
    FoldRun,
    LoadedRun,
    RunDirectory,
    SessionsError,
    load_run,
    open_sessions,
    use_machine,
)
from kalshi_exp.tape import Fold, Tape
from kalshi_exp.tasks.conclude import conclude, say
from kalshi_exp.tasks.detection import detected
from kalshi_exp.tasks.sim_to_real import realism_of
from kalshi_exp.tasks.stopwatch import Stopwatch


def money(task: EvaluateTask, output_dir: Path, overrides: list[str]) -> int:
    """Judge a trained run again; what the command line does not say is as it was trained.

    Args:
        task: names the run's directory.
        output_dir: the new run's own directory.
        overrides: the command line, applied on top of the trained run's.

    Returns:
        0.

    Raises:
        RunDirectoryError: no finished training run is there.
        FeatureSetError: the policy was trained on another feature set.
        SessionsError: the policy has seen every session already, or they can't be played.
        TapeError: no tape.
    """
    trained = load_run(task.run)
    experiment = as_trained(trained, overrides)
    use_machine(experiment)
    watch = Stopwatch()
    with watch.stage("sessions"):
        tape = open_sessions(experiment)
    folds = unseen(trained, tape)
    directory = RunDirectory.create(
        output_dir, experiment, overrides, data_hash=tape.data_hash, folds=folds
    )
    runs = [FoldRun(directory, n, fold, experiment, tape) for n, fold in enumerate(folds)]
    # The last policies learned from most: other data get the last one only.
    policies = trained.policies[-len(folds) :]
    console = Console(stderr=True, quiet=not experiment.trainer.progress, highlight=False)
    with watch.stage("judge"):
        for one, policy in zip(runs, policies, strict=True):
            one.judge(policy, lambda name: console.print(f"judging {name}"))
    with watch.stage("report"):
        found = detected(experiment, tape, (name for one in folds for name in one.judge))
        found |= realism_of(experiment, tape, list(zip(runs, policies, folds, strict=True)))
        payload = conclude(directory, experiment, runs, found)
    directory.write_json("timings.json", watch.timings(resumed=False))
    say(payload, directory.path)
    return 0


def as_trained(trained: LoadedRun, overrides: list[str]) -> Experiment:
    """The experiment of a trained run, with a command line applied on top of its own."""
    kept = [
        one
        for one in trained.manifest["overrides"]
        if not one.startswith(("task=", "resume=", "init_from="))
    ]
    return recompose([*kept, *overrides])


def unseen(trained: LoadedRun, tape: Tape) -> list[Fold]:
    """The sessions to judge on: none that the policy was trained or tuned on.

    Args:
        trained: the trained run.
        tape: the sessions there are.

    Returns:
        The run's own folds on its own data; on other data one fold of every session whose name
        and event the run never trained or tuned on.

    Raises:
        SessionsError: there is none.
    """
    folds = [Fold(**fold) for fold in trained.manifest["folds"]]
    if tape.data_hash == trained.manifest["data_hash"]:
        return folds
    known = {name for fold in folds for name in (*fold.train, *fold.tune)}
    before = (trained.manifest.get("init_from") or {}).get("seen", [])
    known |= {label.rpartition(":")[2] for labels in before for label in labels}
    names = [info.name for info in tape.infos if info.name not in known]
    if not names:
        raise SessionsError(
            f"the run in {trained.path} was trained or tuned on every session of {tape.path}: "
            "give sessions that it has not seen"
        )
    return [Fold([], [], names)]
