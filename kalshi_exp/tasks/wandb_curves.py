"""A run's Weights & Biases record: opened with the whole configuration, its step is frames."""

from __future__ import annotations

import netrc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, final

import yaml

from kalshi_exp.config import Experiment, WandbLogger, WandbMode, resolved_yaml
from kalshi_exp.learn import RunDirectory, Sink
from kalshi_exp.report import log_to_wandb

if TYPE_CHECKING:
    import wandb

_HOST = "api.wandb.ai"


@final
class WandbCurves:
    """Learning curves and final figures to one W&B run."""

    def __init__(self, run: wandb.Run, experiment: Experiment, folds: int) -> None:
        """Say that frames are the step.

        Args:
            run: the open run.
            experiment: its phases follow one another on the step axis.
            folds: each has its own step when there are several.
        """
        self._run = run
        self._before: dict[str, int] = {}
        total = 0
        for name, phase in experiment.curriculum.items():
            self._before[name] = total
            total += phase.frames
        self._prefixes = [f"fold{number}/" if folds > 1 else "" for number in range(folds)]
        for prefix in self._prefixes:
            run.define_metric(f"{prefix}frames")
            run.define_metric(f"{prefix}*", step_metric=f"{prefix}frames")

    def sink(self, fold: int, phase: str) -> Sink:
        """Where the figures of a fold's phase go."""
        prefix, before = self._prefixes[fold], self._before[phase]

        def send(figures: dict[str, float]) -> None:
            shifted = figures | {"frames": figures["frames"] + before}
            self._run.log({f"{prefix}{name}": value for name, value in shifted.items()})

        return send

    def conclude(self, metrics: dict[str, Any], report: Path) -> None:
        """Write final figures and the report."""
        log_to_wandb(self._run, metrics, report)


@contextmanager
def wandb_curves(experiment: Experiment, run: RunDirectory) -> Iterator[WandbCurves | None]:
    """Open the run's W&B record, if `logger=` asks for one, and close it whatever happens.

    Two records in one process would share one run if the first were not closed.

    Args:
        experiment: says whether and how.
        run: its directory holds the offline files.
    """
    chosen = [one for one in experiment.logger.values() if isinstance(one, WandbLogger)]
    if not chosen or chosen[0].mode is WandbMode.disabled:
        yield None
        return
    import wandb

    logger = chosen[0]
    mode = _mode(logger.mode)
    config = yaml.safe_load(resolved_yaml(experiment))
    facts = ("config_hash", "data_hash", "versions", "git", "argv")
    opened = wandb.init(
        project=logger.project,
        group=logger.group,
        name=f"{experiment.name}-{run.manifest['id']}",
        id=run.manifest["id"],
        # Offline there is nothing to resume: each part is a record of its own until it is synced.
        resume="allow" if mode == "online" else None,
        dir=str(run.path),
        mode=mode,
        config=config | {"manifest": {name: run.manifest[name] for name in facts}},
        settings=wandb.Settings(silent=True, console="off", disable_git=True, save_code=False),
    )
    try:
        yield WandbCurves(opened, experiment, len(run.folds))
    finally:
        opened.finish()


def _mode(mode: WandbMode) -> Literal["online", "offline"]:
    told = os.environ.get("WANDB_MODE") if mode is WandbMode.auto else mode.name
    if told == "online" or (told != "offline" and _has_key()):
        return "online"
    return "offline"


def _has_key() -> bool:
    if os.environ.get("WANDB_API_KEY"):
        return True
    try:
        return netrc.netrc().authenticators(_HOST) is not None
    except (OSError, netrc.NetrcParseError):
        return False
