from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.market.book import CROSSED, NEGATIVE, OK, Book, apply, clear
from kalshi_exp.market.grid import OffGridError, PriceGrid
from kalshi_exp.market.units import ASK, BID

LEVELS = 6


class ReferenceBook:
    """A book as a dictionary, best levels found by looking at all of it."""

    def __init__(self) -> None:
        self.sizes: dict[tuple[int, int], int] = {}

    def apply(self, side: int, level: int, delta: int) -> int:
        size = self.sizes.get((side, level), 0) + delta
        if size < 0:
            return NEGATIVE
        self.sizes[side, level] = size
        return CROSSED if self.best(BID) >= self.best(ASK) else OK

    def best(self, side: int) -> int:
        held = [level for (s, level), size in self.sizes.items() if s == side and size > 0]
        if side == BID:
            return max(held, default=-1)
        return min(held, default=LEVELS)


deltas = st.lists(
    st.tuples(
        st.sampled_from([BID, ASK]),
        st.integers(0, LEVELS - 1),
        st.one_of(st.integers(-5, 5), st.integers(-(10**12), 10**12)),
    ),
    max_size=60,
)


@given(deltas)
def test_kernel_equals_reference(steps):
    sizes, best = np.zeros((2, LEVELS), np.int64), np.zeros(2, np.int32)
    clear(sizes, best)
    reference = ReferenceBook()
    assert best.tolist() == [-1, LEVELS]
    for side, level, delta in steps:
        before, best_before = sizes.copy(), best.copy()
        status = apply(sizes, best, side, level, delta)
        assert status == reference.apply(side, level, delta)
        if status == NEGATIVE:
            assert np.array_equal(sizes, before) and np.array_equal(best, best_before)
        for key, size in reference.sizes.items():
            assert sizes[key] == size
        assert best.tolist() == [reference.best(BID), reference.best(ASK)]
        assert sizes.min() >= 0


@given(deltas)
def test_deltas_and_their_undoing_leave_an_empty_book(steps):
    sizes, best = np.zeros((2, LEVELS), np.int64), np.zeros(2, np.int32)
    clear(sizes, best)
    applied = [step for step in steps if apply(sizes, best, *step) != NEGATIVE]
    for side, level, delta in reversed(applied):
        assert apply(sizes, best, side, level, -delta) != NEGATIVE
    assert not sizes.any() and best.tolist() == [-1, LEVELS]


def test_clear_empties_a_full_book():
    sizes, best = np.full((2, LEVELS), 7, np.int64), np.array([3, 4], np.int32)
    clear(sizes, best)
    assert not sizes.any() and best.tolist() == [-1, LEVELS]


@pytest.fixture
def book():
    return Book(PriceGrid.structure("linear_cent"))


def test_empty_book_has_no_touch(book):
    assert (book.bid, book.ask) == (-1, -1)
    assert book.snapshot(5) == ([], [])


def test_touch_is_in_prices(book):
    assert book.apply(BID, 4_800, 500) == OK
    assert book.apply(BID, 4_700, 100) == OK
    assert book.apply(ASK, 5_100, 300) == OK
    assert book.apply(ASK, 9_900, 50) == OK
    assert (book.bid, book.ask) == (4_800, 5_100)
    assert book.snapshot(1) == ([(4_800, 500)], [(5_100, 300)])
    assert book.snapshot(9) == ([(4_800, 500), (4_700, 100)], [(5_100, 300), (9_900, 50)])
    assert book.snapshot(0) == ([], [])
    assert book.apply(BID, 4_800, -500) == OK
    assert (book.bid, book.size(BID, 4_800), book.size(BID, 4_700)) == (4_700, 0, 100)


def test_locked_and_crossed_are_reported_and_applied(book):
    book.apply(ASK, 5_000, 100)
    assert book.apply(BID, 5_000, 100) == CROSSED
    assert book.apply(BID, 5_100, 100) == CROSSED
    assert book.bid == 5_100
    assert book.apply(BID, 5_100, -100) == CROSSED
    assert book.apply(BID, 5_000, -100) == OK


def test_more_than_is_there_is_refused(book):
    book.apply(BID, 4_000, 100)
    assert book.apply(BID, 4_000, -101) == NEGATIVE
    assert book.size(BID, 4_000) == 100 and book.bid == 4_000
    assert book.apply(ASK, 4_000, -1) == NEGATIVE


def test_off_grid_price_is_refused(book):
    with pytest.raises(OffGridError):
        book.apply(BID, 4_805, 100)
