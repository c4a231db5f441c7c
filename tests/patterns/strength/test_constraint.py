from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from kalshi_exp.patterns.strength import constraint


def walks(rng, markets, seconds=300):
    return rng.uniform(10, 60, (markets, 1)) + np.cumsum(rng.normal(size=(markets, seconds)), 1)


def group(rng, markets, seconds=300):
    """Mids that sum to a dollar."""
    shares = np.exp(np.cumsum(0.02 * rng.normal(size=(markets, seconds)), 1))
    return 100 * shares / shares.sum(axis=0)


def test_a_group_among_decoys_is_found():
    rng = np.random.default_rng(0)
    paths = [*walks(rng, 3), *group(rng, 4)]
    assert constraint.stray(paths) == pytest.approx(constraint.DOUBT, abs=1e-5)


def slow(paths):
    each = [
        ((paths[list(some)].sum(axis=0) - 100) ** 2).mean()
        for size in range(2, len(paths) + 1)
        for some in combinations(range(len(paths)), size)
    ]
    return np.sqrt(np.array(each) + constraint.DOUBT**2)


@pytest.mark.parametrize("markets", [2, 5, 7])
def test_all_groups_of_a_small_event_are_tried(markets):
    paths = walks(np.random.default_rng(markets), markets)
    assert constraint.stray(list(paths)) == pytest.approx(slow(paths).min())


@pytest.mark.parametrize("seed", range(4))
def test_growing_a_group_meets_real_ones_and_is_never_better_than_trying_all(seed):
    paths = walks(np.random.default_rng(seed), 6)
    mean, cov = paths.mean(axis=1), np.cov(paths, bias=True)
    squares = slow(paths) ** 2 - constraint.DOUBT**2
    for start, sign in [(0, -1.0), *((k, 1.0) for k in range(6))]:
        met = constraint._grown(mean, cov, start, sign)
        assert np.isclose(squares, met).any() and met >= squares.min() - 1e-6


def test_a_large_event_of_which_all_markets_exclude_one_another_is_found():
    rng = np.random.default_rng(5)
    assert constraint.stray(list(group(rng, 30))) == pytest.approx(constraint.DOUBT, abs=1e-5)
    assert constraint.stray(list(walks(rng, 30))) > 2 * constraint.DOUBT


def test_the_effect_is_there_for_a_group_and_not_for_strangers():
    rng = np.random.default_rng(1)
    shams = [list(walks(rng, 4)) for _ in range(30)]
    own = constraint.measure(list(group(rng, 4)), shams)
    assert own.above > np.quantile(own.null_above, 0.95)
    strangers = [constraint.measure(list(walks(rng, 4)), shams).above for _ in range(30)]
    assert np.mean(strangers) == pytest.approx(own.null_above.mean(), abs=0.5)


def test_mids_are_carried_and_markets_hardly_quoted_do_not_count():
    mid = np.array([np.nan, 40.0, np.nan, 42.0, np.nan])
    assert constraint.carried(mid) is None  # quoted in less than half
    found = constraint.carried(np.array([np.nan, 40.0, 41.0, np.nan]))
    assert np.isnan(found[0]) and found[1:].tolist() == [40.0, 41.0, 41.0]


def test_one_market_or_too_little_in_common_says_nothing():
    rng = np.random.default_rng(2)
    assert not constraint.measure(list(group(rng, 1)), [[]]).bears
    late = np.full(300, np.nan)
    late[-50:] = 30.0
    assert constraint.stray([walks(rng, 1)[0], late]) is None
    assert not constraint.measure(list(group(rng, 3)), []).bears
