"""`task=calibrate fill=hazard`: fit the intensity of resting orders' fills to a tape."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from kalshi_exp.config import CalibrateTask, Experiment, HazardFill, SyntheticData, TapeData
from kalshi_exp.exchange import synthetic_tape
from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL
from kalshi_exp.metrics.hazard import (
    EVERY_S,
    NAMES,
    PATIENCE_S,
    HazardFit,
    Intervals,
    NotFittedError,
    fit_hazard,
    goodness,
    intervals_of,
    joined,
)
from kalshi_exp.metrics.market import fit_and_judge
from kalshi_exp.tape import Tape, open_tape
from kalshi_exp.tasks.calibrate.written import FillFitError, refuse_unwritable, write_fill_model
from kalshi_exp.tasks.calibrate.written_hazard import hazard_lines, hazard_yaml

_MOST = 2_000_000  # stretches in memory, 64 bytes each


def fit_hazard_to(
    task: CalibrateTask, experiment: Experiment, output_dir: Path, overrides: list[str]
) -> int:
    """Fit the hazard model's coefficients and write a file that `fill=` can name.

    Every other window is fitted to; those in between judge. Nothing is written when there is
    nothing to be learned, when the fit does not converge, or when it is stopped.

    Args:
        task: where to.
        experiment: its data, seed and trainer.
        output_dir: the run's own directory; calibrate.json is written last.
        overrides: the command line, for the record.

    Returns:
        0; 130 when it was interrupted.

    Raises:
        FillFitError: nothing was fitted, or there is nowhere to write.
        TapeError: no tape.
    """
    if not isinstance(experiment.fill, HazardFill):
        raise FillFitError(
            "fit=fill fits fill=hazard, and with data=twins the numbers of fill=queue: add "
            "fill=hazard"
        )
    if task.resume:
        raise FillFitError("resume=true goes on with a scenario: leave it away with fill=hazard")
    out = Path(task.out) if task.out else output_dir / "hazard.yaml"
    refuse_unwritable(out, FillFitError)
    tape = _tape(experiment)
    fewest = 2 * FEWEST_FOR_INTERVAL
    if len(tape.infos) < fewest:
        raise FillFitError(
            f"{tape.path} holds {len(tape.infos)} windows, of which half may be fitted to: an "
            f"interval needs at least {fewest}; record more"
        )
    fit_to, judge = fit_and_judge(tape.infos)
    console = Console(stderr=True, quiet=not experiment.trainer.progress)
    try:
        fit = fit_hazard(_waits(tape, fit_to, "windows to fit to", console))
        good = goodness(
            _waits(tape, judge, "windows that judge", console), fit, len(judge),
            experiment.trainer.bootstrap, experiment.seed,
        )  # fmt: skip
    except KeyboardInterrupt:
        return 130
    except NotFittedError as error:
        raise FillFitError(f"no fill model was written: {error}") from error
    payload = {
        "data_hash": tape.data_hash,
        "windows": {"fitted": fit_to, "judged": judge, "recorded": len(tape.infos)},
        "ruler": "first fills as fill=queue with position=pro_rata tells them; on a tape without "
        "us there is no truth",
        "orders": {"contracts": 1, "every_s": EVERY_S, "patience_s": PATIENCE_S},
        "coefficients": _coefficients(fit),
        "fit": {
            "waits": fit.waits, "fills": fit.fills, "sessions": fit.sessions,
            "likelihood": fit.likelihood,
        },
        "judged": good,
        "overrides": overrides,
    }  # fmt: skip
    write_fill_model(
        out, hazard_yaml(payload, out.stem), payload, hazard_lines(payload), output_dir
    )
    return 0


def _tape(experiment: Experiment) -> Tape:
    data = experiment.data
    if isinstance(data, SyntheticData):
        return synthetic_tape(experiment.scenario, data.sessions, data.seed)
    if isinstance(data, TapeData):
        return open_tape(data.path)
    raise TypeError(f"no sessions come from {type(data).__name__}: use data=synthetic or data=tape")


def _waits(tape: Tape, names: Sequence[str], title: str, console: Console) -> Intervals:
    bar = track(names, description=f"{title} ({len(names)})", console=console, transient=True)
    most = _MOST // len(names)
    return joined([intervals_of(tape.load(name), k, most) for k, name in enumerate(bar)])


def _coefficients(fit: HazardFit) -> dict[str, dict[str, Any]]:
    found = {}
    for k, name in enumerate(NAMES):
        known = bool(np.isfinite(fit.error[k]))
        found[name] = {
            "value": float(fit.value[k]),
            "lo": float(fit.lo[k]) if known else None,
            "hi": float(fit.hi[k]) if known else None,
        }
    return found
