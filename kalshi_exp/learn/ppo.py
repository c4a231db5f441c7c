"""Proximal policy optimisation as a Lightning module."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, final

import numpy as np
import pytorch_lightning as pl
import torch
from tensordict import TensorDictBase
from torch import Tensor, nn

from kalshi_exp.config.algorithm import PPO as Settings
from kalshi_exp.learn.advantage import advantages
from kalshi_exp.learn.loss import clipped_loss
from kalshi_exp.learn.policy import ActorCritic
from kalshi_exp.learn.rollouts import Rollouts

Figures = dict[str, float]
Sink = Callable[[Figures], None]
"""Where the figures of a rollout go: curves, the progress bar."""

_ROWS = ("log_prob", "advantage", "target", "weight")


@final
class PPO(pl.LightningModule):
    """Learns from rollouts; an epoch ends with an evaluation on tuning sessions.

    Attributes:
        policy: what learns.
        rollouts: where it learns from.
        frames: decisions collected so far, rows without news included; the step of all curves.
        best_money: highest tuning money so far, in dollars a session; -inf before any.
        best: policy payload of that moment.
    """

    def __init__(
        self,
        policy: ActorCritic,
        rollouts: Rollouts,
        settings: Settings,
        *,
        frames: int,
        seed: int,
        tune: Callable[[ActorCritic], float] | None = None,
        sinks: Sequence[Sink] = (),
    ) -> None:
        """Bring a policy and its experience together.

        Args:
            policy: what learns.
            rollouts: where it learns from.
            settings: the algorithm's parameters.
            frames: when to stop.
            seed: of the minibatch order.
            tune: money the policy earns a tuning session, in dollars; None keeps the last policy.
            sinks: called with the figures of each rollout and each evaluation.
        """
        super().__init__()
        self.automatic_optimization = False
        self.policy = policy
        self.rollouts = rollouts
        self.settings = settings
        self.target_frames = frames
        self.frames = 0
        self.updates = 0
        self.best_money = -math.inf
        self.best: dict[str, Any] | None = None
        self._evaluated = -1
        self._tune = tune
        self._sinks = tuple(sinks)
        self._generator = torch.Generator().manual_seed(seed)

    def train_dataloader(self) -> Rollouts:
        """The rollouts themselves."""
        return self.rollouts

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """One Adam over actor and critic, in a single fused step."""
        return torch.optim.Adam(
            self.policy.parameters(), lr=self.settings.learning_rate, eps=1e-5, fused=True
        )

    def on_train_start(self) -> None:
        """Stop at once when the checkpoint resumed from was the last one."""
        self.trainer.should_stop = self.frames >= self.target_frames

    def training_step(self, batch: TensorDictBase, batch_idx: int) -> None:
        """Learn from one rollout [N, T]."""
        rows = self._rows(batch)
        figures = self._learn(rows) if len(rows["action"]) else {}
        self.frames += batch.numel()
        ended = self.rollouts.episodes
        figures["decisions"] = float(len(rows["action"]))
        if ended:
            figures["episode_reward"] = math.fsum(ended) / len(ended)
            figures["episodes"] = float(len(ended))
        self._emit(figures)
        if self.frames >= self.target_frames:
            self.trainer.should_stop = True

    def _rows(self, batch: TensorDictBase) -> dict[str, Tensor]:
        """The decisions that count, one after another, with normalised advantages."""
        advantage, target = advantages(
            batch.get("state_value"),
            batch.get("next_state_value"),
            batch.get("reward"),
            batch.get("done"),
            batch.get("terminated"),
            gamma=self.settings.gamma,
            gae_lambda=self.settings.gae_lambda,
        )
        flat = {
            "observation": batch.get("observation").flatten(0, 1),
            "action_mask": batch.get("action_mask").flatten(0, 1),
            "action": batch.get("action").flatten(),
            "log_prob": batch.get("log_prob").flatten(),
            "weight": batch.get("weight").flatten(),
            "advantage": advantage.flatten(),
            "target": target.flatten(),
        }
        counts = flat["weight"] > 0
        if not bool(counts.all()):
            keep = counts.nonzero().squeeze(-1)
            flat = {name: column.index_select(0, keep) for name, column in flat.items()}
        if len(flat["action"]):
            share = flat["weight"] / flat["weight"].sum()
            centred = flat["advantage"] - share.dot(flat["advantage"])
            flat["advantage"] = centred / (share.dot(centred.square()).sqrt() + 1e-8)
        return flat

    def _learn(self, rows: dict[str, Tensor]) -> Figures:
        """Several epochs over the rows, in minibatches of nearly one size."""
        settings = self.settings
        optimizer = self.optimizers()
        parameters = list(self.policy.parameters())
        count = len(rows["action"])
        parts = max(1, round(count / settings.minibatch))
        bounds = [count * part // parts for part in range(parts + 1)]
        # One gather an epoch for all scalars of a row instead of one each and minibatch.
        scalars = torch.stack([rows[name] for name in _ROWS], 1)
        seen: list[Tensor] = []
        stop = False
        for _ in range(settings.epochs):
            order = torch.randperm(count, generator=self._generator).to(scalars.device)
            for low, high in pairwise(bounds):
                part = order[low:high]
                observation = rows["observation"].index_select(0, part)
                log_prob, advantage, target, weight = scalars.index_select(0, part).unbind(1)
                loss = clipped_loss(
                    self.policy.logits(observation),
                    self.policy.value(observation),
                    rows["action_mask"].index_select(0, part),
                    rows["action"].index_select(0, part),
                    log_prob,
                    advantage,
                    target,
                    weight,
                    clip=settings.clip,
                    entropy=settings.entropy,
                    critic=settings.value,
                )
                seen.append(torch.stack(loss[1:]))
                if settings.target_kl is not None and float(loss.kl) > settings.target_kl:
                    stop = True
                    break
                optimizer.zero_grad()
                self.manual_backward(loss.total)
                nn.utils.clip_grad_norm_(parameters, settings.max_grad_norm, foreach=True)
                optimizer.step()
                self.updates += 1
            if stop:
                break
        means = torch.stack(seen).mean(0).tolist()
        names = ("policy_loss", "value_loss", "entropy", "kl", "clipped")
        return dict(zip(names, means, strict=True)) | {"kl_stop": float(stop)}

    def on_train_epoch_end(self) -> None:
        """Evaluate on tuning sessions and keep the policy that earned most."""
        # After a resume at an epoch's end Lightning ends that epoch once more.
        if self._tune is None or self._evaluated == self.frames:
            return
        self._evaluated = self.frames
        money = self._tune(self.policy)
        if money > self.best_money:
            self.best_money, self.best = money, self.policy.payload()
        self._emit({"tune_pnl": money, "best_tune_pnl": self.best_money})

    def _emit(self, figures: Figures) -> None:
        step = {"frames": float(self.frames)}
        for sink in self._sinks:
            sink(step | figures)

    def outcome(self) -> ActorCritic:
        """The policy to keep: best on tuning sessions, or the last when there are none."""
        if self.best is None:
            return ActorCritic.from_payload(self.policy.payload())
        return ActorCritic.from_payload(self.best)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add what Lightning doesn't know: experience, counters, random generators."""
        checkpoint["learner"] = {
            "rollouts": self.rollouts.snapshot(),
            "frames": self.frames,
            "updates": self.updates,
            "best_money": self.best_money,
            "best": self.best,
            "evaluated": self._evaluated,
            "order": self._generator.get_state(),
            "torch": torch.get_rng_state(),
            "numpy": _numpy_state(),
        }

    def on_load_checkpoint(self, checkpoint: Mapping[str, Any]) -> None:
        """Put it back."""
        state = checkpoint["learner"]
        self.rollouts.restore(state["rollouts"])
        self.frames, self.updates = state["frames"], state["updates"]
        self.best_money, self.best = state["best_money"], state["best"]
        self._evaluated = state["evaluated"]
        self._generator.set_state(state["order"].cpu())
        torch.set_rng_state(state["torch"].cpu())
        _restore_numpy(state["numpy"])


# Nothing of ours draws from the global generators; a user's reward term or policy might.
def _numpy_state() -> dict[str, Any]:
    state: Any = np.random.get_state(legacy=False)  # noqa: NPY002
    inner = state["state"]
    return {
        "bit_generator": state["bit_generator"],
        "key": torch.from_numpy(inner["key"].astype(np.int64)),
        "pos": int(inner["pos"]),
        "has_gauss": int(state["has_gauss"]),
        "gauss": float(state["gauss"]),
    }


def _restore_numpy(state: Mapping[str, Any]) -> None:
    np.random.set_state(  # noqa: NPY002
        {
            "bit_generator": state["bit_generator"],
            "state": {"key": state["key"].cpu().numpy().astype(np.uint32), "pos": state["pos"]},
            "has_gauss": state["has_gauss"],
            "gauss": state["gauss"],
        }
    )
