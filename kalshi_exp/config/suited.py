"""Options that a task chooses where nobody chooses others: `${suited:TASK,GROUP,OTHERWISE}`."""

from __future__ import annotations

from omegaconf import OmegaConf

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
