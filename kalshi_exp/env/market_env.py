"""The TorchRL environment: natively batched, one batch entry a market row."""

from __future__ import annotations

from typing import Any, final

import numpy as np
import torch
from tensordict import TensorDict, TensorDictBase
from torch import Tensor
from torchrl.data import Binary, Bounded, Categorical, Composite, Unbounded
from torchrl.envs import EnvBase

from kalshi_exp.env.actions import N_ACTIONS
from kalshi_exp.env.rewards import RewardSum, Transition
from kalshi_exp.env.state import FACTS
from kalshi_exp.env.world import World
from kalshi_exp.features.table import OBSERVATION

_FACT = {name: column for column, name in enumerate(FACTS)}


@final
class MarketEnv(EnvBase):
    """Rows of a world as a batch of size [N]; all rows of an episode end together.

    Reads `action` int64[N]; writes `observation` float32[N, OBSERVATION], `action_mask`
    bool[N, 21], `weight` float32[N] (0 without news or market), `reward` float32[N, 1] and
    the three done flags bool[N, 1].

    Args:
        world: the world to play.
        reward: the reward, for as many rows as the world has.
        device: where tensors go; the world itself lives on the CPU.
    """

    def __init__(self, world: World, reward: RewardSum, device: str = "cpu") -> None:
        super().__init__(device=torch.device(device), batch_size=torch.Size([world.n]))
        self.world = world
        self.reward = reward
        n = world.n
        self.observation_spec = Composite(
            observation=Unbounded((n, OBSERVATION), dtype=torch.float32),
            action_mask=Binary(shape=(n, N_ACTIONS), dtype=torch.bool),
            weight=Bounded(0.0, 1.0, shape=(n,), dtype=torch.float32),
            shape=(n,),
        )
        self.action_spec = Categorical(N_ACTIONS, shape=(n,), dtype=torch.int64)
        self.reward_spec = Unbounded((n, 1), dtype=torch.float32)
        self.done_spec = Composite(
            done=Binary(shape=(n, 1), dtype=torch.bool),
            terminated=Binary(shape=(n, 1), dtype=torch.bool),
            truncated=Binary(shape=(n, 1), dtype=torch.bool),
            shape=(n,),
        )
        self._facts = torch.from_numpy(world.out.facts)
        self._mask = torch.from_numpy(world.out.mask)
        self._weight = torch.from_numpy(world.out.weight)
        self._observation = torch.from_numpy(world.out.observation)
        self._patterns = torch.from_numpy(world.out.patterns)
        self._terminated = torch.from_numpy(world.out.terminated)
        self._truncated = torch.from_numpy(world.out.truncated)

    def _seen(self) -> dict[str, Tensor]:
        return {
            "observation": self._observation.clone(),
            "action_mask": self._mask.clone(),
            "weight": self._weight.clone(),
        }

    def _reset(self, tensordict: TensorDictBase | None = None, **kwargs: Any) -> TensorDictBase:
        flags = None
        if tensordict is not None and "_reset" in tensordict:
            rows = tensordict["_reset"].reshape(-1, self.world.slots).any(-1)
            flags = rows.numpy(force=True)
        self.world.reset(flags)
        chosen = np.ones(self.world.environments, np.bool_) if flags is None else flags
        self.reward.reset(torch.from_numpy(chosen).repeat_interleave(self.world.slots))
        n = self.world.n
        flagless = {
            name: torch.zeros(n, 1, dtype=torch.bool)
            for name in ("done", "terminated", "truncated")
        }
        return TensorDict(self._seen() | flagless, batch_size=self.batch_size, device=self.device)

    def _step(self, tensordict: TensorDictBase) -> TensorDictBase:
        action = tensordict["action"].cpu()
        decided, legal = self._weight.clone(), self._mask.clone()
        patterns = self._patterns.clone()
        self.world.step(action.numpy())
        facts = self._facts.float()
        transition = Transition(
            action=action,
            mask=legal,
            weight=decided,
            patterns=patterns,
            **{name: facts[:, _FACT[name]] for name in _TRANSITION},
        )
        terminated, truncated = self._terminated.clone(), self._truncated.clone()
        step = self._seen() | {
            "reward": self.reward(transition).unsqueeze(-1),
            "terminated": terminated.unsqueeze(-1),
            "truncated": truncated.unsqueeze(-1),
            "done": (terminated | truncated).unsqueeze(-1),
        }
        return TensorDict(step, batch_size=self.batch_size, device=self.device)

    def _set_seed(self, seed: int | None) -> None:
        if seed is not None:
            self.world.rules["seed"] = seed

    def snapshot(self) -> dict[str, Any]:
        """The whole state: world and reward memory."""
        return {"world": self.world.snapshot(), "reward": self.reward.state_dict()}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Put a snapshot back.

        Raises:
            ValueError: it was taken with another shape.
        """
        self.world.restore(snapshot["world"])
        self.reward.load_state_dict(snapshot["reward"])


_TRANSITION = ("pnl", "fees", "passive", "aggressive", "position", "total_pnl")
