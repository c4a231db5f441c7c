"""Options that a task chooses where nobody chooses others: `${suited:TASK,GROUP,OTHERWISE}`."""

from __future__ import annotations

from omegaconf import DictConfig, OmegaConf

from kalshi_exp.config.data import SyntheticData, TapeData
from kalshi_exp.config.task import CalibrateFit

SUITED: dict[str, dict[str, str]] = {
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
    """Let `fit=detector` do without the recording that suits its task, where none was given.

    Which file of `data` is chosen can't depend on a key, only on other choices of files.

    Args:
        cfg: a composed tree, changed in place.
    """
    if cfg.get("fit") is not CalibrateFit.detector:
        return
    if OmegaConf.get_type(cfg, "data") is TapeData and OmegaConf.is_missing(cfg.data, "path"):
        cfg.data = SyntheticData()
