from __future__ import annotations

import numpy as np

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.fill import OldFill
from kalshi_exp.env import HOLD
from kalshi_exp.env import TapeWorld as World
from kalshi_exp.env.conformance import draw_legal
from tests.env.tapes import random_session
from tests.env.worlds import make_world

SESSIONS = [random_session(61, i, seconds=40, rate=4.0) for i in range(5)]


def played(world: World) -> list[int]:
    """Session number of each environment after another reset of all."""
    world.reset()
    return world.episodes["session"].tolist()


def test_judging_visits_every_session_once_then_idles() -> None:
    world = make_world(SESSIONS, environments=2)
    assert [played(world) for _ in range(4)] == [[0, 1], [2, 3], [4, -1], [-1, -1]]


def test_an_idle_environment_does_nothing() -> None:
    world = make_world(SESSIONS, environments=2)
    out = world.reset(sessions=[0, -1])
    assert world.episodes["done"].tolist() == [0, 1]
    assert out.mask[1].sum() == 1 and out.mask[1, HOLD]
    assert not out.weight[1] and not out.observation[1].any()
    for step in range(5):
        out = world.step(draw_legal(out.mask, 0, step))
        assert not out.facts[1].any() and not out.terminated[1] and not out.truncated[1]
    assert world.episodes["tick"].tolist() == [5, 0]
    assert world.rows["market"].tolist() == [0, -1]


def test_training_starts_anywhere_and_ends_at_the_horizon() -> None:
    world = make_world(SESSIONS, environments=40, seed=3, whole_sessions=False, horizon=10)
    sessions, starts = [], []
    for _ in range(5):
        sessions += played(world)
        starts += world.episodes["start"].tolist()
        assert (world.episodes["tick"] == world.episodes["start"]).all()
        assert (world.episodes["stop"] == world.episodes["start"] + 10).all()
    last = np.diff(world.tracks.row)[0] - 1
    assert min(starts) == 0 and max(starts) == last - 10
    assert np.bincount(sessions, minlength=5).min() > 20
    assert len(set(starts)) == last - 10 + 1


def test_without_random_start_training_begins_at_the_first_decision() -> None:
    world = make_world(
        SESSIONS, environments=4, whole_sessions=False, random_start=False, horizon=9
    )
    world.reset()
    assert not world.episodes["start"].any()


def test_training_luck_is_another_in_each_episode_and_environment() -> None:
    world = make_world(SESSIONS, environments=8, seed=3, whole_sessions=False, horizon=10)
    luck = []
    for _ in range(4):
        world.reset()
        luck += world.episodes["luck"].tolist()
    assert len(set(luck)) == len(luck) and min(luck) >= 0
    again = make_world(SESSIONS, environments=8, seed=3, whole_sessions=False, horizon=10)
    again.reset()
    assert again.episodes["luck"].tolist() == luck[:8]
    other = make_world(SESSIONS, environments=8, seed=4, whole_sessions=False, horizon=10)
    other.reset()
    assert not set(other.episodes["luck"].tolist()) & set(luck)


def test_judging_luck_is_the_seed_s_whoever_plays() -> None:
    world = make_world(SESSIONS, environments=3, seed=7)
    world.reset()
    assert (world.episodes["luck"] == 7).all()


def test_a_new_episode_remembers_nothing() -> None:
    used = make_world(SESSIONS, OldFill(), Placement.cross)
    used.reset(sessions=[1])
    for step in range(30):
        used.step(draw_legal(used.out.mask, 1, step))
    assert used.rows["fees"][0] > 0 and used.rows["orders"]["serial"].any()
    used.reset(sessions=[0])
    fresh = make_world(SESSIONS, OldFill(), Placement.cross)
    fresh.reset(sessions=[0])
    for step in range(30):
        for name in ("observation", "mask", "weight", "levels"):
            assert (getattr(used.out, name) == getattr(fresh.out, name)).all()
        actions = draw_legal(fresh.out.mask, 2, step)
        used.step(actions)
        fresh.step(actions)
        assert (used.out.facts == fresh.out.facts).all()
        for name in ("cash", "equity", "peak", "drawdown", "turnover", "decisions", "refused"):
            assert used.episodes[name][0] == fresh.episodes[name][0], name


def test_reset_touches_only_the_environments_it_names() -> None:
    world = make_world(SESSIONS, OldFill(), Placement.cross, environments=3)
    world.reset()
    for step in range(10):
        world.step(draw_legal(world.out.mask, 3, step))
    others = (world.episodes[:1], world.episodes[2:], world.rows[:1], world.rows[2:],
              world.out.observation[:1], world.out.observation[2:])  # fmt: skip
    kept = [array.tobytes() for array in others]
    world.reset(np.array([False, True, False]))
    assert world.episodes["tick"].tolist() == [10, 0, 10]
    assert kept == [array.tobytes() for array in others]
