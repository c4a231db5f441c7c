"""`task=calibrate fit=detector`: train a learned detector on simulated sessions."""

from __future__ import annotations

from pathlib import Path
from typing import final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kalshi_exp.config import CalibrateTask, Experiment
from kalshi_exp.learn import replace_file, use_machine
from kalshi_exp.learn.detectors import NotLearned, fit_detector
from kalshi_exp.metrics import to_bytes
from kalshi_exp.patterns.inputs import INPUTS, PAIR_INPUTS
from kalshi_exp.patterns.weights import save_weights
from kalshi_exp.tasks.calibrate.written import refuse_unwritable

_KEY = "detector.weights"


@final
class DetectorFitError(ValueError):
    """Why no detector was made, in one sentence."""


def fit_detector_to(
    task: CalibrateTask, experiment: Experiment, output_dir: Path, overrides: list[str]
) -> int:
    """Train a detector and write its weights.

    Nothing is written when nothing was learned, or when it is stopped.

    Args:
        task: where to, how many sessions and passes.
        experiment: its scenario (what is planted at most), seed, features and trainer.
        output_dir: the run's own directory; calibrate.json is written last.
        overrides: the command line, for the record.

    Returns:
        0; 130 when it was interrupted.

    Raises:
        DetectorFitError: nothing was learned, or there is nowhere to write.
        RunDirectoryError: no such device.
    """
    out = Path(task.out) if task.out else output_dir / "detector.npz"
    refuse_unwritable(out, DetectorFitError)
    use_machine(experiment)
    console = Console(stderr=True, quiet=not experiment.trainer.progress)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[figure]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        job = bar.add_task("simulating", total=None, figure="")

        def progress(what: str, done: int, total: int, figure: str) -> None:
            bar.update(job, description=what, completed=done, total=total, figure=figure)

        try:
            fitted = fit_detector(
                experiment.scenario,
                experiment.seed,
                experiment.features,
                sessions=task.training,
                passes=task.passes,
                device=experiment.trainer.device,
                progress=progress,
            )
        except KeyboardInterrupt:
            return 130
        except NotLearned as error:
            raise DetectorFitError(f"no weights were written: {error}") from error
    replace_file(out, lambda path: save_weights(path, fitted.weights, INPUTS, PAIR_INPUTS))
    payload = {"figures": fitted.figures, "weights": str(out), "overrides": overrides}
    (output_dir / "calibrate.json").write_bytes(to_bytes(payload))
    told = Console(highlight=False, soft_wrap=True)
    told.print("loss on sessions kept apart, as a share of the best constant's:")
    for name, share in fitted.figures["calibration_loss"].items():
        told.print(f"  {name:12s} {share:.3f}")
    told.print(f"weights: {out}")
    told.print(
        f"judge them: task=evaluate report=detection detector=learned detector.weights={out}"
    )
    return 0
