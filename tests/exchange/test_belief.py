"""The truth is a martingale, as volatile as it says, and settlement agrees with it."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.config.scenario import Belief, Scenario
from kalshi_exp.exchange.belief import STEP, walk
from kalshi_exp.exchange.parameters import make_parameters
from kalshi_exp.market.units import SECOND

A_SECOND = SECOND // STEP


def paths(
    sessions: int, steps: int, volatility=0.8, jumps=0.0, jump=4.0, opening=0.35, **more: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    belief, news = np.zeros((sessions, steps)), np.zeros((sessions, steps), np.bool_)
    won = np.zeros(sessions)
    traits = make_parameters(Scenario(belief=Belief(volatility, jumps, jump, opening, **more)))
    for number in range(sessions):
        won[number] = walk(
            np.int64(3), np.int64(number), np.int64(0), traits[0]["belief"], belief[number],
            news[number],
        )  # fmt: skip
    return belief, news, won


def test_change_in_a_second_at_one_half():
    belief, _, _ = paths(6_000, A_SECOND + 1, opening=0.0)
    assert (belief[:, 0] == 0.5).all()
    deviation = 100 * (belief[:, -1] - 0.5).std()
    assert deviation == pytest.approx(0.8, rel=0.04)


def test_a_jump_at_one_half():
    belief, news, _ = paths(4_000, 2, volatility=0.0, jumps=3_600.0 * A_SECOND / 2, opening=0.0)
    assert 0.45 < news[:, 1].mean() < 0.55
    moved = 100 * (belief[:, 1] - belief[:, 0])
    assert (moved[~news[:, 1]] == 0.0).all()
    assert moved[news[:, 1]].std() == pytest.approx(4.0, rel=0.07)


def test_martingale_and_settlement_in_every_part_of_the_range():
    belief, _, won = paths(3_000, 100 * A_SECOND, volatility=3.0, jumps=60.0, jump=8.0)
    assert ((belief >= 0.0) & (belief <= 1.0)).all()
    first, last = belief[:, 0], belief[:, -1]
    assert 0.15 <= first.min() < 0.17 and 0.83 < first.max() <= 0.85
    assert (last - first).std() > 0.2
    for low in np.arange(0.15, 0.85, 0.1):
        there = (first >= low) & (first < low + 0.1)
        change = (last - first)[there]
        assert abs(change.mean()) < 3.5 * change.std() / np.sqrt(there.sum())
    for low in np.arange(0.0, 1.0, 0.1):
        there = (last >= low) & (last < low + 0.1)
        miss = (won - last)[there]
        error = np.sqrt((last * (1 - last))[there].mean() / there.sum())
        assert abs(miss.mean()) < 3.5 * error


def test_the_close_reveals_the_answer():
    """A martingale all the same; what it still hides at the close is what it was told to hide."""
    belief, _, won = paths(
        3_000, 60 * A_SECOND, jumps=60.0, reveals=0.98, unrest=1.0, unrest_s=10.0, opening=0.3
    )
    first, half, last = belief[:, 0], belief[:, 30 * A_SECOND], belief[:, -1]
    for early, late in ((first, half), (half, last)):
        for low in np.arange(0.0, 1.0, 0.2):
            there = (early >= low) & (early < low + 0.2)
            change = (late - early)[there]
            if len(change) > 100:
                assert abs(change.mean()) < 3.5 * change.std() / np.sqrt(len(change))
    assert ((last > 0.5) == won).mean() > 0.94
    # A Gaussian of which 98 % are known: E[p (1 - p)] at the close, from the middle.
    middle = np.abs(first - 0.5) < 0.1
    assert (last * (1 - last))[middle].mean() == pytest.approx(0.0226, abs=0.006)
    assert (half * (1 - half))[middle].mean() > 0.1


def test_unrest_is_volatility_in_bursts_of_the_same_mean():
    calm, _, _ = paths(2_000, A_SECOND + 1, opening=0.0)
    busy, _, _ = paths(8_000, A_SECOND + 1, opening=0.0, unrest=0.8, unrest_s=5.0)
    moves = [100 * (one[:, -1] - 0.5) for one in (calm, busy)]
    assert moves[1].std() == pytest.approx(moves[0].std(), rel=0.15)
    kurtosis = [(one**4).mean() / (one**2).mean() ** 2 for one in moves]
    assert kurtosis[0] < 4.0 < 8.0 < kurtosis[1]


def test_only_the_key_matters():
    one, _, _ = paths(3, 50)
    two, _, _ = paths(3, 50)
    assert (one == two).all()
    assert not (one[0] == one[1]).any()
