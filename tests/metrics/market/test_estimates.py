from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.metrics.bootstrap import draw_weights, tail
from kalshi_exp.metrics.market import by_window, estimates, measure, pooled, statistics_of
from tests.metrics.market.tapes import random_window

SESSIONS = [random_window(seed, 400) for seed in range(8)]


@pytest.fixture(scope="module")
def windows():
    return [measure(session) for session in SESSIONS]


def test_windows_are_pooled_not_averaged(windows):
    found = pooled(windows)
    assert found == statistics_of(reversed(SESSIONS))
    total = sum(w.sums["near_adds"] for w in windows) / sum(w.sums["adds"] for w in windows)
    assert found["near_adds"] == pytest.approx(total)
    thrown = np.concatenate([w.samples["lifetime"] for w in windows]) / 1000
    assert found["lifetime_median"] == np.quantile(thrown, 0.5, method="inverted_cdf")


@pytest.mark.parametrize("key", ["lifetime_p75", "deviation_1s", "filled_5s", "spread_2"])
def test_intervals_draw_whole_windows(windows, key):
    found = estimates(windows, resamples=200, seed=5)[key]
    draws = []
    for weights in draw_weights(8, 200, 5):
        drawn = [windows[k] for k in np.repeat(np.arange(8), weights)]
        draws.append(pooled(drawn)[key])
    cut = tail(8)
    assert [found.lo, found.hi] == pytest.approx(np.quantile(draws, [cut, 1 - cut]).tolist())
    assert found.value == pytest.approx(pooled(windows)[key])


def test_few_windows_give_figures_without_intervals(windows):
    found = estimates(windows[:3])["spread_1"]
    assert found.value is not None and found.lo is None and "at least 6" in (found.reason or "")


def test_each_window_alone(windows):
    alone = by_window(windows)
    for k, one in enumerate(windows):
        expected = pooled([one])
        for key, values in alone.items():
            assert values[k] == pytest.approx(expected[key], nan_ok=True)
