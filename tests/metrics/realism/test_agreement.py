from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kalshi_exp.metrics.realism.agreement import (
    concordance,
    mean,
    mean_error,
    mean_gap,
    overstatement,
    pearson,
    spearman,
)

FIGURES = (pearson, spearman, overstatement, mean, mean_error, mean_gap)
NAN = float("nan")


def sample(seed: int, count: int, draws: int, *, ties: bool = False) -> tuple:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(2, count, draws))
    values[1] += 0.7 * values[0]
    if ties:
        values = np.round(values)
    return values, rng.integers(0, 4, (count, draws)).astype(float)


def of(figure, x, y, weights=None):
    x, y = np.asarray(x, float), np.asarray(y, float)
    weights = np.ones(len(x)) if weights is None else np.asarray(weights, float)
    return float(figure(np.stack([x, y])[..., None], weights[:, None])[0])


@given(st.integers(0, 10**6), st.integers(3, 12), st.booleans())
def test_correlations_are_scipys(seed: int, count: int, ties: bool) -> None:
    (x, y), _ = (one[..., 0] for one in sample(seed, count, 1, ties=ties))
    if min(np.ptp(x), np.ptp(y)) == 0:
        return
    assert of(pearson, x, y) == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-9)
    assert of(spearman, x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-9)


@given(st.integers(0, 10**6), st.integers(3, 10), st.booleans())
def test_a_weight_of_three_is_the_same_row_three_times(seed: int, count: int, ties: bool) -> None:
    values, weights = sample(seed, count, 5, ties=ties)
    for figure in FIGURES:
        told = figure(values, weights)
        for r in range(5):
            rows = np.repeat(values[:, :, r], weights[:, r].astype(int), axis=1)
            wanted = of(figure, *rows) if rows.size else NAN
            assert told[r] == pytest.approx(wanted, abs=1e-9, nan_ok=True)
            if figure is spearman and rows.size and min(np.ptp(rows[0]), np.ptp(rows[1])) > 0:
                assert told[r] == pytest.approx(stats.spearmanr(*rows).statistic, abs=1e-9)


def slow_concordance(x, y, weights) -> float:
    above = below = 0.0
    for i in range(len(x)):
        for j in range(i):
            pair = weights[i] * weights[j]
            below += pair
            above += pair * (np.sign(x[i] - x[j]) == np.sign(y[i] - y[j]))
    return above / below if below else NAN


@given(st.integers(0, 10**6), st.integers(2, 10), st.booleans())
def test_pairs_in_the_same_order_are_counted(seed: int, count: int, ties: bool) -> None:
    values, weights = sample(seed, count, 4, ties=ties)
    told = concordance(values, weights)
    for r in range(4):
        slow = slow_concordance(*values[:, :, r], weights[:, r])
        assert told[r] == pytest.approx(slow, nan_ok=True)
    if not ties:  # without ties it is Kendall's tau on another scale
        tau = stats.kendalltau(*values[:, :, 0]).statistic
        ones = np.ones((count, 1))
        assert concordance(values[:, :, :1], ones)[0] == pytest.approx((tau + 1) / 2)


@pytest.mark.parametrize("figure", [*FIGURES, concordance])
def test_what_is_not_there_is_left_out(figure) -> None:
    x, y = [1.0, 2.0, NAN, 4.0, 5.0], [1.5, 1.0, 7.0, NAN, 6.0]
    paired = [one for one in zip(x, y, strict=True) if not np.isnan(one).any()]
    if figure is mean:  # of the first alone where it is given alone
        alone = np.array([x])[..., None]
        assert figure(alone, np.ones((5, 1)))[0] == pytest.approx(3.0)
        return
    assert of(figure, x, y) == pytest.approx(of(figure, *zip(*paired, strict=True)))
    assert np.isnan(of(figure, [NAN] * 3, [1, 2, 3]))
    assert np.isnan(of(figure, [1, 2, 3], [3, 1, 2], [0, 0, 0]))


@pytest.mark.parametrize("constant", [0.1, 1 / 3, 1e9, -1e-9])
def test_what_does_not_vary_correlates_with_nothing(constant: float) -> None:
    y = np.random.default_rng(0).normal(size=11)
    weights = np.random.default_rng(1).integers(1, 5, 11)
    for figure in (pearson, spearman):
        assert np.isnan(of(figure, np.full(11, constant), y, weights))
        assert np.isnan(of(figure, y, np.full(11, constant), weights))
    assert of(pearson, y * 1e-9, y * 1e9) == pytest.approx(1.0)


def test_levels_by_hand() -> None:
    model, truth = [1.0, -1.0, 2.0], [0.5, -1.5, 1.0]
    assert of(overstatement, model, truth) == pytest.approx((0.5 + 0.5 + 1.0) / 3.0)
    assert of(overstatement, truth, truth) == 0.0
    assert of(overstatement, [0, 0, 0], truth) == pytest.approx(0.0 / 3)  # sizes, not signs
    assert of(mean_error, [1, 0], [0, 1]) == 1.0 and of(mean_gap, [1, 0], [0, 1]) == 0.0
    assert of(mean, model, truth, [1, 1, 2]) == pytest.approx(1.0)
    assert of(concordance, [1, 2, 3], [1, 3, 2]) == pytest.approx(2 / 3)
    assert np.isnan(of(overstatement, [1.0], [0.0])) or np.isinf(of(overstatement, [1.0], [0.0]))
