from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.metrics.strength.effect import columns, effect_of, excess, null_statistics, p_value
from kalshi_exp.patterns.strength import HYPOTHESES, Family, Measured
from kalshi_exp.patterns.strength.measured import NOTHING
from tests.metrics.strength.samples import sessions

ANCHOR, CASCADE, *_ = HYPOTHESES


def test_the_effect_is_what_lies_beyond_the_null_as_a_share():
    found = effect_of(ANCHOR, sessions(0.2, noise=0.0), 400, 0)
    assert found.estimate.value == pytest.approx(np.expm1(0.2))
    assert effect_of(CASCADE, sessions(0.2, noise=0.0), 400, 0).estimate.value == pytest.approx(
        -np.expm1(-0.2)
    )


def test_its_interval_covers_it_and_its_p_is_small_where_it_is_there():
    found = effect_of(ANCHOR, sessions(0.2), 1_000, 0)
    lo, hi = found.estimate.lo, found.estimate.hi
    assert lo < np.expm1(0.2) < hi and hi - lo < 0.1
    assert found.p == pytest.approx(1 / 1_001)
    assert found.spread == pytest.approx(0.05 * np.exp(0.2), rel=0.5)


def test_p_is_uniform_where_there_is_nothing():
    p = [effect_of(ANCHOR, sessions(0.0, seed=seed), 200, seed).p for seed in range(200)]
    assert 0.01 <= np.mean(np.array(p) <= 0.05) <= 0.10
    assert np.mean(p) == pytest.approx(0.5, abs=0.07)


def test_each_session_draws_its_own_alternative_and_the_observed_is_one_of_them():
    one = Measured(5.0, 1.0, np.array([0.0]), np.array([1.0]))
    null = null_statistics([one, one], 4_000, 0)
    values, counts = np.unique(null, return_counts=True)
    assert values.tolist() == [0.0, 2.5, 5.0]
    assert counts / 4_000 == pytest.approx([0.25, 0.5, 0.25], abs=0.03)


def test_the_null_keeps_each_sessions_marginals():
    found = sessions(0.0, 6)
    rows = columns(found)
    assert rows[:, 3] == pytest.approx([one.below for one in found])
    assert rows[2, 2] == pytest.approx(found[2].null_above.mean())
    own = sum(one.above for one in found) / sum(one.below for one in found)
    chance = rows[:, 2].sum() / rows[:, 3].sum()
    assert excess(rows.sum(axis=0, keepdims=True))[0] == pytest.approx(own - chance)


def test_p_counts_itself_and_ties():
    assert p_value(1.0, np.array([0.0, 1.0, 2.0, np.nan])) == 3 / 4
    assert p_value(9.0, np.zeros(99)) == 0.01


def test_too_few_sessions_or_none_that_say_anything():
    few = effect_of(ANCHOR, [*sessions(0.2, 5), *[NOTHING] * 9], 200, 0)
    assert few.estimate.n == 5 and few.estimate.lo is None and few.p is None
    none = effect_of(ANCHOR, [NOTHING] * 9, 200, 0)
    assert none.estimate.value is None and none.estimate.reason == ANCHOR.nothing
    assert [one.family for one in HYPOTHESES] == list(Family)
