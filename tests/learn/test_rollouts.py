from __future__ import annotations

import torch

from kalshi_exp.learn.policy import PolicyModule
from kalshi_exp.learn.rollouts import Rollouts
from kalshi_exp.learn.snapshots import freeze, thaw


def _rollouts(corridor, rows: int = 8, steps: int = 40, seed: int = 3) -> Rollouts:
    generator = torch.Generator().manual_seed(seed)
    return Rollouts(corridor.Environment(rows), corridor.policy(), steps, 2, generator)


def test_a_rollout_is_what_the_environment_did(corridor) -> None:
    """Replays the actions in a fresh environment, one TorchRL step at a time."""
    rollouts = _rollouts(corridor)
    batch = rollouts.collect()
    environment = corridor.Environment(8)
    now = environment.reset()
    assert batch["done"].any() and batch["truncated"].any() and batch["terminated"].any()
    for t in range(40):
        for name in ("observation", "action_mask", "weight"):
            assert torch.equal(batch[name][:, t], now[name]), (name, t)
        now["action"] = batch["action"][:, t].clone()
        step, now = environment.step_and_maybe_reset(now)
        for name in ("reward", "done", "terminated", "truncated"):
            assert torch.equal(batch[name][:, t], step["next", name]), (name, t)


def test_values_after_an_ending(corridor) -> None:
    rollouts = _rollouts(corridor)
    policy = rollouts._policy
    batch = rollouts.collect().clone()
    after = rollouts.collect()
    environment = corridor.Environment(8)
    now = environment.reset()
    for t in range(40):
        now["action"] = batch["action"][:, t]
        step, now = environment.step_and_maybe_reset(now)
        with torch.no_grad():
            final = policy.value(step["next", "observation"])
        cut = batch["truncated"][:, t, 0]
        on = ~batch["done"][:, t, 0]
        following = batch["next_state_value"][:, t, 0]
        torch.testing.assert_close(following[cut | on], final[cut | on])
    torch.testing.assert_close(batch["next_state_value"][:, -1][on], after["state_value"][:, 0][on])
    with torch.no_grad():
        torch.testing.assert_close(
            batch["state_value"].squeeze(-1), policy.value(batch["observation"])
        )


def test_one_rollout_of_length_2t_is_two_of_length_t(corridor) -> None:
    """The carry loses nothing: no decision is skipped or played twice at the seam."""
    whole, half = _rollouts(corridor, steps=20), _rollouts(corridor, steps=10)
    first, second = half.collect().clone(), half.collect()
    one = whole.collect()
    for name in ("observation", "action", "reward", "done"):
        assert torch.equal(torch.cat([first[name], second[name]], 1), one[name]), name


def test_episode_returns(corridor) -> None:
    rollouts = _rollouts(corridor)
    batch = rollouts.collect()
    expected, running = [], torch.zeros(8, dtype=torch.float64)
    for t in range(40):
        running += batch["reward"][:, t, 0]
        for row in batch["done"][:, t, 0].nonzero().flatten():
            expected.append(float(running[row]))
            running[row] = 0
    assert rollouts.episodes == expected


def test_snapshot_goes_on_to_the_bit(corridor) -> None:
    going = _rollouts(corridor)
    going.collect()
    state = freeze(thaw(going.snapshot()))
    expected = going.collect().clone()
    resumed = _rollouts(corridor, seed=99)
    resumed.restore(state)
    batch = resumed.collect()
    for name in expected.keys():  # noqa: SIM118
        assert torch.equal(batch[name], expected[name]), name
    assert resumed.episodes == going.episodes


def test_the_loader_is_finite_and_fresh(corridor) -> None:
    """Each item is made only when asked for, so no policy is a version stale."""
    rollouts = _rollouts(corridor)
    assert len(rollouts) == 2
    items = iter(rollouts)
    next(items)
    with torch.no_grad():
        rollouts._policy.actor[-1].bias[2] = 50.0
    batch = next(items)
    awake = batch["weight"] > 0
    assert (batch["action"][awake] == 2).all()
    assert len(list(items)) == 0


def test_policy_module_plays_torchrl_rollouts(corridor) -> None:
    environment, policy = corridor.Environment(8), corridor.policy()
    sampled = environment.rollout(
        12, policy=PolicyModule(policy, torch.Generator().manual_seed(1)), break_when_any_done=False
    )
    assert sampled["action"].unique().numel() == 3
    assert sampled["state_value"].shape == (8, 12, 1)
    fixed = [
        environment.rollout(12, policy=PolicyModule(policy), auto_reset=True)["log_prob"]
        for _ in range(2)
    ]
    assert fixed[0].shape == (8, 12, 1)
