"""`task=bench`: measure the speed budgets, each beside its peer in the same run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from kalshi_exp.config import BenchTask, Experiment
from kalshi_exp.tasks.bench.exchange import exchange_rows
from kalshi_exp.tasks.bench.fills import fill_rows
from kalshi_exp.tasks.bench.learning import learning_rows
from kalshi_exp.tasks.bench.live import live_rows
from kalshi_exp.tasks.bench.peers import peers_folder
from kalshi_exp.tasks.bench.replay import replay_rows
from kalshi_exp.tasks.bench.row import Goal, Row
from kalshi_exp.tasks.bench.start import start_rows
from kalshi_exp.tasks.bench.steps import step_rows
from kalshi_exp.tasks.bench.table import show, write
from kalshi_exp.tasks.bench.tapes import Tapes


def run(experiment: Experiment, output_dir: Path, overrides: list[str]) -> int:
    """Measure every budget, print the table and write `out`.

    Args:
        experiment: its scenario, fill model, algorithm and trainer are what is measured; its
            data, when a recorded tape, are the fast tape.
        output_dir: not used.
        overrides: the command line that composed the experiment.

    Returns:
        0; 1 when a row is not ok.

    Raises:
        TypeError: the experiment has another task.
        TapeError: `data.path` is no tape.
        OSError: `out` can't be written.
    """
    task = experiment.task
    if not isinstance(task, BenchTask):
        raise TypeError(f"bench got {type(task).__name__}: choose task=bench")
    console = Console()
    folder = peers_folder(task.peers)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        tapes = Tapes(experiment, Path(scratch))
        families: dict[str, Callable[[], list[Row]]] = {
            "environment steps": lambda: step_rows(experiment, tapes, folder),
            "fill models": lambda: fill_rows(experiment, tapes),
            "simulated exchange": lambda: exchange_rows(experiment),
            "features and detectors": lambda: live_rows(experiment.seed),
            "learning": lambda: learning_rows(experiment, tapes, folder),
            "tape replay": lambda: replay_rows(experiment, tapes, folder),
            "cold start": lambda: start_rows(overrides),
        }
        for name, measure in families.items():
            with console.status(f"measuring {name}"):
                rows += measure()
    show(rows, console)
    write(rows, Path(task.out))
    console.print(f"written to {task.out}")
    return 0 if all(row.ok for row in rows) else 1


__all__ = ["Goal", "Row", "run"]
