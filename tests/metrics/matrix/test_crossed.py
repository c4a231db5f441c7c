from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kalshi_exp.metrics.bootstrap import ratio
from kalshi_exp.metrics.matrix import Crossed, crossed


def mean(values: np.ndarray, resamples: int = 2000, seed: int = 0) -> Crossed:
    """Of a [sessions, seeds] table, in thousandths."""
    whole = np.rint(1000 * values).astype(np.int64)
    return crossed(np.stack([whole, np.ones_like(whole)], -1), ratio(1000.0), resamples, seed)


def by_hand(values: np.ndarray) -> tuple[float, float]:
    """The interval from the variances of session means and of seed means, in so many words."""
    sessions, seeds = values.shape
    parts = [(values.mean(1).var(ddof=1) / sessions, sessions - 1)]
    if seeds > 1:
        parts.append((values.mean(0).var(ddof=1) / seeds, seeds - 1))
    variance = sum(v for v, _ in parts)
    freedom = variance**2 / sum(v**2 / f for v, f in parts)
    reach = stats.t.ppf(0.975, freedom) * math.sqrt(variance)
    return values.mean() - reach, values.mean() + reach


@pytest.mark.parametrize(("sessions", "seeds"), [(40, 1), (40, 3), (12, 5)])
def test_the_interval_is_the_one_formed_by_hand(sessions: int, seeds: int) -> None:
    rng = np.random.default_rng(sessions)
    values = rng.normal(2, 1, (sessions, seeds)) + rng.normal(0, 0.4, (1, seeds))
    found = mean(values, 20_000).estimate
    assert found.value == pytest.approx(values.mean(), abs=1e-3)
    lo, hi = by_hand(values)
    assert (found.lo, found.hi) == pytest.approx((lo, hi), abs=0.04 * (hi - lo))


def test_it_covers_the_truth_where_sessions_and_seeds_both_vary() -> None:
    rng = np.random.default_rng(1)
    for of_sessions, of_seeds, of_both in ((1.0, 0.5, 0.5), (3.0, 0.0, 1.0), (0.5, 1.0, 0.2)):
        hits = 0
        for _ in range(300):
            values = of_sessions * rng.normal(0, 1, (30, 1)) + of_seeds * rng.normal(0, 1, (1, 3))
            one = mean(values + of_both * rng.normal(0, 1, (30, 3)), 200)
            hits += not one.excludes_zero
            assert (one.p < 0.05) == one.excludes_zero
        assert hits >= 0.93 * 300, (of_sessions, of_seeds, of_both)


def test_seeds_that_disagree_widen_it() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(1, 1, (40, 3))
    apart = values + np.array([[-2.0, 0.0, 2.0]])
    near, far = mean(values).estimate, mean(apart).estimate
    assert near.value == pytest.approx(far.value, abs=1e-9)
    assert near.lo > 0 > far.lo


@given(st.integers(0, 10_000), st.integers(6, 20), st.integers(1, 4))
def test_a_share_stays_between_zero_and_one(seed: int, sessions: int, seeds: int) -> None:
    rng = np.random.default_rng(seed)
    whole = rng.integers(1, 9, (sessions, seeds))
    values = np.stack([np.minimum(whole, rng.integers(0, 9, whole.shape)), whole], -1)
    one = crossed(values, ratio(), 100, 0, bounds=(0.0, 1.0)).estimate
    assert 0 <= one.lo <= one.value <= one.hi <= 1


def test_what_can_not_be_said_carries_a_reason() -> None:
    nothing = crossed(np.zeros((8, 2, 2), np.int64), ratio(), 100, 0, nothing="no order")
    assert nothing.estimate.value is None and nothing.estimate.reason == "no order"
    few = mean(np.ones((5, 2)))
    assert few.estimate.value == 1.0 and few.estimate.lo is None and few.p is None
    assert "needs 6" in few.estimate.reason
    alone = np.zeros((8, 2, 2), np.int64)
    alone[:, 0] = 1
    one = crossed(alone, ratio(), 100, 0)
    assert one.estimate.value == 1.0 and one.estimate.reason == "the figure rests on one seed alone"


def test_no_spread_is_certainty() -> None:
    flat = mean(np.full((8, 3), 2.0))
    assert (flat.estimate.lo, flat.estimate.hi, flat.p) == (2.0, 2.0, 0.0)
    assert mean(np.zeros((8, 3))).p == 1.0
