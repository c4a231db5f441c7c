from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
import torch

from kalshi_exp.config import Trainer
from kalshi_exp.learn.checkpoints import Checkpoints, read_policy
from kalshi_exp.learn.policy import ActorCritic, PolicyModule
from kalshi_exp.learn.ppo import PPO
from kalshi_exp.learn.rollouts import Rollouts
from kalshi_exp.learn.training import train

FRAMES = 16 * 16 * 7  # seven rollouts: epochs of 3, 3 and 1


class Killed(Exception):
    pass


def _train(corridor, folder: Path, frames: int = FRAMES, **options: Any) -> ActorCritic:
    machine = options.pop("machine", Trainer(checkpoint_every=2, tune_every=3, progress=False))
    settings = options.pop("settings", corridor.settings())
    return train(
        corridor.policy(),
        corridor.Environment(16),
        settings,
        machine,
        frames=frames,
        seed=options.pop("seed", 5),
        folder=folder,
        title="test",
        **options,
    )


def _money(corridor):
    """Mean return of the most probable actions over one episode of each start."""

    def money(policy: ActorCritic) -> float:
        rollout = corridor.Environment(3).rollout(
            corridor.horizon, policy=PolicyModule(policy), break_when_all_done=True
        )
        reward = rollout["next", "reward"].squeeze(-1)
        first_end = (
            rollout["next", "done"].squeeze(-1).float().cumsum(1)
            - rollout["next", "done"].squeeze(-1).float()
        )
        return float((reward * (first_end == 0)).sum(1).mean())

    return money


def _same(one: ActorCritic, two: ActorCritic) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))


def test_learns_the_corridor(corridor, tmp_path) -> None:
    money = _money(corridor)
    before = money(corridor.policy())
    figures: list[dict[str, float]] = []
    policy = _train(corridor, tmp_path, frames=16 * 16 * 60, tune=money, sinks=[figures.append])
    # From cells 0, 1 and 2 the end is 5, 4 and 3 steps off, plus the ticks asleep in between.
    best = 1.0 - corridor.step_cost * 6
    assert before < best - 0.5
    assert money(policy) > best - 0.1
    learned = [row["episode_reward"] for row in figures if "episode_reward" in row]
    assert sum(learned[-5:]) / 5 > best - 0.15


def test_the_best_policy_by_tuning_money_is_kept(corridor, tmp_path) -> None:
    offered = iter([1.0, 9.0, 2.0])
    shown: list[dict[str, Any]] = []

    def money(policy: ActorCritic) -> float:
        shown.append(policy.payload())
        return next(offered)

    kept = _train(corridor, tmp_path, tune=money)
    assert _same(kept, ActorCritic.from_payload(shown[1]))
    assert not _same(kept, ActorCritic.from_payload(shown[2]))


def test_two_runs_are_the_same_and_another_seed_is_not(corridor, tmp_path) -> None:
    one = _train(corridor, tmp_path / "one")
    two = _train(corridor, tmp_path / "two")
    other = _train(corridor, tmp_path / "other", seed=6)
    assert _same(one, two)
    assert not _same(one, other)
    curves = [(tmp_path / name / "curves.csv").read_bytes() for name in ("one", "two")]
    assert curves[0] == curves[1]


@pytest.mark.parametrize("stop_after", [1, 2, 3, 4, 5, 6, 7])
def test_a_killed_run_resumes_to_the_bit(corridor, tmp_path, stop_after: int) -> None:
    """Stops after each rollout of the run: before any checkpoint, mid-epoch, at an epoch's end."""
    money = _money(corridor)
    whole = _train(corridor, tmp_path / "whole", tune=money)

    def kill(figures: dict[str, float]) -> None:
        if "entropy" in figures and figures["frames"] == 16 * 16 * stop_after:
            raise Killed

    with pytest.raises(Killed):
        _train(corridor, tmp_path / "cut", tune=money, sinks=[kill])
    evaluations: list[float] = []
    resumed = _train(
        corridor,
        tmp_path / "cut",
        tune=money,
        sinks=[lambda f: evaluations.append(f["frames"]) if "tune_pnl" in f else None],
    )
    assert _same(resumed, whole)
    assert len(evaluations) == len(set(evaluations))
    for name in ("curves.csv",):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_kill_right_after_each_checkpoint(corridor, tmp_path, monkeypatch) -> None:
    """A checkpoint in the middle of an epoch, at its end, and the last one of the run."""
    money = _money(corridor)
    whole = _train(corridor, tmp_path / "whole", tune=money)
    save = Checkpoints.save
    died: list[int] = []

    def save_and_die(self, trainer) -> None:
        save(self, trainer)
        if trainer.lightning_module.frames not in died:
            died.append(trainer.lightning_module.frames)
            raise Killed

    monkeypatch.setattr(Checkpoints, "save", save_and_die)
    lives = 0
    while not (tmp_path / "cut" / "policy.pt").exists():
        lives += 1
        with contextlib.suppress(Killed):
            _train(corridor, tmp_path / "cut", tune=money)
    assert died == [256 * rollout for rollout in (2, 3, 5, 6, 7)]
    assert lives == len(died) + 1
    assert _same(read_policy(tmp_path / "cut" / "policy.pt"), whole)
    cut, uncut = (tmp_path / name / "curves.csv" for name in ("cut", "whole"))
    assert cut.read_bytes() == uncut.read_bytes()


def test_a_finished_training_is_not_redone(corridor, tmp_path) -> None:
    first = _train(corridor, tmp_path)
    again = _train(corridor, tmp_path, sinks=[lambda _: pytest.fail("trained again")])
    assert _same(first, again)


def test_rows_of_weight_zero_teach_nothing(corridor) -> None:
    """What was seen and done in idle rows never reaches the update."""
    policy = corridor.policy()
    rollouts = Rollouts(corridor.Environment(16), policy, 30, 1, torch.Generator())
    learner = PPO(policy, rollouts, corridor.settings(), frames=1, seed=0)
    batch = rollouts.collect().clone()
    rows = learner._rows(batch)
    awake = batch["weight"] > 0
    assert 0 < len(rows["action"]) == int(awake.sum()) < batch.numel()
    assert torch.equal(rows["observation"], batch["observation"][awake])
    assert float(rows["advantage"].mean()) == pytest.approx(0.0, abs=1e-5)
    for name, poison in (("observation", 1e9), ("log_prob", -1e9), ("action", 1)):
        batch[name][~awake] = poison
    batch["action_mask"][~awake] = True
    poisoned = learner._rows(batch)
    for name, column in rows.items():
        assert torch.equal(column, poisoned[name]), name


def test_a_rollout_without_decisions_changes_nothing(corridor) -> None:
    policy = corridor.policy()
    rollouts = Rollouts(corridor.Environment(16), policy, 4, 1, torch.Generator())
    learner = PPO(policy, rollouts, corridor.settings(), frames=10_000, seed=0)
    batch = rollouts.collect().clone()
    batch["weight"].zero_()
    learner.training_step(batch, 0)
    assert _same(policy, corridor.policy())
    assert learner.frames == 64


def test_kl_stop(corridor, tmp_path) -> None:
    figures: list[dict[str, float]] = []
    _train(
        corridor,
        tmp_path,
        settings=corridor.settings(target_kl=1e-9, epochs=10),
        sinks=[figures.append],
    )
    rollouts = [row for row in figures if "entropy" in row]
    assert all(row["kl_stop"] == 1.0 for row in rollouts[1:])
    assert all(row["kl"] < 0.01 for row in rollouts)
