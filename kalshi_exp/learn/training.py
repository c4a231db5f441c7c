"""Train one policy to the end of a phase, or from where a killed run stopped."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytorch_lightning as pl
import torch

from kalshi_exp.config.algorithm import PPO as Settings
from kalshi_exp.config.trainer import Trainer as Machine
from kalshi_exp.learn.checkpoints import Checkpoints, read_policy, save_policy
from kalshi_exp.learn.curves import CurveFile
from kalshi_exp.learn.policy import ActorCritic
from kalshi_exp.learn.ppo import PPO, Sink
from kalshi_exp.learn.progress import ProgressBar
from kalshi_exp.learn.rollouts import Environment, Rollouts

_ORDER_SALT = 0x5EED_0DE2  # keeps minibatch order and action draws on different streams


def train(
    policy: ActorCritic,
    environment: Environment,
    settings: Settings,
    machine: Machine,
    *,
    frames: int,
    seed: int,
    folder: Path,
    title: str,
    tune: Callable[[ActorCritic], float] | None = None,
    sinks: Sequence[Sink] = (),
    curves: bool = True,
) -> ActorCritic:
    """Train a policy, resuming whatever `folder` already holds.

    Args:
        policy: where learning starts; changed in place.
        environment: what it learns in, at its beginning.
        settings: the algorithm.
        machine: device, checkpoints, evaluation rhythm, progress bar.
        frames: decisions to learn from, rows without news included.
        seed: of action draws and minibatch order.
        folder: holds `last.ckpt` while learning, `policy.pt` once done, and `curves.csv`.
        title: what the progress bar says.
        tune: money a policy earns a tuning session, in dollars; the best policy by it is kept.
        sinks: called with the figures of each rollout and evaluation.
        curves: whether to write `curves.csv`.

    Returns:
        The policy to keep. When `folder` holds a finished one, nothing is trained.
    """
    finished, last = folder / "policy.pt", folder / "last.ckpt"
    if finished.exists():
        return read_policy(finished)
    policy.to(machine.device)
    rollouts = Rollouts(
        environment,
        policy,
        settings.rollout,
        machine.tune_every,
        torch.Generator().manual_seed(seed),
    )
    start = _frames_done(last)
    with ExitStack() as stack:
        shown = list(sinks)
        if curves:
            shown.append(CurveFile(folder / "curves.csv", start))
        if machine.progress:
            shown.append(stack.enter_context(ProgressBar(title, frames, start)))
        learner = PPO(
            policy,
            rollouts,
            settings,
            frames=frames,
            seed=seed ^ _ORDER_SALT,
            tune=tune,
            sinks=shown,
        )
        trainer = lightning_trainer(machine, Checkpoints(last, machine.checkpoint_every))
        trainer.fit(learner, ckpt_path=str(last) if start else None, weights_only=True)
    outcome = learner.outcome().cpu()
    save_policy(outcome, finished)
    return outcome


def _frames_done(checkpoint: Path) -> int:
    if not checkpoint.exists():
        return 0
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    return int(state["learner"]["frames"])


def lightning_trainer(machine: Machine, checkpoints: Checkpoints) -> pl.Trainer:
    """The Lightning trainer: one device, and none of the files or bars that are ours to make."""
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    # The trainer is given no logger: curves are counted in frames, which Lightning does not know.
    warnings.filterwarnings("ignore", ".*does not have many workers.*")
    warnings.filterwarnings("ignore", ".*GPU available but not used.*")
    warnings.filterwarnings("ignore", ".*LeafSpec.*is deprecated.*")
    return pl.Trainer(
        accelerator="cpu" if machine.device == "cpu" else "gpu",
        devices=1,
        max_epochs=-1,
        logger=False,
        callbacks=[checkpoints],
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        use_distributed_sampler=False,
    )
