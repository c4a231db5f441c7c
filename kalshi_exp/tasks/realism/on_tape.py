"""`report=fills data=tape`: what a recording can say of fill models without knowing the truth."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from kalshi_exp.config import Experiment, RealismTask, TapeData
from kalshi_exp.learn import RunDirectory
from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.market import fit_and_judge
from kalshi_exp.metrics.realism import (
    Trial,
    bounds_headline,
    joiner,
    named_joiner,
    summarise_bounds,
)
from kalshi_exp.probes import BINS, HORIZONS, SCORES, STRATEGIES, Joins, Stage, join, tally
from kalshi_exp.report.fill_realism import bounds_table, write_bounds
from kalshi_exp.tape import Fold, Session, open_tape
from kalshi_exp.tape.session import Kind
from kalshi_exp.tasks.conclude import header
from kalshi_exp.tasks.realism.contestants import as_exact_as, contestants
from kalshi_exp.tasks.realism.errors import RealismError
from kalshi_exp.tasks.stopwatch import Stopwatch

NO_TRADES = (
    "no window records a trade, so nothing says when a resting order would have been reached: "
    "record the trade channel beside the book"
)


def on_tape(
    experiment: Experiment, task: RealismTask, output_dir: Path, overrides: list[str]
) -> int:
    """The touch joiner's band, every model's place against it, and strategies within the bounds.

    Args:
        experiment: its tape, and the latency and fees of `fill=`.
        task: which models.
        output_dir: the run's own directory; metrics.json is written last.
        overrides: the command line, for the record.

    Returns:
        0.

    Raises:
        RealismError: a model that there is not, or fewer than two windows.
        TapeError: no tape.
        ProbesError: windows that strategies can't be played on.
    """
    assert isinstance(experiment.data, TapeData)
    if task.resume is not None:
        raise RealismError("resume= goes on with a report on data=twins: leave it out with a tape")
    tape = open_tape(experiment.data.path)
    if len(tape.infos) < 2:
        raise RealismError(
            f"{tape.path} holds {len(tape.infos)} windows, and those that judge are apart from "
            "those that fit: record at least 2"
        )
    fit, judge = fit_and_judge(tape.infos)
    models = contestants(task.models, overrides)
    watch = Stopwatch()
    with watch.stage("sessions"):
        sessions = [tape.load(name) for name in judge]
        stage = Stage(sessions, STRATEGIES, experiment.world.decision)
    silent = [one.name for one in sessions if not _trades(one)]
    directory = RunDirectory.create(
        output_dir, experiment, overrides, data_hash=tape.data_hash, folds=[Fold(fit, [], judge)]
    )
    console = Console(stderr=True, quiet=not experiment.trainer.progress)
    joins: dict[str, list[Joins]] = {}
    trials: dict[str, Trial] = {}
    seconds: dict[str, float] = {}
    for name in track(models, "fill models", console=console, transient=True):
        begun = time.perf_counter()
        with watch.stage("play"):
            joins[name] = [join(session, models[name], experiment.seed) for session in sessions]
            model = as_exact_as(models[name], experiment.fill)
            played = stage.on_tape(model, experiment.seed)
            trials[name] = _trial(name, tally(played, stage.slots, stage.every), len(sessions))
        seconds[name] = time.perf_counter() - begun
    how = {"bootstrap": experiment.trainer.bootstrap, "seed": experiment.seed}
    with watch.stage("statistics"):
        withheld = NO_TRADES if len(silent) == len(sessions) else ""
        found = joiner(joins, nothing=withheld, **how)
        payload: dict[str, Any] = summarise_bounds(STRATEGIES, trials, nothing=withheld, **how)
        payload |= {"joiner": found, "windows": judge, "fitted_windows": fit}
        payload |= {"windows_without_trades": silent, "gaps": sum(map(_gaps, sessions))}
        payload |= named_joiner(found)
        payload["headline"] = bounds_headline(payload)
    with watch.stage("report"):
        path = write_bounds(directory.path, payload, header(directory, experiment), seconds)
    timings = watch.timings(resumed=False)
    directory.write_json("timings.json", timings | {"seconds_of_play": seconds})
    directory.write("metrics.json", to_bytes(payload))
    told = Console(highlight=False, soft_wrap=True)
    table = Console(highlight=False, width=None if told.width >= 150 else 150)
    table.print(bounds_table(payload))
    told.print(payload["headline"])
    told.print(f"report: {path}")
    return 0


def _count(session: Session, *kinds: Kind) -> int:
    told = [int(kind) for kind in kinds]
    return sum(int(np.isin(market.messages["kind"], told).sum()) for market in session.markets)


def _trades(session: Session) -> int:
    return _count(session, Kind.FILL, Kind.PRINT)


def _gaps(session: Session) -> int:
    return _count(session, Kind.GAP)


def _trial(name: str, sums: np.ndarray, sessions: int) -> Trial:
    shape = (len(STRATEGIES), sessions)
    return Trial(
        name,
        sums.reshape(*shape, -1),
        np.zeros((*shape, len(SCORES))),
        np.zeros((*shape, len(HORIZONS), BINS, 3)),
    )
