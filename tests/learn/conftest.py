"""A small real environment: a corridor whose right end pays, with idle rows and both endings."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tensordict import TensorDict, TensorDictBase
from torchrl.data import Binary, Bounded, Categorical, Composite, Unbounded
from torchrl.envs import EnvBase

from kalshi_exp.config import PPO, Activation, Policy
from kalshi_exp.learn.policy import ActorCritic

LENGTH = 6
HORIZON = 24
HOLD, LEFT, RIGHT = 0, 1, 2
INPUTS = tuple(f"cell {n}" for n in range(LENGTH)) + ("awake",)
STEP_COST = 0.05
STATE = np.dtype([("cell", np.int64), ("tick", np.int64), ("count", np.int64)])


class Corridor(EnvBase):
    """Rows walk to the right end: reward 1 and the end; every step costs 0.05.

    On every third tick a row is asleep: only HOLD is legal and its weight is 0.
    """

    def __init__(self, rows: int = 16) -> None:
        super().__init__(batch_size=torch.Size([rows]))
        self.observation_spec = Composite(
            observation=Unbounded((rows, len(INPUTS))),
            action_mask=Binary(shape=(rows, 3), dtype=torch.bool),
            weight=Bounded(0.0, 1.0, shape=(rows,)),
            shape=(rows,),
        )
        self.action_spec = Categorical(3, shape=(rows,), dtype=torch.int64)
        self.reward_spec = Unbounded((rows, 1))
        flags = ("done", "terminated", "truncated")
        self.done_spec = Composite(
            {name: Binary(shape=(rows, 1), dtype=torch.bool) for name in flags}, shape=(rows,)
        )
        self.state = np.zeros(rows, STATE)

    def _seen(self) -> dict[str, torch.Tensor]:
        rows = len(self.state)
        observation = np.zeros((rows, len(INPUTS)), np.float32)
        observation[np.arange(rows), self.state["cell"]] = 1.0
        awake = (self.state["tick"] + np.arange(rows)) % 3 != 0
        observation[:, -1] = awake
        mask = np.zeros((rows, 3), np.bool_)
        mask[:, HOLD] = True
        mask[:, LEFT] = awake & (self.state["cell"] > 0)
        mask[:, RIGHT] = awake
        return {
            "observation": torch.from_numpy(observation),
            "action_mask": torch.from_numpy(mask),
            "weight": torch.from_numpy(awake.astype(np.float32)),
        }

    def _reset(self, tensordict: TensorDictBase | None = None, **_: Any) -> TensorDictBase:
        chosen = np.ones(len(self.state), np.bool_)
        if tensordict is not None and "_reset" in tensordict:
            chosen = tensordict["_reset"].squeeze(-1).numpy()
        begun = self.state["count"][chosen] + 1
        self.state["count"][chosen] = begun
        self.state["cell"][chosen] = begun * 7 % 3
        self.state["tick"][chosen] = 0
        none = torch.zeros(len(self.state), 1, dtype=torch.bool)
        flags = {name: none.clone() for name in ("done", "terminated", "truncated")}
        return TensorDict(self._seen() | flags, batch_size=self.batch_size)

    def _step(self, tensordict: TensorDictBase) -> TensorDictBase:
        action = tensordict["action"].numpy()
        legal = self._seen()["action_mask"].numpy()
        assert legal[np.arange(len(action)), action].all(), "an illegal action was played"
        self.state["cell"] += np.where(action == RIGHT, 1, np.where(action == LEFT, -1, 0))
        self.state["tick"] += 1
        home = self.state["cell"] == LENGTH - 1
        late = (self.state["tick"] >= HORIZON) & ~home
        reward = torch.from_numpy(home.astype(np.float32) - STEP_COST).unsqueeze(-1)
        flags = {"done": home | late, "terminated": home, "truncated": late}
        tensors = {name: torch.from_numpy(flag).unsqueeze(-1) for name, flag in flags.items()}
        return TensorDict(self._seen() | {"reward": reward} | tensors, batch_size=self.batch_size)

    def _set_seed(self, seed: int | None) -> None:
        pass

    def snapshot(self) -> dict[str, Any]:
        return {"world": {"rows": self.state.copy()}, "reward": {"none": torch.zeros(1)}}

    def restore(self, snapshot: dict[str, Any]) -> None:
        self.state[...] = snapshot["world"]["rows"]


def small_policy(seed: int = 0) -> ActorCritic:
    shape = Policy(hidden=[16, 16], activation=Activation.tanh)
    return ActorCritic(INPUTS, 3, shape, torch.Generator().manual_seed(seed))


def settings(**changes: Any) -> PPO:
    defaults: dict[str, Any] = {
        "rollout": 16,
        "epochs": 4,
        "minibatch": 64,
        "learning_rate": 3e-3,
        "gamma": 0.97,
        "entropy": 0.003,
    }
    return PPO(**(defaults | changes))


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def corridor() -> SimpleNamespace:
    """The environment and what goes with it; test files can't import one another."""
    return SimpleNamespace(
        Environment=Corridor,
        policy=small_policy,
        settings=settings,
        inputs=INPUTS,
        step_cost=STEP_COST,
        length=LENGTH,
        horizon=HORIZON,
    )
