from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.patterns.strength import anchor
from tests.patterns.strength.paths import book, wander


def shown(walls, seed=0):
    rng = np.random.default_rng(seed)
    found = anchor.at_cents(book(wander(4_000, rng), rng, walls))
    one = anchor.measure(found)
    null = one.null_above / np.maximum(one.null_below, 1.0)
    return one.above / one.below, null[one.null_below > 0], found


def test_a_wall_at_the_levels_stands_out_and_elsewhere_does_not():
    own, null, _ = shown({25: 2.0, 50: 2.0, 75: 2.0})
    # Sizes count with a median touch beside them, and up to two.
    size = np.random.default_rng(0).lognormal(0.0, 0.5, 100_000)
    counted = [np.log(1 + np.minimum(times * size, 2)).mean() for times in (2.0, 1.0)]
    assert own == pytest.approx(counted[0] - counted[1], abs=0.03)
    assert own > null.max() + 0.15
    own, null, _ = shown({})
    assert abs(own) < 0.05 and null.min() < own < null.max()
    own, _, _ = shown({36: 2.0, 61: 2.0})
    assert abs(own) < 0.05


def test_a_book_that_is_thick_everywhere_or_by_distance_says_nothing():
    rng = np.random.default_rng(1)
    path = book(wander(4_000, rng), rng)
    path.cents[::2] *= 5  # every other second
    behind = np.abs(np.arange(100)[None] - path.mid[:, None])
    steep = (path.cents * np.exp(-0.4 * behind)[:, None]).astype(np.int64)
    one = anchor.measure(anchor.at_cents(path._replace(cents=steep)))
    assert abs(one.above / one.below) < 0.06


def test_an_enormous_wall_counts_as_two_touches():
    large, huge = (shown({25: times})[0] for times in (20.0, 20_000.0))
    assert large == pytest.approx(huge, abs=0.02)


def test_only_seconds_near_a_level_count():
    rng = np.random.default_rng(2)
    bid = np.repeat([10, 22, 45, 46, 53, 60], 5)
    found = anchor.at_cents(book(bid, rng))
    one = anchor.measure(found)
    # 22.5 is near 25; 46.5 and 53.5 are near 50; 45.5 is half a cent too far.
    assert one.below == 15.0


def test_the_profile_has_its_peak_at_the_level():
    _, _, found = shown({25: 2.0, 50: 2.0, 75: 2.0})
    places = np.array(anchor.LEVELS)
    total = found.profile[places].sum(axis=0)
    mean = total / np.maximum(found.profile_seconds[places].sum(axis=0), 1.0)
    assert mean.argmax() == anchor.REACH and mean[anchor.REACH] > 0.25


def test_nulls_keep_away_from_the_true_levels_and_from_what_is_judged():
    assert len(anchor.SHIFTS) == 20
    for shift in (0, *anchor.SHIFTS):
        for other in anchor.nulls_of(shift):
            for level in anchor.LEVELS:
                moved = level + other
                assert 10 <= moved <= 90
                assert min(abs(moved - true) for true in anchor.LEVELS) >= anchor.LEAST_SHIFT
                assert abs(other - shift) >= anchor.LEAST_SHIFT
        assert len(anchor.nulls_of(shift)) >= 10


def test_prices_off_the_ladder_and_seconds_without_a_mid_are_left_out():
    rng = np.random.default_rng(3)
    path = book(wander(500, rng), rng)
    path.mid[100:] = np.nan
    path.cents[:, :, 1::2] = -1  # a ladder of even cents
    found = anchor.at_cents(path)
    assert found.below[1::2].sum() == 0
    assert found.below.sum() <= 100 * 5
    assert np.isfinite(found.above).all()
