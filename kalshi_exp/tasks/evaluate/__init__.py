"""`task=evaluate`: what a trained policy, the features or the detectors are worth, by `report=`."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.config import EvaluateReport, EvaluateTask, Experiment
from kalshi_exp.tasks.evaluate.detection import detection
from kalshi_exp.tasks.evaluate.features import features
from kalshi_exp.tasks.evaluate.money import money
from kalshi_exp.tasks.evaluate.patterns import patterns


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
        ValueError: as each report says.
    """
    task = experiment.task
    if not isinstance(task, EvaluateTask):
        raise TypeError(f"evaluate got {type(task).__name__}: choose task=evaluate")
    if task.report is EvaluateReport.money:
        return money(task, output_dir, overrides)
    if task.report is EvaluateReport.features:
        return features(task, output_dir, overrides)
    if task.report is EvaluateReport.detection:
        return detection(experiment, task, output_dir, overrides)
    return patterns(experiment, output_dir, overrides)
