"""Beyond 15 and 85 cents the book is thinner and wider, the more the farther."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange.labels import AVERSION
from tests.exchange.traders.books import books_of, labels_of, play, with_strengths

SESSIONS = 50
BANDS = ((20.0, 50.0), (10.0, 15.0), (5.0, 10.0), (3.0, 5.0))  # cents to the nearer end


def wide_open(strength: float) -> Scenario:
    scenario = with_strengths(Scenario(), aversion=strength)
    scenario.belief.opening = 0.47
    return scenario


def bands(strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean spread and depth in each of BANDS."""
    edge, spread, depth = [], [], []
    for number in range(SESSIONS):
        books = books_of(play(wide_open(strength), number))
        edge.append(np.minimum(books.mid, 100.0 - books.mid))
        spread.append(books.spread)
        depth.append(books.sizes.sum(axis=(1, 2)))
    at, spread_, depth_ = (np.concatenate(part) for part in (edge, spread, depth))
    inside = [(at >= low) & (at < high) for low, high in BANDS]
    assert min(one.sum() for one in inside) > 500
    return (
        np.array([spread_[one].mean() for one in inside]),
        np.array([depth_[one].mean() for one in inside]),
    )


@pytest.fixture(scope="module")
def plain() -> tuple[np.ndarray, np.ndarray]:
    return bands(0.0)


def test_spreads_widen_and_depth_shrinks_with_the_distance_beyond(plain):
    spread, depth = bands(1.0)
    wider, left = spread - plain[0], depth / plain[1]
    assert abs(wider[0]) < 0.05 and abs(left[0] - 1.0) < 0.05  # within, nothing changes
    assert (np.diff(wider) > 0.1).all() and wider[-1] > 1.2
    assert (np.diff(left) < -0.05).all() and 0.35 < left[-1] < 0.75


def test_a_third_of_the_strength_is_much_less(plain):
    spread, depth = bands(0.3)
    assert 0.1 < spread[-1] - plain[0][-1] < 0.8
    assert 0.7 < depth[-1] / plain[1][-1] < 0.95


def test_labels_are_the_time_spent_beyond():
    beyond = labelled = 0
    for number in range(SESSIONS):
        exchange = play(wide_open(0.6), number)
        labels, books = labels_of(exchange), books_of(exchange)
        assert (labels["family"] == AVERSION).all() and (labels["value"] == 0.6).all()
        assert (labels["side"] == -1).all() and set(labels["price"]) <= {1500, 8500}
        assert (labels["start"][1:] >= labels["end"][:-1]).all()
        inside = np.zeros(len(books.ts), bool)
        for one in labels:
            during = (books.ts > one["start"]) & (books.ts <= one["end"])
            low = one["price"] == 1500
            assert (np.nanmedian(books.mid[during]) < 50.0) == low
            inside |= during
        edge = np.minimum(books.mid, 100.0 - books.mid)
        # A watch a second: what lasted for two of them is seen for sure.
        lasting = lambda far: np.convolve(far, np.ones(6), "full")[: len(far)] == 6  # noqa: E731
        assert inside[lasting(edge < 14.5)].all()
        assert not inside[lasting(edge > 16.5)].any()
        beyond += (edge < 15.0).sum()
        labelled += inside.sum()
    assert 0.9 < labelled / beyond < 1.3


def test_makers_never_widen_beyond_the_scale():
    two_sided = [
        np.isfinite(books_of(play(wide_open(1.0), number)).mid).mean() for number in range(20)
    ]
    assert np.mean(two_sided) > 0.95
