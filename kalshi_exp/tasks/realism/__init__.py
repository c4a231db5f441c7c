"""`task=realism`: how far the simulation is from the truth."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.config import Experiment, RealismReport, RealismTask
from kalshi_exp.tasks.realism.errors import RealismError
from kalshi_exp.tasks.realism.fills import fills
from kalshi_exp.tasks.realism.market import market
from kalshi_exp.tasks.realism.matrix import matrix

REPORTS = {
    RealismReport.market: market,
    RealismReport.fills: fills,
    RealismReport.matrix: matrix,
}
"""What `report=` names."""


def run(experiment: Experiment, output_dir: Path, overrides: list[str]) -> int:
    """Run `task=realism`.

    Args:
        experiment: what is held against what.
        output_dir: the run's own directory.
        overrides: the command line, for the record.

    Returns:
        0.

    Raises:
        TypeError: the experiment has another task.
        RealismError: the data can't be compared, or the study can't be made.
        TapeError: no tape.
    """
    task = experiment.task
    if not isinstance(task, RealismTask):
        raise TypeError(f"realism got {type(task).__name__}: choose task=realism")
    return REPORTS[task.report](experiment, task, output_dir, overrides)


__all__ = ["REPORTS", "RealismError", "run"]
