"""stable-baselines3's PPO over kalshi_exp's world: frames a second. Needs the peers' environment.

Argument: the job that `task=bench` wrote.
"""

from __future__ import annotations

import pickle
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium.spaces import Box, Discrete
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import VecEnv

from kalshi_exp.env import FACTS, N_ACTIONS, TapeWorld, World
from kalshi_exp.features import OBSERVATION
from scripts.peers.answering import answer

_PNL = FACTS.index("pnl")


class WorldVecEnv(VecEnv):
    """A world's rows as the vectorised environment that stable-baselines3 knows."""

    def __init__(self, world: World, scale: float) -> None:
        self.world, self.scale = world, scale
        self.render_mode = None
        space = Box(-np.inf, np.inf, (OBSERVATION,), np.float32)
        super().__init__(world.n, space, Discrete(N_ACTIONS))

    def reset(self) -> np.ndarray:
        return self.world.reset().observation.copy()

    def step_async(self, actions: np.ndarray) -> None:
        self._actions = np.ascontiguousarray(actions, np.int64)

    def step_wait(self):
        out = self.world.step(self._actions)
        rewards = (out.facts[:, _PNL] / self.scale).astype(np.float32)
        done = out.terminated | out.truncated
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        if done.any():
            for row in np.flatnonzero(done):
                infos[row]["terminal_observation"] = out.observation[row].copy()
                infos[row]["TimeLimit.truncated"] = bool(out.truncated[row])
            self.world.reset(self.world.episodes["done"] == 1)
        return out.observation.copy(), rewards, done, infos

    def close(self) -> None:
        pass

    def get_attr(self, attr_name, indices=None):
        return [getattr(self, attr_name, None)] * self.num_envs

    def set_attr(self, attr_name, value, indices=None) -> None:
        raise NotImplementedError

    def env_method(self, method_name, *method_args, indices=None, **method_kwargs):
        raise NotImplementedError

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False] * self.num_envs


def main() -> None:
    job = pickle.loads(Path(sys.argv[1]).read_bytes())
    torch.set_num_threads(job["threads"])
    world = TapeWorld(*job["world"], environments=job["environments"], seed=job["seed"])
    settings = job["algorithm"]
    model = PPO(
        "MlpPolicy",
        WorldVecEnv(world, job["scale"]),
        learning_rate=settings["learning_rate"],
        n_steps=settings["rollout"],
        batch_size=settings["minibatch"],
        n_epochs=settings["epochs"],
        gamma=settings["gamma"],
        gae_lambda=settings["gae_lambda"],
        clip_range=settings["clip"],
        ent_coef=settings["entropy"],
        vf_coef=settings["value"],
        max_grad_norm=settings["max_grad_norm"],
        policy_kwargs={
            "net_arch": {"pi": job["hidden"], "vf": job["hidden"]},
            "activation_fn": torch.nn.Tanh,
        },
        device="cpu",
        seed=job["seed"],
    )
    rollout = settings["rollout"] * world.n

    def measure() -> float:
        frames = job["rollouts"] * rollout
        begun = time.perf_counter()
        model.learn(frames, reset_num_timesteps=False)
        return frames / (time.perf_counter() - begun)

    model.learn(rollout)
    answer(measure)


if __name__ == "__main__":
    main()
