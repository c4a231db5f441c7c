"""PPO as one would write it by hand for this one task: the yardstick of the house's own learner.

Plain tensors over the same world kernel, network, masks, minibatches and epochs; no environment
class, no trainer, no checkpoints, no figures.
"""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor, nn

from kalshi_exp.config import PPO as Settings
from kalshi_exp.env import FACTS, N_ACTIONS, World
from kalshi_exp.features import OBSERVATION

_PNL = FACTS.index("pnl")


def _network(hidden: list[int], outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    wide = OBSERVATION
    for width in hidden:
        layers += [nn.Linear(wide, width), nn.Tanh()]
        wide = width
    return nn.Sequential(*layers, nn.Linear(wide, outputs))


@final
class BareLoop:
    """Collects a rollout and learns from it, again and again."""

    def __init__(self, world: World, settings: Settings, hidden: list[int], scale: float) -> None:
        """Allocate a rollout.

        Args:
            world: what is played.
            settings: the algorithm's parameters; `target_kl` is not followed.
            hidden: widths of actor and critic.
            scale: dollars of P&L in one unit of reward.
        """
        self.world, self.settings, self.scale = world, settings, scale
        self.actor, self.critic = _network(hidden, N_ACTIONS), _network(hidden, 1)
        self.parameters = [*self.actor.parameters(), *self.critic.parameters()]
        self.optimizer = torch.optim.Adam(
            self.parameters, lr=settings.learning_rate, eps=1e-5, fused=True
        )
        shape = (settings.rollout, world.n)
        self.observation = torch.zeros(*shape, OBSERVATION)
        self.mask = torch.zeros(*shape, N_ACTIONS, dtype=torch.bool)
        self.action = torch.zeros(shape, dtype=torch.int64)
        self.log_prob, self.reward, self.weight = (torch.zeros(shape) for _ in range(3))
        self.done, self.terminated = (torch.zeros(shape, dtype=torch.bool) for _ in range(2))
        self.following = torch.zeros(shape)  # value of what followed a step, where it ended
        self._view = [torch.from_numpy(array) for array in world.out]
        world.reset()

    @property
    def frames(self) -> int:
        """Decisions a rollout, of all rows."""
        return self.action.numel()

    def iterate(self) -> None:
        """One rollout, and what there is to learn from it."""
        value, last = self.collect()
        self.learn(*self.advantages(value, last))

    @torch.no_grad()
    def collect(self) -> tuple[Tensor, Tensor]:
        """Play a rollout; returns the values of its states [T, N] and of the one after it [N]."""
        world = self.world
        observation, mask, weight, facts, _, _, terminated, truncated = self._view
        self.following.zero_()
        for t in range(self.settings.rollout):
            self.observation[t], self.mask[t], self.weight[t] = observation, mask, weight
            log_prob = self.actor(observation).masked_fill(~mask, -torch.inf).log_softmax(-1)
            action = torch.multinomial(log_prob.exp(), 1)
            self.action[t] = action[:, 0]
            self.log_prob[t] = log_prob.gather(1, action)[:, 0]
            world.step(action[:, 0].numpy())
            self.reward[t] = facts[:, _PNL] / self.scale
            self.terminated[t] = terminated
            torch.logical_or(terminated, truncated, out=self.done[t])
            if world.episodes["done"].any():
                rows = self.done[t].nonzero()[:, 0]
                self.following[t, rows] = self.critic(observation[rows])[:, 0]
                world.reset(world.episodes["done"] == 1)
        value = self.critic(self.observation.flatten(0, 1)).view(self.done.shape)
        return value, self.critic(observation)[:, 0]

    def advantages(self, value: Tensor, last: Tensor) -> tuple[Tensor, Tensor]:
        """Generalised advantages and value targets, [T, N] each."""
        gamma, decay = self.settings.gamma, self.settings.gamma * self.settings.gae_lambda
        after = torch.cat([value[1:], last.unsqueeze(0)])
        after = torch.where(self.done, self.following * ~self.terminated, after)
        error = self.reward + gamma * after - value
        advantage, running = torch.zeros_like(value), torch.zeros_like(last)
        going = (~self.done).float() * decay
        for t in reversed(range(len(value))):
            running = error[t] + going[t] * running
            advantage[t] = running
        return advantage, advantage + value

    def learn(self, advantage: Tensor, target: Tensor) -> None:
        """Several epochs over the rows that really decided."""
        settings = self.settings
        keep = (self.weight.flatten() > 0).nonzero()[:, 0]
        observation = self.observation.flatten(0, 1)[keep]
        mask, action = self.mask.flatten(0, 1)[keep], self.action.flatten()[keep]
        old, target = self.log_prob.flatten()[keep], target.flatten()[keep]
        gain = advantage.flatten()[keep]
        gain = (gain - gain.mean()) / (gain.std() + 1e-8)
        parts = max(1, round(len(keep) / settings.minibatch))
        for _ in range(settings.epochs):
            for part in torch.randperm(len(keep)).tensor_split(parts):
                legal = mask[part]
                logits = self.actor(observation[part]).masked_fill(~legal, -torch.inf)
                log_prob = logits.log_softmax(-1)
                taken = log_prob.gather(1, action[part].unsqueeze(1))[:, 0]
                ratio = (taken - old[part]).exp()
                bounded = ratio.clamp(1.0 - settings.clip, 1.0 + settings.clip)
                surrogate = torch.minimum(ratio * gain[part], bounded * gain[part]).mean()
                error = (self.critic(observation[part])[:, 0] - target[part]).square().mean()
                entropy = -(log_prob.exp() * log_prob.masked_fill(~legal, 0.0)).sum(-1).mean()
                loss = settings.value * error - surrogate - settings.entropy * entropy
                self.optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(self.parameters, settings.max_grad_norm)
                self.optimizer.step()
