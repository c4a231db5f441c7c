from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.config import CrossMarketFeatures
from kalshi_exp.features import begin_walk, make_settings, new_siblings, new_walk, walk_to
from kalshi_exp.features.siblings import (
    FIVE,
    HORIZONS,
    Siblings,
    closest,
    correlation,
    group_sums,
    reset_siblings,
)
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape import pack_sessions
from tests.env.worlds import session
from tests.features.test_cross_market import Path, against, quoted, waves


def sampled(*paths: Path, seconds: int, memory: float = 900.0) -> Siblings:
    """What is known of an event after so many seconds."""
    event = session(*(quoted(path) for path in paths))
    pack, markets = pack_sessions([event]), len(paths)
    record = make_settings({"cross_market": CrossMarketFeatures(memory_s=memory)})[0]
    room = new_walk(pack)
    begin_walk(record, pack, 0, markets, room)
    walk_to(record, pack, 0, markets, room, seconds * SECOND)
    return room.siblings


def test_means_are_plain_until_there_is_more_than_is_remembered() -> None:
    one, other = [(0.0, 20, 22), (4.5, 40, 42)], [(0.0, 70, 72)]
    known = sampled(one, other, seconds=10)
    assert known.samples[0] == 10
    np.testing.assert_allclose(known.mean[0], [(4 * 0.21 + 6 * 0.41) / 10, 0.71])
    np.testing.assert_allclose(known.product[0, 0, 1], 0.71 * known.mean[0, 0])
    # One change over 1 s sees the 20 cents, and those over 5 s that ended after 6, 7, 8 and 9 s.
    np.testing.assert_allclose(known.covariance[0, :2, 0, 0], [400 / 10, 400 * 4 / 10])
    forgetful = sampled(one, other, seconds=200, memory=10.0)
    assert forgetful.mean[0, 0] == pytest.approx(0.41)
    assert forgetful.covariance[0, 0, 0, 0] < 1e-5


def test_a_market_without_a_mid_yet_is_at_a_half_and_still() -> None:
    known = sampled([(0.0, 20, 100), (8.5, 20, 22)], waves(50), seconds=8)
    assert known.mean[0, 0] == 0.5 and not known.covariance[0, :, 0, :].any()
    known = sampled([(0.0, 20, 100), (8.5, 20, 22)], waves(50), seconds=15)
    assert not known.covariance[0, :, 0, :].any()  # its first mid is no move


def test_a_long_horizon_needs_more_samples() -> None:
    known = sampled([(0.0, 20, 22), (2.5, 40, 42)], waves(50), seconds=15)
    moved = [known.covariance[0, h, 0, 0] > 0 for h in range(len(HORIZONS))]
    assert moved == [True, True, False]


def test_a_market_alone_is_not_sampled() -> None:
    assert sampled(waves(50), seconds=40).samples[0] == 0


def test_the_closest_sibling_is_that_with_the_largest_correlation_either_way() -> None:
    path = waves(300)
    noisy = sorted({*waves(300, every=20), *waves(300, low=41, every=35)})
    known = sampled(path, noisy, against(path), seconds=200)
    assert closest(known, 0, 0, 3) == 2 and closest(known, 0, 2, 3) == 0
    n = 200 / 5
    assert correlation(known, 0, FIVE, 0, 2) == pytest.approx(-n / (n + 20))
    assert correlation(known, 0, FIVE, 0, 0) == pytest.approx(n / (n + 20))
    still = sampled([(0.0, 20, 22)], [(0.0, 40, 42)], seconds=100)
    assert closest(still, 0, 0, 2) == -1


def test_events_beside_each_other_are_reset_alone() -> None:
    both = new_siblings(2, 3)
    for array in both[:8]:
        array[...] = 3
    reset_siblings(both, 1)
    blank = new_siblings(2, 3)
    for array, empty in zip(both[:8], blank[:8], strict=True):
        np.testing.assert_array_equal(array[1], empty[1])
        assert (array[0] == 3).all()


def test_no_group_no_sum() -> None:
    assert group_sums(new_siblings(1, 2), 0, 0, 2) == (0.0, 0.0, False)
