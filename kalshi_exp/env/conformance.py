"""A conformance test that any environment of this house inherits (after dm_env's mixin)."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import torch
from torchrl.envs.utils import check_env_specs

from kalshi_exp.env.actions import HOLD, N_ACTIONS
from kalshi_exp.env.market_env import MarketEnv
from kalshi_exp.env.world import World
from kalshi_exp.features.table import FEATURES
from kalshi_exp.market.draws import CHECK_ACTION, uniform
from kalshi_exp.market.orders import EMPTY


def draw_legal(mask: np.ndarray, seed: int, step: int) -> np.ndarray:
    """One legal action a row by keyed draws, int64[N]."""
    n = len(mask)
    u = np.array([uniform(seed, 0, row, step, CHECK_ACTION) for row in range(n)])
    counts = mask.sum(1)
    rank = np.minimum((u * counts).astype(np.int64), counts - 1)
    return (np.cumsum(mask, 1) > rank[:, None]).argmax(1).astype(np.int64)


class EnvironmentConformance(ABC):
    """Inherit in a test class and say how to make the environment; pytest finds the rest."""

    steps = 200

    @abstractmethod
    def make_world(self, environments: int, seed: int, *, whole_sessions: bool) -> World:
        """A fresh world."""

    @abstractmethod
    def make_env(self, world: World) -> MarketEnv:
        """The environment over a world."""

    def test_specs(self) -> None:
        """TorchRL's own check of shapes, dtypes and devices."""
        check_env_specs(self.make_env(self.make_world(3, 0, whole_sessions=False)))

    def test_hold_is_always_legal_and_changes_no_money(self) -> None:
        """An agent that only holds keeps its cash to the last micro-dollar."""
        world = self.make_world(2, 0, whole_sessions=True)
        out = world.reset()
        for _ in range(self.steps):
            assert out.mask[:, HOLD].all()
            out = world.step(np.full(world.n, HOLD, np.int64))
            assert (world.episodes["equity"] == world.rules["cash"]).all()
            assert not world.rows["orders"]["state"].any()

    def test_an_illegal_action_is_a_hold(self) -> None:
        """Asking for what is not legal changes nothing but a counter."""
        world = self.make_world(2, 1, whole_sessions=False)
        out = world.reset()
        refused = 0
        for _ in range(self.steps):
            illegal = np.where(~out.mask, np.arange(N_ACTIONS), 0).max(1).astype(np.int64)
            refused += int((illegal > 0).sum())
            out = world.step(illegal)
            world.reset(world.episodes["done"] == 1)
        assert refused > 0
        assert (world.episodes["equity"] == world.rules["cash"]).all()

    def test_money_is_conserved_and_limits_hold(self) -> None:
        """Cash moves only by fills, fees and settlement; nothing is over-spent or over-held."""
        world = self.make_world(4, 2, whole_sessions=True)
        out = world.reset()
        limit = int(world.rules["limit"][0])
        traded = 0
        for step in range(self.steps):
            out = world.step(draw_legal(out.mask, 2, step))
            flows = world.rows["flow"].reshape(world.environments, -1).sum(1)
            cash = world.episodes["cash"]
            assert (cash == world.episodes["initial"] + flows).all()
            reserved = world.rows["reserved"].reshape(world.environments, -1).sum(1)
            assert (cash - reserved >= 0).all()
            assert (np.abs(world.rows["position"]) <= limit).all()
            traded += int(np.count_nonzero(world.rows["position"]))
        assert traded > 0, "random legal actions never traded: the test would prove nothing"

    def test_observations_are_finite_and_in_range(self) -> None:
        """Every feature keeps the range its table promises."""
        world = self.make_world(4, 3, whole_sessions=False)
        out = world.reset()
        low = np.array([f.low for f in FEATURES], np.float32)
        high = np.array([f.high for f in FEATURES], np.float32)
        for step in range(self.steps):
            features = out.observation[:, : len(FEATURES)]
            assert np.isfinite(out.observation).all()
            outside = (features < low - 1e-5) | (features > high + 1e-5)
            names = [FEATURES[column].name for column in np.flatnonzero(outside.any(0))]
            assert not names, f"outside their range: {names}"
            out = world.step(draw_legal(out.mask, 3, step))
            world.reset(world.episodes["done"] == 1)

    def test_snapshot_and_restore(self) -> None:
        """What follows a restored snapshot is what followed the snapshot."""
        world = self.make_world(3, 4, whole_sessions=False)
        env = self.make_env(world)
        state = env.reset()
        for step in range(self.steps // 4):
            state["action"] = torch.from_numpy(draw_legal(world.out.mask, 4, step))
            _, state = env.step_and_maybe_reset(state)
        kept, carried = env.snapshot(), state.clone()
        futures = []
        for _ in range(2):
            env.restore(kept)
            state, trace = carried.clone(), []
            for step in range(self.steps // 4):
                state["action"] = torch.from_numpy(draw_legal(world.out.mask, 5, step))
                done, state = env.step_and_maybe_reset(state)
                trace += [done["next", "observation"], done["next", "reward"].squeeze(-1)]
            futures.append(trace)
        assert all(torch.equal(a, b) for a, b in zip(*futures, strict=True))

    def test_one_episode_does_not_touch_another(self) -> None:
        """An environment in a batch plays exactly what it would play alone."""
        batch = self.make_world(3, 6, whole_sessions=True)
        batch.reset(sessions=[0, 1, 2])
        alone = self.make_world(1, 6, whole_sessions=True)
        alone.reset(sessions=[1])
        slots = batch.slots
        for step in range(self.steps):
            actions = draw_legal(batch.out.mask, 6, step)
            alone.step(actions[slots : 2 * slots].copy())
            batch.step(actions)
            assert batch.rows[slots : 2 * slots].tobytes() == alone.rows.tobytes()
            assert (batch.out.observation[slots : 2 * slots] == alone.out.observation).all()

    def test_a_session_ends_in_settlement(self) -> None:
        """At the end positions are paid out, equity is cash, and only settlement terminates."""
        world = self.make_world(2, 7, whole_sessions=True)
        out = world.reset()
        step = 0
        while not world.episodes["done"].all():
            out = world.step(draw_legal(out.mask, 7, step))
            step += 1
            ended = out.terminated.reshape(world.environments, -1)
            for number in np.flatnonzero(ended.any(1)):
                rows = world.rows.reshape(world.environments, -1)[number]
                live = rows[rows["market"] >= 0]
                assert (live["settled"] == 1).all() and not live["position"].any()
                episode = world.episodes[number]
                assert episode["equity"] == episode["cash"]
                assert (live["orders"]["state"] == EMPTY).all()
