"""`task=evaluate`: what a trained policy, the features or the detectors are worth, by `report=`."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.config import EvaluateReport, EvaluateTask, Experiment
from kalshi_exp.tasks.evaluate.money import money


def run(experiment: Experiment, output_dir: Path, overrides: list[str]) -> int:
    """Run `task=evaluate`.

    Args:
        experiment: what was composed.
        output_dir: the new run's own directory.
        overrides: the command line.

    Returns:
        0.

    Raises:
        TypeError: the experiment has another task.
        ValueError: what a report needs is not there; each report says what it raises.
    """
    task = experiment.task
    if not isinstance(task, EvaluateTask):
        raise TypeError(f"evaluate got {type(task).__name__}: choose task=evaluate")
    if task.report is EvaluateReport.money:
        return money(task, output_dir, overrides)
    raise ValueError(f"report={task.report.value} is not there")
