from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.market.book import apply, clear
from kalshi_exp.market.book_statistics import depth, imbalance, microprice, spread, two_sided
from kalshi_exp.market.units import ASK, BID

LEVELS = 8
PRICES = np.array([0, 0, *range(100, 100 * LEVELS + 1, 100)], np.int32)
OFFSET = 2

books = st.tuples(
    st.lists(st.integers(0, 50), min_size=4, max_size=4),
    st.lists(st.integers(0, 50), min_size=4, max_size=4),
)


def make(bids, asks):
    sizes, best = np.zeros((2, LEVELS), np.int64), np.zeros(2, np.int32)
    clear(sizes, best)
    for level, size in enumerate(bids):
        apply(sizes, best, BID, level, size)
    for level, size in enumerate(asks, start=4):
        apply(sizes, best, ASK, level, size)
    return sizes, best


@given(books, st.integers(0, 10))
def test_depth_and_imbalance_equal_a_sum(sides, ticks):
    sizes, best = make(*sides)
    bids = [b for level, b in enumerate(sides[0]) if b and best[BID] - level <= ticks]
    asks = [a for level, a in enumerate(sides[1], start=4) if a and level - best[ASK] <= ticks]
    assert depth(sizes, best, BID, ticks) == sum(bids)
    assert depth(sizes, best, ASK, ticks) == sum(asks)
    total = sum(bids) + sum(asks)
    expected = (sum(bids) - sum(asks)) / total if total else 0.0
    assert imbalance(sizes, best, ticks) == pytest.approx(expected, abs=1e-15)


@given(books)
def test_microprice_lies_within_the_touch(sides):
    sizes, best = make(*sides)
    both = any(sides[0]) and any(sides[1])
    assert bool(two_sided(sizes, best)) == both
    value = microprice(sizes, best, PRICES, OFFSET)
    if not both:
        assert value == -1.0 and spread(sizes, best, PRICES, OFFSET) == -1
        return
    bid, ask = int(PRICES[OFFSET + best[BID]]), int(PRICES[OFFSET + best[ASK]])
    assert bid <= value <= ask
    assert spread(sizes, best, PRICES, OFFSET) == ask - bid


def test_microprice_leans_to_the_thinner_side():
    sizes, best = make([0, 0, 0, 30], [10, 0, 0, 0])
    assert microprice(sizes, best, PRICES, OFFSET) == 400 + 100 * 0.75


def test_statistics_mirror_with_the_book():
    sizes, best = make([1, 2, 3, 4], [9, 8, 7, 6])
    mirrored, mirrored_best = make([6, 7, 8, 9], [4, 3, 2, 1])
    for ticks in range(5):
        left = imbalance(sizes, best, ticks)
        assert left == -imbalance(mirrored, mirrored_best, ticks)
        assert left != 0
