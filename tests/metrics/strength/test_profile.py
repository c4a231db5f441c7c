from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.metrics.strength.profile import profile
from kalshi_exp.patterns.strength import LEVELS, REACH, Watched
from kalshi_exp.patterns.strength.anchor import AtCents


def watched(seed, peak):
    rng = np.random.default_rng(seed)
    rows = np.zeros((100, 2 * REACH + 1))
    rows[:] = 10 * rng.normal(0, 0.05, rows.shape)
    rows[list(LEVELS), REACH] += 10 * peak
    found = AtCents(np.zeros(100), np.zeros(100), rows, np.full(rows.shape, 10.0))
    return Watched(str(seed), "S", [], [], [], found)


def test_a_peak_leaves_the_band_and_the_rest_mostly_does_not():
    found = profile([watched(seed, 0.3) for seed in range(12)], 500, 0)
    assert found["cents"] == list(range(-5, 6))
    assert found["value"][REACH] == pytest.approx(np.expm1(0.3), abs=0.05)
    # The observed is one of the null's alternatives, so a strong peak lifts the band a little.
    assert found["value"][REACH] > found["hi"][REACH]
    outside = [
        not lo <= value <= hi
        for lo, value, hi in zip(found["lo"], found["value"], found["hi"], strict=True)
    ]
    assert sum(outside) <= 3


def test_where_nothing_was_seen_there_is_nothing():
    one = watched(0, 0.0)
    for array in one.anchor[2:]:
        array[:, REACH + 3 :] = 0
    found = profile([one] * 6, 100, 0)
    assert found["value"][REACH + 3 :] == found["lo"][REACH + 3 :] == [None] * 3
    assert found["value"][REACH] is not None
