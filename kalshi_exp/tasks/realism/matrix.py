"""`report=matrix`: what training under each fill model is worth in the simulated exchange."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import track

from kalshi_exp.config import Experiment, RealismReport, RealismTask, config_hash, recompose
from kalshi_exp.learn import (
    ActorCritic,
    Agent,
    RunDirectory,
    RunDirectoryError,
    baselines,
    open_sessions,
    use_machine,
)
from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.matrix import EXCHANGE, Plays, matrix_figures, named_matrix
from kalshi_exp.report.matrix import matrix_tables, write_matrix
from kalshi_exp.tape import Fold, Tape, split_sessions
from kalshi_exp.tasks.conclude import header
from kalshi_exp.tasks.realism.contests import Contestant, Court
from kalshi_exp.tasks.realism.trainings import (
    Training,
    as_exchange,
    as_tape,
    is_trained,
    models_of,
    trained,
    trainings,
)
from kalshi_exp.tasks.stopwatch import Stopwatch

WIDTH = 150  # of the tables where the terminal is narrower, as in a file


def matrix(
    experiment: Experiment, task: RealismTask, output_dir: Path, overrides: list[str]
) -> int:
    """Train under each model with each seed, judge every policy under every model and for real.

    Each training has a run directory `trained/MODEL-SEED` of its own, and each contest a file
    `plays/WHO/JUDGE.parquet`; what is there is not done again, so that a study that was stopped
    goes on by `resume=DIR` and ends with the same matrix.json.

    Args:
        experiment: what the trainings have in common.
        task: which models, how many seeds.
        output_dir: the run's own directory; not used when an older one is resumed. metrics.json
            is written last.
        overrides: the command line, for the record.

    Returns:
        0.

    Raises:
        RealismError: the study can't be made; nothing is written.
        RunDirectoryError: the directory to resume can't be gone on with.
        ConfigError: there is no such fill model.
    """
    resumed = task.resume is not None
    if task.resume is not None:
        directory = RunDirectory.open(Path(task.resume))
        experiment, task, overrides = _as_it_was(directory, overrides)
        if directory.finished:
            _say(json.loads((directory.path / "matrix.json").read_bytes()), directory.path)
            return 0
    wanted = trainings(experiment, task, overrides)
    use_machine(experiment)
    watch = Stopwatch()
    with watch.stage("sessions"):
        tape = open_sessions(experiment)
    if not resumed:
        folds = split_sessions(tape.infos, experiment.data.split, experiment.seed)
        directory = RunDirectory.create(
            output_dir, experiment, overrides, data_hash=tape.data_hash, folds=folds
        )
    elif directory.manifest["data_hash"] != tape.data_hash:
        raise RunDirectoryError(
            f"the sessions are not those that the study in {directory.path} began with: start a "
            "new study"
        )
    console = Console(stderr=True, quiet=not experiment.trainer.progress, highlight=False)
    console.print(f"a stopped study goes on by resume={directory.path}", soft_wrap=True)
    with watch.stage("train"):
        policies = _trained(directory, wanted, tape, console)
    with watch.stage("judge"):
        plays = _judged(directory, experiment, wanted, policies, tape, console)
    with watch.stage("figures"):
        names = [one.name for one in baselines()]
        payload = matrix_figures(
            plays, models_of(task), names, experiment.trainer.bootstrap, experiment.seed
        )
        payload["trainings"] = [
            {
                "model": one.model,
                "seed": one.seed,
                "directory": f"trained/{one.folder}",
                "config_hash": config_hash(one.experiment),
            }
            for one in wanted
        ]
    with watch.stage("report"):
        write_matrix(directory.path, payload, header(directory, experiment))
    directory.write_json("timings.json", watch.timings(resumed=resumed))
    directory.write("matrix.json", to_bytes(payload))
    directory.write("metrics.json", to_bytes(named_matrix(payload)))
    _say(payload, directory.path)
    return 0


def _as_it_was(
    directory: RunDirectory, overrides: Sequence[str]
) -> tuple[Experiment, RealismTask, list[str]]:
    """The experiment of a study to go on with, refused when it is not the one that began it."""
    saved = directory.manifest["overrides"]
    more = [one for one in overrides if not one.startswith(("resume=", "task=", "report="))]
    experiment = recompose([*saved, *more])
    task = experiment.task
    if not isinstance(task, RealismTask) or task.report is not RealismReport.matrix:
        raise RunDirectoryError(
            f"{directory.path} holds no study of report=matrix: go on with it as it was begun"
        )
    if config_hash(experiment) != directory.manifest["config_hash"]:
        why = f"{' '.join(more)} would change it" if more else "conf/ or the code has changed"
        raise RunDirectoryError(
            f"the study in {directory.path} goes on only with the configuration that it began "
            f"with, and {why}: leave it as it was, or start a new study"
        )
    return experiment, task, [*saved, *more]


def _trained(
    directory: RunDirectory, wanted: Sequence[Training], tape: Tape, console: Console
) -> list[list[ActorCritic]]:
    out = []
    folds = directory.folds
    for number, one in enumerate(wanted):
        if not is_trained(directory, one, len(folds)):
            place = f"{number + 1} of {len(wanted)}"
            console.print(f"training under {one.model}, seed {one.seed} ({place})")
        out.append(trained(directory, one, folds, tape))
    return out


def _judged(
    directory: RunDirectory,
    experiment: Experiment,
    wanted: Sequence[Training],
    policies: Sequence[Sequence[ActorCritic]],
    tape: Tape,
    console: Console,
) -> Plays:
    """Every policy under every model and in the exchange, and the baselines beside them."""
    folds: list[Fold] = directory.folds
    judges = {one.model: as_tape(experiment, one) for one in wanted if one.model != EXCHANGE}
    judges |= {EXCHANGE: as_exchange(experiment, wanted[0])}
    court = Court(judges, tape, folds, experiment.seed)
    contests: list[tuple[Contestant, str]] = []
    for judge in judges:
        for one, mine in zip(wanted, policies, strict=True):
            kinds = (False, True) if judge == EXCHANGE else (False,)
            players = [[Agent(policy, sampled=kind) for kind in kinds] for policy in mine]
            contests.append((Contestant(one.model, one.seed, players, one.folder), judge))
        for player in baselines():
            entry = Contestant(player.name, 0, [[player]] * len(folds), player.name)
            contests.append((entry, judge))
    folder = directory.path / "plays"
    left = [pair for pair in contests if not court.is_judged(*pair, folder)]
    for contestant, judge in track(left, "judging", console=console, transient=True):
        court.judged(contestant, judge, folder)
    return Plays(pl.concat(court.judged(*pair, folder) for pair in contests))


def _say(payload: dict[str, Any], run: Path) -> None:
    """Print the tables, what they say, and where the report is."""
    told = Console(highlight=False, soft_wrap=True)
    tables = Console(highlight=False, width=None if told.width >= WIDTH else WIDTH)
    for table in matrix_tables(payload):
        tables.print(table)
    for sentence in payload["sentences"]:
        told.print(sentence, markup=False)
    told.print(f"report: {run / 'report.html'}")
