"""Files that are whole or absent: a kill never leaves half of one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, final

import pytorch_lightning as pl
import torch

from kalshi_exp.learn.policy import ActorCritic
from kalshi_exp.learn.ppo import PPO


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place and move it there, so that readers see all of it or none.

    Args:
        path: the file's place.
        write: called with the temporary path.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.partial")
    write(temporary)
    with open(temporary, "rb") as written:
        os.fsync(written.fileno())
    os.replace(temporary, path)


def save_policy(policy: ActorCritic, path: Path) -> None:
    """Write a policy that `read_policy` makes again."""
    replace_file(path, lambda temporary: torch.save(policy.payload(), temporary))


def read_policy(path: Path) -> ActorCritic:
    """Read what `save_policy` wrote; runs no code from the file."""
    return ActorCritic.from_payload(torch.load(path, map_location="cpu", weights_only=True))


@final
class Checkpoints(pl.callbacks.Checkpoint):
    """Saves the whole state of learning to one file, every so many rollouts.

    At an epoch's last rollout it waits for the evaluation that ends the epoch, so that no
    checkpoint stands between the two.
    """

    def __init__(self, path: Path, every: int) -> None:
        """Say where and how often.

        Args:
            path: the checkpoint's file.
            every: rollouts between saves.
        """
        self.path = path
        self._every = every

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, *_: Any
    ) -> None:
        """Save in the middle of an epoch."""
        assert isinstance(pl_module, PPO)
        done = trainer.fit_loop.epoch_loop.batch_progress.current.processed
        last = done >= len(pl_module.rollouts) or trainer.should_stop
        if not last and done % self._every == 0:
            self.save(trainer)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Save after the evaluation that ended the epoch."""
        self.save(trainer)

    def save(self, trainer: pl.Trainer) -> None:
        """Save now."""
        replace_file(self.path, lambda temporary: trainer.save_checkpoint(temporary))
