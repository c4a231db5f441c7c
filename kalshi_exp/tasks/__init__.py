"""What run.py can do: one small file for each `task=`, imported only when it is called."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from kalshi_exp.config import (
    BenchTask,
    CalibrateTask,
    EvaluateTask,
    Experiment,
    IngestTask,
    Job,
    RealismTask,
    SimulateTask,
    Task,
    TrainTask,
)

MODULES: dict[type[Task], str] = {
    TrainTask: "kalshi_exp.tasks.train",
    EvaluateTask: "kalshi_exp.tasks.evaluate",
    IngestTask: "kalshi_exp.tasks.ingest",
    RealismTask: "kalshi_exp.tasks.realism",
    CalibrateTask: "kalshi_exp.tasks.calibrate",
    SimulateTask: "kalshi_exp.tasks.simulate",
    BenchTask: "kalshi_exp.tasks.bench",
}
"""Module of each task, by its configuration; named, not imported: they load torch."""


def run_task(experiment: Experiment, output_dir: Path, overrides: list[str]) -> int:
    """Run the experiment's task.

    Args:
        experiment: what to do and with what.
        output_dir: the run's own directory; it exists and is empty.
        overrides: the command line that composed the experiment, for its record.

    Returns:
        The exit status: 0 when all went well.
    """
    module = import_module(MODULES[type(experiment.task)])
    status: int = module.run(experiment, output_dir, overrides)
    return status


def compare_sweep(directory: Path, jobs: Sequence[Job]) -> None:
    """Compare the runs of a sweep that has ended, if its task judges policies.

    Args:
        directory: the sweep's.
        jobs: those that ended, well or not.
    """
    if any(one.judged for one in jobs):
        import_module("kalshi_exp.tasks.sweep").run(directory, jobs)


__all__ = ["MODULES", "compare_sweep", "run_task"]
