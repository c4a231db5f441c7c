"""Options that a task chooses where nobody chooses others: `${suited:TASK,GROUP,OTHERWISE}`."""

from __future__ import annotations

from omegaconf import DictConfig, OmegaConf

from kalshi_exp.config.data import Data, SyntheticData, TapeData, TwinsData
from kalshi_exp.config.fill import Fill, HazardFill
from kalshi_exp.config.task import CalibrateFit, CalibrateTask, RealismReport

SUITED: dict[str, dict[str, str]] = {
    "bench": {"fill": "calibrated"},
    "calibrate": {"data": "tape", "scenario": "fast15m"},
    "realism": {"data": "tape", "scenario": "fast15m"},
}
"""Task -> group -> option. Every other task takes what conf/config.yaml says."""


def suited(task: str, group: str, otherwise: str) -> str:
    """The option of a group that suits a task."""
    return SUITED.get(task, {}).get(group, otherwise)


def register_suited() -> None:
    """Give Hydra the resolver; a task can't override groups that are merged after its schema."""
    OmegaConf.register_new_resolver("suited", suited, replace=True)


def without_recording(cfg: DictConfig) -> None:
    """Let what plays simulated sessions do without the recording that suits its task.

    That is `fit=detector` and `report=matrix`, where no recording was given; and a stopped
    `report=fills` that is gone on with, which says itself what it was of. Which
    file of `data` is chosen can't depend on a key, only on other choices of files.

    Args:
        cfg: a composed tree, changed in place.
    """
    if OmegaConf.get_type(cfg, "data") is not TapeData or not OmegaConf.is_missing(
        cfg.data, "path"
    ):
        return
    report, split = cfg.get("report"), cfg.data.split
    if cfg.get("fit") is CalibrateFit.detector or report is RealismReport.matrix:
        cfg.data = SyntheticData()
        cfg.data.split = split
    elif report is RealismReport.fills and cfg.get("resume") is not None:
        cfg.data = TwinsData()
        cfg.data.split = split


def fitted(task: CalibrateTask, fill: Fill, data: Data) -> CalibrateFit:
    """What `task=calibrate` fits: what `fit=` says, else what the data and the fill model suggest.

    That is the fill model on twins or where it is `hazard`, else the scenario.

    Args:
        task: the task.
        fill: the experiment's fill model.
        data: its data.
    """
    if task.fit is not None:
        return task.fit
    to_twins = isinstance(data, TwinsData)
    return CalibrateFit.fill if to_twins or isinstance(fill, HazardFill) else CalibrateFit.scenario
