from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.metrics.market.measure import Window
from kalshi_exp.metrics.market.pool import Pool


def windows(*samples, **sums):
    return [
        Window(str(k), {name: values[k] for name, values in sums.items()}, {"x": np.sort(one)})
        for k, one in enumerate(samples)
    ]


@pytest.mark.parametrize("share", [0.5, 0.75, 0.95, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_quantile_is_that_of_the_windows_repeated_as_they_were_drawn(seed, share):
    rng = np.random.default_rng(seed)
    samples = [rng.integers(-50, 10**9, rng.integers(0, 40)) for _ in range(6)]
    weights = rng.integers(0, 4, (30, 6))
    found = Pool(windows(*samples), weights).quantile("x", share)
    for row, value in zip(weights, found, strict=True):
        thrown = np.concatenate([np.repeat(one, n) for one, n in zip(samples, row, strict=True)])
        if len(thrown) == 0:
            assert np.isnan(value)
        else:
            assert value == np.quantile(thrown, share, method="inverted_cdf")


def test_a_sample_that_nobody_has_has_no_quantile():
    empty = np.zeros(0, np.int64)
    assert np.isnan(Pool(windows(empty, empty), np.ones((3, 2), np.int64)).quantile("x", 0.5)).all()
    assert np.isnan(Pool(windows(empty), np.ones((1, 1), np.int64)).quantile("other", 0.5)).all()


def test_totals_add_up_as_drawn_and_nothing_is_divided_by_nothing():
    pool = Pool(windows([1], [2], a=[1.0, 4.0], b=[2.0, 0.0]), np.array([[1, 1], [0, 2], [3, 0]]))
    assert pool.total("a").tolist() == [5, 8, 3]
    found = pool.ratio("a", "b")
    assert found[0] == 2.5 and np.isnan(found[1]) and found[2] == 0.5
    assert pool.total("nobody has it").tolist() == [0, 0, 0]
