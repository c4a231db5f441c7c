"""`report=fills`: how wrong are a fill model's fills, P&L and ranking of strategies?"""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.config import Experiment, RealismTask, SyntheticData, TwinsData
from kalshi_exp.tasks.realism.errors import RealismError
from kalshi_exp.tasks.realism.on_tape import on_tape
from kalshi_exp.tasks.realism.twins import twins


def fills(experiment: Experiment, task: RealismTask, output_dir: Path, overrides: list[str]) -> int:
    """Against the exchange where there is one behind the data, else against a tape's bounds.

    Arguments and result as `twins`.

    Raises:
        RealismError: simulated sessions without their twins.
    """
    if isinstance(experiment.data, SyntheticData):
        raise RealismError(
            "report=fills needs to know what really happened, which data=synthetic alone does not "
            "tell: choose data=twins, or data=tape data.path=DIR for the bounds of a recording"
        )
    if isinstance(experiment.data, TwinsData):
        return twins(experiment, task, output_dir, overrides)
    return on_tape(experiment, task, output_dir, overrides)
