"""The whole observation on a real fast tape, under a random policy, through the environment."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.fill import QueueFill
from kalshi_exp.config.reward import PortfolioReward
from kalshi_exp.env import MarketEnv, make_reward
from kalshi_exp.env.conformance import draw_legal
from kalshi_exp.features.table import FEATURES, GROUPS
from kalshi_exp.tape import ingest, open_tape
from tests.env.worlds import make_world

EVENTS = ("KXGOLD15M-26AUG101915-15", "KXGOLD15M-26AUG102030-30")
NAMES = [feature.name for feature in FEATURES]
# An event of one market has no sibling.
ALONE = {"sibling_exposure", *(f.name for f in FEATURES if f.group == "cross_market")}


@pytest.fixture(scope="module")
def observations(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """float32[rows, 75]: what a random policy saw where it could choose."""
    folder = tmp_path_factory.mktemp("recorded")
    for event in EVENTS:
        shutil.copytree(data_dir / "kalshi-gold15m/events" / event, folder / "source" / event)
    shutil.copytree(data_dir / "kalshi-gold15m/metadata", folder / "source/metadata")
    ingest(folder / "source", folder / "tape")
    tape = open_tape(folder / "tape")
    sessions = [tape.load(info.name) for info in tape.infos]
    shutil.rmtree(folder)
    assert len(sessions) == len(EVENTS)
    world = make_world(
        sessions, QueueFill(), Placement.join, environments=16, whole_sessions=False, horizon=300
    )
    env = MarketEnv(world, make_reward({"portfolio": PortfolioReward()}, world.n))
    state, seen = env.reset(), []
    for step in range(300):
        decided = state["weight"].numpy() > 0
        seen.append(state["observation"].numpy()[decided])
        # HOLD as often as anything else is one in twenty: let orders live to be filled
        choice = draw_legal(state["action_mask"].numpy(), 1, step)
        state["action"] = torch.from_numpy(np.where(step % 3 == 0, choice, 0))
        _, state = env.step_and_maybe_reset(state)
    assert (world.counters["fills_passive"] > 0).all()
    rows = np.concatenate(seen)
    assert (rows[:, len(FEATURES) :] == 1.0).all() and rows.shape[1] == len(FEATURES) + len(GROUPS)
    return rows[:, : len(FEATURES)]


def test_every_feature_is_alive_finite_and_in_range(observations: np.ndarray) -> None:
    assert len(observations) > 2_000 and np.isfinite(observations).all()
    for column, feature in zip(observations.T, FEATURES, strict=True):
        assert feature.low <= column.min() and column.max() <= feature.high, feature.name
        assert (column.min() < column.max()) == (feature.name not in ALONE), feature.name


def test_an_event_of_one_market_has_no_sibling(observations: np.ndarray) -> None:
    assert len(ALONE) == 6
    assert not observations[:, [NAMES.index(name) for name in ALONE]].any()


def test_no_two_features_are_one(observations: np.ndarray) -> None:
    names = [name for name in NAMES if name not in ALONE]
    alive = observations[:, [NAMES.index(name) for name in names]].astype(np.float64)
    correlation = np.abs(np.corrcoef(alive.T))
    np.fill_diagonal(correlation, 0.0)
    i, j = np.unravel_index(correlation.argmax(), correlation.shape)
    assert correlation[i, j] < 0.999, (names[i], names[j], correlation[i, j])
