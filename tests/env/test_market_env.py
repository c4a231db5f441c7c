"""The TorchRL face of the world."""

from __future__ import annotations

import numpy as np
import torch
from tensordict import TensorDict
from torchrl.envs.utils import step_mdp

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.fill import OldFill
from kalshi_exp.config.reward import DrawdownReward, PortfolioReward, PredictabilityReward
from kalshi_exp.env import FACTS, MarketEnv, Transition, make_reward
from kalshi_exp.env.conformance import draw_legal
from tests.env.tapes import random_session
from tests.env.worlds import make_world

SESSIONS = [random_session(91, i, 40, 8.0, markets=2) for i in range(3)]
TERMS = {
    "portfolio": PortfolioReward(scale=2.0),
    "drawdown": DrawdownReward(weight=0.5),
    "predictability": PredictabilityReward(weight=0.3),
}


def make_env(environments: int = 2, *, seed: int = 0, whole_sessions: bool = False) -> MarketEnv:
    world = make_world(
        SESSIONS, OldFill(), Placement.cross, environments=environments, seed=seed,
        whole_sessions=whole_sessions, horizon=12,
    )  # fmt: skip
    return MarketEnv(world, make_reward(TERMS, world.n))


def choose(env: MarketEnv, state: TensorDict, seed: int, step: int) -> TensorDict:
    state["action"] = torch.from_numpy(draw_legal(state["action_mask"].numpy(), seed, step))
    return state


def test_reward_is_the_sum_of_terms_over_the_facts() -> None:
    env, twin = make_env(), make_reward(TERMS, 4)
    state, paid = env.reset(), 0
    for step in range(12):
        state = choose(env, state, 1, step)
        action, mask, weight = (state[k].clone() for k in ("action", "action_mask", "weight"))
        patterns = torch.from_numpy(env.world.out.patterns.copy())
        state = env.step(state)["next"]
        facts = dict(zip(FACTS, torch.from_numpy(env.world.out.facts).float().T, strict=True))
        names = ("pnl", "fees", "passive", "aggressive", "position", "total_pnl")
        chosen = {name: facts[name] for name in names}
        expected = twin(
            Transition(action=action, mask=mask, weight=weight, patterns=patterns, **chosen)
        )
        assert torch.equal(state["reward"].squeeze(-1), expected)
        paid += int((expected != 0).sum())
    assert paid > 10


def test_rewards_of_portfolio_add_up_to_the_money_earned() -> None:
    world = make_world(SESSIONS, OldFill(), Placement.cross, environments=2)
    env = MarketEnv(world, make_reward({"portfolio": PortfolioReward()}, world.n))
    state, total, step = env.reset(), torch.zeros(2), 0
    while not world.episodes["done"].all():
        state = env.step(choose(env, state, 2, step))["next"]
        total += state["reward"].reshape(2, 2).sum(1)
        step += 1
    earned = (world.episodes["equity"] - world.episodes["initial"]) / 1e6
    assert np.abs(earned).min() > 0.1
    assert np.allclose(total.numpy(), earned, atol=1e-3)


def test_flags_are_whole_episodes_and_truncation_is_no_termination() -> None:
    env = make_env()
    state = env.reset()
    for step in range(12):
        assert not state["done"].any()
        state = env.step(choose(env, state, 3, step))["next"]
        for name in ("done", "terminated", "truncated"):
            assert state[name].shape == (4, 1) and state[name].dtype == torch.bool
    assert state["done"].all()
    assert torch.equal(state["done"], state["terminated"] | state["truncated"])
    assert not (state["terminated"] & state["truncated"]).any()


def test_a_partial_reset_touches_one_episode_only() -> None:
    env = make_env()
    state = env.reset()
    for step in range(6):
        state = env.step(choose(env, state, 4, step))["next"].exclude("reward")
    world, memory = env.world, env.reward.state_dict()
    kept = [world.episodes[:1].tobytes(), world.rows[:2].tobytes()]
    assert world.episodes["tick"][1] > world.episodes["start"][1]
    assert memory["drawdown"]["deepest"].any() and memory["predictability"]["counts"][2:].any()
    before = state["observation"].clone()
    flags = torch.tensor([False, False, True, False]).unsqueeze(-1)  # one row speaks for both
    state["_reset"] = flags
    fresh = env.reset(state)
    assert kept == [world.episodes[:1].tobytes(), world.rows[:2].tobytes()]
    assert world.episodes["tick"][1] == world.episodes["start"][1]
    assert world.episodes["count"].tolist() == [1, 2]
    assert torch.equal(fresh["observation"][:2], before[:2])
    after = env.reward.state_dict()
    for term in ("drawdown", "predictability"):
        for name, held in memory[term].items():
            assert torch.equal(after[term][name][:2], held[:2])
            assert not after[term][name][2:].any()


def test_what_an_episode_ended_with_outlives_its_reset() -> None:
    """Statistics are of the episode that ended, not of the one that began."""
    env, still = make_env(), make_env()
    carried, state = env.reset(), still.reset()
    for step in range(12):
        done, carried = env.step_and_maybe_reset(choose(env, carried, 5, step))
        ended = still.step(choose(still, state, 5, step))
        for key in ("observation", "reward", "done"):
            assert torch.equal(done["next", key], ended["next", key])
        state = step_mdp(ended)
    assert ended["next", "done"].all()
    assert (env.world.episodes["count"] == 2).all()
    assert not carried["done"].any()
    assert not torch.equal(carried["observation"], ended["next", "observation"])


def test_tensors_handed_out_are_not_overwritten() -> None:
    env = make_env()
    first = env.reset()
    seen = {key: first[key].clone() for key in ("observation", "action_mask", "weight")}
    after = env.step(choose(env, first, 6, 0))["next"]
    rewarded = after["reward"].clone()
    env.step(choose(env, step_mdp(env.step(choose(env, first, 6, 1))), 6, 2))
    assert all(torch.equal(first[key], value) for key, value in seen.items())
    assert torch.equal(after["reward"], rewarded)


def test_the_seed_decides() -> None:
    stories = []
    for seed in (1, 1, 2):
        env = make_env()
        env.set_seed(seed)
        state = env.reset()
        story = []
        for step in range(12):
            state = env.step(choose(env, state, 7, step))["next"]
            story.append(state["reward"].tolist())
        stories.append((env.world.episodes["luck"].tolist(), story))
    assert stories[0] == stories[1] != stories[2]


def test_the_clock_outside_and_global_generators_do_not_matter() -> None:
    stories = []
    for seed in (0, 1):
        np.random.seed(seed)  # noqa: NPY002 (the global generator is what is tried)
        torch.manual_seed(seed)
        env = make_env(seed=9)
        state = env.reset()
        story = []
        for step in range(12):
            state = env.step(choose(env, state, 8, step))["next"]
            story.append(state["observation"].numpy().tobytes())
        stories.append(story)
    assert stories[0] == stories[1]
