from __future__ import annotations

import numpy as np

from kalshi_exp.market.orders import INTENT
from kalshi_exp.probes.families import Desk
from kalshi_exp.probes.families.follower import Imbalance, Momentum
from tests.probes.views import asked, view

OWN = {"size": 10, "every": 1, "limit": 30, "threshold": 2, "reach": 1, "way": 1}
BUY, SELL = [(43, 10, True), None], [None, (39, 10, True)]


def test_it_takes_in_the_direction_of_the_move() -> None:
    momentum, own = Momentum(), OWN | {"window": 3}
    rise, fall = [39.0, 30, 60, 41], [43.0, 50, 20, 41]
    assert asked(momentum, view(tick=3, mids=rise), **own) == BUY
    assert asked(momentum, view(tick=3, mids=fall), **own) == SELL
    assert asked(momentum, view(tick=3, mids=rise), **own | {"way": -1}) == SELL
    assert asked(momentum, view(tick=3, mids=fall), **own | {"way": -1}) == BUY


def test_a_move_is_over_the_window_and_nothing_before_there_was_one() -> None:
    momentum, own = Momentum(), OWN | {"window": 3}
    assert asked(momentum, view(tick=2, mids=[30.0, 30, 41]), **own) == [None, None]
    small = [30.0, 39.5, 30, 30, 41]  # 1.5 cents over three decisions, 11 over four and over one
    assert asked(momentum, view(tick=4, mids=small), **own) == [None, None]
    assert asked(momentum, view(tick=4, mids=small), **own | {"window": 1}) == BUY


def test_every_row_has_its_own_window() -> None:
    seen = view(2, tick=2, mids=[41.0, 39, 41])
    own = {name: np.full(2, float(value)) for name, value in OWN.items()}
    own["window"] = np.array([1.0, 2.0])
    desk = Desk(np.zeros((2, 2), INTENT), seen)
    Momentum().decide(seen, own, desk)
    assert desk.intents["asked"].tolist() == [[1, 0], [0, 0]]


def test_it_takes_the_side_that_the_touch_leans_to() -> None:
    imbalance, own = Imbalance(), OWN | {"threshold": 0.6}
    assert asked(imbalance, view(imbalance=0.7), **own) == BUY
    assert asked(imbalance, view(imbalance=-0.7), **own) == SELL
    assert asked(imbalance, view(imbalance=0.7), **own | {"way": -1}) == SELL
    assert asked(imbalance, view(imbalance=0.5), **own) == [None, None]


def test_it_takes_within_its_limit_and_the_ladder() -> None:
    imbalance, own = Imbalance(), OWN | {"threshold": 0.6}
    assert asked(imbalance, view(imbalance=0.7, position=20), **own) == BUY
    assert asked(imbalance, view(imbalance=0.7, position=21), **own) == [None, None]
    assert asked(imbalance, view(imbalance=-0.7, position=-21), **own) == [None, None]
    far = asked(imbalance, view(imbalance=0.7, ask=99), **own | {"reach": 5})
    assert far == [(99, 10, True), None]
