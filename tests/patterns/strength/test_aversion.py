from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.patterns.strength import aversion
from tests.patterns.strength.paths import book, wander


def test_liquidity_is_depth_per_cent_of_spread_and_only_where_both_sides_have_room():
    rng = np.random.default_rng(0)
    path = book(np.array([2, 50, 50, 97]), rng)
    path.near[:] = 30_000
    path.spread[2] = 2.0
    found = aversion.liquidity_of(path)
    assert np.isnan(found[[0, 3]]).all()
    assert found[1] == pytest.approx(np.log(30_000 + path.typical))
    assert found[1] - found[2] == pytest.approx(np.log(2))


def test_pooled_over_sessions_it_is_a_regression_with_a_mean_for_each():
    rng = np.random.default_rng(1)
    rows, target, above, below = [], [], 0.0, 0.0
    for session in range(5):
        mid = rng.uniform(5, 95, 200)
        beyond = (mid < 15) | (mid > 85)
        liquidity = session - 0.3 * beyond + rng.normal(size=200)
        a, b = aversion.scarcer(mid, liquidity)
        above, below = above + a, below + b
        for k in range(200):
            rows.append([float(beyond[k])] + [float(session == s) for s in range(5)])
            target.append(liquidity[k])
    slope = np.linalg.lstsq(np.array(rows), np.array(target), rcond=None)[0][0]
    assert above / below == pytest.approx(-slope)


def test_paths_are_aligned_at_the_close():
    mid = np.r_[np.full(50, 50.0), np.full(50, 90.0)]
    liquidity = np.r_[np.full(30, 1.0), np.full(50, 0.0)]
    above, below = aversion.scarcer(mid, liquidity)
    assert above / below == pytest.approx(1.0) and below == pytest.approx(30 * 50 / 80)


def test_a_session_on_one_side_only_or_without_donors_says_nothing():
    rng = np.random.default_rng(2)
    mid = np.full(100, 50.0)
    assert aversion.scarcer(mid, np.zeros(100)) == (0.0, 0.0)
    assert not aversion.measure(wander(100, rng) + 0.5, np.zeros(100), []).bears


def test_the_null_is_the_same_mid_against_others_liquidity():
    rng = np.random.default_rng(3)
    mid = wander(900, rng).astype(float)
    mid[:200] = 90.0
    shy = np.where((mid < 15) | (mid > 85), -1.0, 0.0)
    donors = [rng.normal(size=900) for _ in range(8)]
    one = aversion.measure(mid, shy, donors)
    assert one.above / one.below == pytest.approx(1.0)
    assert abs((one.null_above / one.null_below).mean()) < 0.2
    assert one.null_above[3] == aversion.scarcer(mid, donors[3])[0]
