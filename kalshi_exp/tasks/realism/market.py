"""`report=market`: how like a recorded tape the simulated exchange is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from kalshi_exp.config import Experiment, RealismTask, TapeData
from kalshi_exp.exchange import simulate_session
from kalshi_exp.learn import RunDirectory
from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL
from kalshi_exp.metrics.market import (
    FIRST_JUDGED_NUMBER,
    Window,
    compare,
    fit_and_judge,
    measure,
)
from kalshi_exp.report.realism import realism_table, write_realism
from kalshi_exp.tape import Fold, Session, Tape, open_tape
from kalshi_exp.tasks.conclude import header
from kalshi_exp.tasks.realism.errors import RealismError
from kalshi_exp.tasks.stopwatch import Stopwatch

_T = TypeVar("_T")
WIDTH = 150  # of the table where the terminal is narrower, as in a file


def market(
    experiment: Experiment, task: RealismTask, output_dir: Path, overrides: list[str]
) -> int:
    """The 35 statistics of the tape's judging windows and of the scenario.

    Args:
        experiment: its tape, its scenario and its seed.
        task: how many simulated sessions.
        output_dir: the run's own directory; realism.json is written last.
        overrides: the command line, for the record.

    Returns:
        0.

    Raises:
        RealismError: the data are no recording, or too few windows.
        TapeError: no tape.
    """
    tape, fit, judge = recorded_windows(experiment)
    console = Console(stderr=True, quiet=not experiment.trainer.progress)
    watch = Stopwatch()

    def simulated(number: int) -> Session:
        return simulate_session(experiment.scenario, experiment.seed, number)

    # So many that the doubt is the tape's.
    sessions = 96 if task.sessions is None else task.sessions
    numbers = range(FIRST_JUDGED_NUMBER, FIRST_JUDGED_NUMBER + sessions)
    with watch.stage("tape"):
        real = _measured(judge, tape.load, "measuring recorded windows", console)
    with watch.stage("simulation"):
        made = _measured(list(numbers), simulated, "simulating and measuring", console)
    with watch.stage("statistics"):
        payload = compare(real, made, experiment.trainer.bootstrap, experiment.seed)
    payload |= {
        "fitted_windows": fit,
        "simulated_numbers": [numbers.start, numbers.stop],
        "scenario_seed": experiment.seed,
    }
    directory = RunDirectory.create(
        output_dir, experiment, overrides, data_hash=tape.data_hash, folds=[Fold(fit, [], judge)]
    )
    with watch.stage("report"):
        path = write_realism(output_dir, payload, real, made, header(directory, experiment))
    directory.write_json("timings.json", watch.timings(resumed=False))
    directory.write("realism.json", to_bytes(payload))
    told = Console(highlight=False, soft_wrap=True)
    table = Console(highlight=False, width=None if told.width >= WIDTH else WIDTH)
    table.print(realism_table(payload))
    told.print(f"report: {path}")
    return 0


def recorded_windows(experiment: Experiment) -> tuple[Tape, list[str], list[str]]:
    """The tape, the names of its windows that fit, and of those that judge.

    Raises:
        RealismError: the data are no recording, or too few windows to judge by.
        TapeError: no tape.
    """
    if not isinstance(experiment.data, TapeData):
        raise RealismError(
            "report=market holds the simulated exchange against a recording, and this data is "
            "simulated itself: give data=tape data.path=DIR, a folder that task=ingest wrote"
        )
    tape = open_tape(experiment.data.path)
    fewest = 2 * FEWEST_FOR_INTERVAL
    if len(tape.infos) < fewest:
        raise RealismError(
            f"{tape.path} holds {len(tape.infos)} windows, of which every second judges: an "
            f"interval needs at least {fewest}; record more"
        )
    return tape, *fit_and_judge(tape.infos)


def _measured(
    what: list[_T], load: Callable[[_T], Session], title: str, console: Console
) -> list[Window]:
    bar = track(what, description=f"{title} ({len(what)})", console=console, transient=True)
    return [measure(load(one)) for one in bar]
