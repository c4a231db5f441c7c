from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.env import ACTIONS, N_ACTIONS
from kalshi_exp.features import FEATURES, OBSERVATION
from kalshi_exp.learn import Momentum, Random, TouchMaker, View, baselines

COLUMN = {feature.name: column for column, feature in enumerate(FEATURES)}


def _view(rows: int = 1, luck: float = 0.0, **features: float) -> View:
    observation = np.zeros((rows, OBSERVATION), np.float32)
    for name, value in features.items():
        observation[:, COLUMN[name]] = value
    return View(observation, np.ones((rows, N_ACTIONS), np.bool_), np.full(rows, luck))


def _name(player, view: View) -> str:
    return ACTIONS[int(player.act(view)[0])].name


@given(seed=st.integers(0, 2**31), luck=st.floats(0.0, 1.0, exclude_max=True))
def test_every_baseline_is_always_legal(seed: int, luck: float) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((40, N_ACTIONS)) < 0.4
    mask[:, 0] = True
    observation = rng.uniform(-1, 1, (40, OBSERVATION)).astype(np.float32)
    for player in baselines():
        action = player.act(View(observation, mask, np.full(40, luck)))
        assert action.dtype == np.int64
        assert mask[np.arange(40), action].all(), player.name


def test_random_plays_all_legal_actions_alike() -> None:
    view = _view(rows=21_000)
    view.mask[:, 5:] = False
    luck = (np.arange(21_000) + 0.5) / 21_000
    action = Random().act(View(view.observation, view.mask, luck))
    assert np.bincount(action).tolist() == [4200] * 5


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ({"own_bid_place": 0.8, "own_ask_place": 0.6}, "HOLD"),
        ({"own_bid_place": 0.0, "own_ask_place": 0.9}, "BUY_YES 10"),
        ({"own_bid_place": 0.9, "own_ask_place": 0.2}, "BUY_NO 10"),
        ({"position": 0.05}, "BUY_NO 10"),
        ({"position": -0.05}, "BUY_YES 10"),
        ({"position": 0.2, "own_ask_place": 0.9}, "HOLD"),
        ({"position": -0.2, "own_bid_place": 0.9}, "HOLD"),
    ],
)
def test_the_maker_quotes_where_a_quote_is_missing(features, expected: str) -> None:
    assert _name(TouchMaker(), _view(**features)) == expected


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ({"move_fast": 0.2}, "HOLD"),
        ({"move_fast": 0.34}, "BUY_YES 10"),
        ({"move_fast": -0.34}, "BUY_NO 10"),
        ({"move_fast": 0.34, "position": 0.1}, "HOLD"),
        ({"move_fast": -0.34, "position": 0.1}, "BUY_NO 10"),
    ],
)
def test_momentum_follows_moves_of_a_cent_and_more(features, expected: str) -> None:
    assert _name(Momentum(), _view(**features)) == expected
