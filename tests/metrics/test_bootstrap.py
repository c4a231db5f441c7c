from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.metrics.bootstrap import (
    FEWEST_FOR_INTERVAL,
    band,
    draw_weights,
    interval,
    p_value,
    ratio,
    tail,
    totals,
)


def mean_columns(x: np.ndarray) -> np.ndarray:
    """Integer cluster columns whose ratio is the mean of x in 1e-6."""
    return np.stack([np.round(x * 1e6).astype(np.int64), np.ones(len(x), np.int64)], axis=1)


@pytest.mark.parametrize(
    ("n", "draw", "truth", "least"),
    [
        (8, lambda rng, n: rng.normal(1.0, 2.0, n), 1.0, 0.90),
        (12, lambda rng, n: rng.normal(1.0, 2.0, n), 1.0, 0.92),
        (30, lambda rng, n: rng.normal(-1.0, 2.0, n), -1.0, 0.93),
        (30, lambda rng, n: 1 - rng.exponential(3.0, n), -2.0, 0.91),
    ],
)
def test_intervals_cover_the_truth_about_as_often_as_they_say(
    n: int, draw: Callable, truth: float, least: float
) -> None:
    rng = np.random.default_rng(20)
    hits = 0
    rounds = 800
    for k in range(rounds):
        estimate = interval(mean_columns(draw(rng, n)), ratio(1e6), 500, k % 7)
        assert estimate.lo is not None and estimate.hi is not None
        hits += estimate.lo <= truth <= estimate.hi
    assert least <= hits / rounds <= 0.975


def test_sessions_are_the_cluster_not_rows() -> None:
    # Each session holds the same row four times: that is no more evidence than once.
    x = np.random.default_rng(0).normal(size=20)
    once = interval(mean_columns(x), ratio(1e6), 2000, 0)
    four = interval(4 * mean_columns(x), ratio(1e6), 2000, 0)
    assert (once.value, once.lo, once.hi, once.n) == (four.value, four.lo, four.hi, four.n)


def test_weights_are_counts_and_depend_on_the_seed_alone() -> None:
    weights = draw_weights(9, 400, 3)
    assert weights.sum(axis=1).tolist() == [9] * 400
    draw_weights.cache_clear()
    np.testing.assert_array_equal(weights, draw_weights(9, 400, 3))
    assert (weights != draw_weights(9, 400, 4)).any()
    assert abs(float(weights.mean()) - 1.0) < 1e-12
    with pytest.raises(ValueError, match="read-only"):
        weights[0, 0] = 1


def test_integer_totals_are_exact_where_floats_are_not() -> None:
    values = np.array([[2**60], [1], [1]])
    weights = np.array([[1, 1, 1]])
    assert totals(weights, values)[0, 0] == 2**60 + 2
    assert float(2**60) + 1.0 + 1.0 != 2**60 + 2


def test_equals_a_slow_reference() -> None:
    x = np.random.default_rng(5).normal(3, 1, 15)
    values = mean_columns(x)
    estimate = interval(values, ratio(1e6), 300, 11)
    rng = np.random.Generator(np.random.PCG64(11))
    means = []
    for picks in rng.integers(0, 15, (300, 15)):
        means.append(sum(int(values[k, 0]) for k in picks) / 15 / 1e6)
    lo, hi = np.quantile(means, [tail(15), 1 - tail(15)])
    assert estimate.value == pytest.approx(values[:, 0].mean() / 1e6, rel=1e-14)
    assert (estimate.lo, estimate.hi) == pytest.approx((lo, hi), rel=1e-12)


def test_small_samples_are_cut_further_out() -> None:
    assert tail(8) < tail(30) < tail(10_000) < 0.025
    assert tail(10**6) == pytest.approx(0.025, abs=1e-5)


def test_too_few_sessions_give_a_value_without_an_interval() -> None:
    estimate = interval(mean_columns(np.arange(FEWEST_FOR_INTERVAL - 1.0)), ratio(1e6), 200, 0)
    assert estimate.value == 2.0
    assert estimate.lo is estimate.hi is None
    assert "needs at least" in str(estimate.reason)
    assert p_value(estimate) is None


def test_nothing_to_measure_is_null_with_the_reason_never_zero() -> None:
    values = np.zeros((10, 2), np.int64)
    support = values[:, 1] > 0
    estimate = interval(values, ratio(), 200, 0, support, "no order rested")
    assert estimate.to_dict() == {
        "value": None,
        "lo": None,
        "hi": None,
        "n": 0,
        "reason": "no order rested",
    }


def test_sessions_without_the_event_do_not_count_as_n() -> None:
    values = np.zeros((40, 2), np.int64)
    values[:10] = [[1, 2]]
    estimate = interval(values, ratio(), 500, 0, values[:, 1] > 0)
    assert (estimate.value, estimate.n) == (0.5, 10)


def test_p_value_agrees_with_the_interval() -> None:
    rng = np.random.default_rng(1)
    seen = set()
    for k in range(60):
        estimate = interval(mean_columns(rng.normal(0.45, 1, 20)), ratio(1e6), 2000, k)
        assert estimate.lo is not None and estimate.hi is not None
        p = p_value(estimate)
        assert p is not None
        shown = estimate.lo > 0 or estimate.hi < 0
        if abs(p - 0.05) > 0.005:  # the quantile interpolates between two resamples
            assert shown == (p < 0.05)
        seen.add(shown)
    assert seen == {True, False}


def test_p_value_is_not_stopped_by_the_number_of_resamples() -> None:
    far = interval(mean_columns(np.random.default_rng(0).normal(5, 1, 30)), ratio(1e6), 200, 0)
    p = p_value(far)
    assert p is not None and 0 < p < 1e-6


def test_p_values_are_uniform_without_a_difference() -> None:
    rng = np.random.default_rng(2)
    ps = [
        p_value(interval(mean_columns(rng.normal(0, 1, 20)), ratio(1e6), 400, k % 5))
        for k in range(600)
    ]
    share = np.mean([p < 0.05 for p in ps if p is not None])
    assert 0.025 <= share <= 0.085


@given(st.lists(st.integers(-(10**9), 10**9), min_size=6, max_size=30), st.integers(0, 5))
def test_an_interval_holds_within_the_data_and_ignores_sign_conventions(
    gains: list[int], seed: int
) -> None:
    values = np.stack([np.array(gains), np.ones(len(gains), np.int64)], axis=1)
    up = interval(values, ratio(), 100, seed)
    down = interval(values * [-1, 1], ratio(), 100, seed)
    assert up.lo is not None and up.hi is not None and down.lo is not None
    assert min(gains) <= up.lo <= up.hi <= max(gains)
    assert down.lo == pytest.approx(-up.hi, abs=1e-3)


def test_band_is_the_interval_of_each_point() -> None:
    curves = np.random.default_rng(3).normal(size=(12, 4))
    ends = band(curves, 500, 9)
    assert ends is not None
    one = interval(
        np.stack([curves[:, 2], np.ones(12)], axis=1), lambda s: s[:, 0] / s[:, 1], 500, 9
    )
    assert (ends[0][2], ends[1][2]) == pytest.approx((one.lo, one.hi), rel=1e-12)
    assert band(curves[:3], 500, 9) is None
