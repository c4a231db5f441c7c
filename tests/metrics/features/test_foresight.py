from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kalshi_exp.metrics.features import pearson, spearman

RNG = np.random.Generator(np.random.PCG64(3))
X = RNG.standard_normal(600)
Y = X + 2.0 * RNG.standard_normal(600)
SESSION = np.repeat(np.arange(10), 60)


def test_both_agree_with_scipy() -> None:
    line, rank = (f(X, Y, SESSION, 10, 400, 1) for f in (pearson, spearman))
    assert line.value == pytest.approx(stats.pearsonr(X, Y).statistic)
    assert rank.value == pytest.approx(stats.spearmanr(X, Y).statistic)
    for one in (line, rank):
        assert one.lo is not None and one.lo < one.value < one.hi  # type: ignore[operator]
        assert one.hi - one.lo < 0.4 and one.n == 10  # type: ignore[operator]


def test_a_monotone_curve_is_a_rank_correlation_of_one() -> None:
    assert spearman(X, np.exp(X), SESSION, 10, 100, 1).value == pytest.approx(1.0)
    assert spearman(X, -np.exp(X), SESSION, 10, 100, 1).value == pytest.approx(-1.0)


def test_rows_without_a_price_do_not_count() -> None:
    y = Y.copy()
    y[::3] = np.nan
    kept = np.isfinite(y)
    found = pearson(X, y, SESSION, 10, 100, 1)
    assert found.value == pytest.approx(stats.pearsonr(X[kept], Y[kept]).statistic)


def test_the_interval_is_by_session() -> None:
    # Each session is one point repeated: sixty rows say no more than one.
    x, y = (np.repeat(RNG.standard_normal(10), 60) for _ in range(2))
    found = pearson(x, y, SESSION, 10, 400, 1)
    assert found.hi - found.lo > 0.5  # type: ignore[operator]


def test_why_there_is_none() -> None:
    assert pearson(np.ones(600), Y, SESSION, 10, 100, 1).reason == "the feature is constant"
    assert pearson(X, np.zeros(600), SESSION, 10, 100, 1).reason == "the price never moves"
    nothing = np.full(600, np.nan)
    assert spearman(X, nothing, SESSION, 10, 100, 1).reason == "too few rows"
