"""What usually stands behind the touch, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.features import STATE
from kalshi_exp.features.profile import REACH, reset_profile, sample_profile, usual_at
from kalshi_exp.market.book import Book
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID
from tests.features.reference_seconds import share


def made(grid: str, anchor: int) -> tuple[np.void, Book, np.ndarray]:
    """A state whose levels are all at one price (1e-4 dollars), and a book."""
    ladder = PriceGrid.structure(grid)
    state = np.zeros(1, STATE)[0]
    reset_profile(state)
    state["at"] = ladder.index(anchor)
    return state, Book(ladder), ladder.prices.astype(np.int32)


def test_sizes_are_remembered_by_cents_behind_the_touch_and_the_anchor_is_left_out() -> None:
    state, book, prices = made("linear_cent", 4600)
    for cents, contracts in ((48, 10), (47, 30), (46, 500), (38, 70)):
        book.apply(BID, 100 * cents, 100 * contracts)
    book.apply(ASK, 5000, 2000)
    sample_profile(state, book.sizes, book.best, prices)
    assert [usual_at(state, BID, 100.0 * cents) for cents in range(4)] == [10.0, 30.0, 0.0, 0.0]
    assert usual_at(state, ASK, 0.0) == 20.0 and usual_at(state, ASK, 150.0) == 0.0
    assert usual_at(state, BID, 100.0 * REACH) == usual_at(state, BID, -1.0) == 0.0
    book.apply(BID, 4700, 6000)
    sample_profile(state, book.sizes, book.best, prices)
    assert usual_at(state, BID, 100.0) == pytest.approx(30 + 60 * share(60))


def test_tenths_of_a_cent_add_up_to_their_cent() -> None:
    state, book, prices = made("deci_cent", 7500)
    for price, contracts in ((4820, 10), (4810, 5), (4730, 2), (4720, 40)):
        book.apply(BID, price, 100 * contracts)
    book.apply(ASK, 4900, 2000)
    sample_profile(state, book.sizes, book.best, prices)
    assert usual_at(state, BID, 0.0) == 17.0 and usual_at(state, BID, 100.0) == 40.0
