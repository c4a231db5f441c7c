from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.features import STATE
from kalshi_exp.features.samples import (
    REMEMBERED,
    hold_spread,
    largest_move,
    mid_ago,
    near_edge,
    reset_samples,
    sample_mid,
    sample_spread,
    side_depth,
)
from kalshi_exp.market.book import Book
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID


@pytest.fixture
def state() -> np.void:
    record = np.zeros(1, STATE)[0]
    reset_samples(record)
    return record


def test_before_any_sample_nothing_is_known(state: np.void) -> None:
    assert mid_ago(state, 0) == mid_ago(state, 30) == -1.0
    assert largest_move(state, 50.0, 30) == 0.0
    assert sample_mid(state, 4800, -1) == sample_mid(state, -1, -1) == -1.0
    assert state["samples"] == 2 and mid_ago(state, 0) == -1.0


def test_a_one_sided_second_has_the_mid_there_was(state: np.void) -> None:
    assert sample_mid(state, 4800, 5300) == 50.5
    assert sample_mid(state, 4800, -1) == 50.5
    assert mid_ago(state, 0) == mid_ago(state, 1) == 50.5


def test_as_many_samples_back_and_the_first_where_there_are_fewer(state: np.void) -> None:
    for cents in range(10, 13):
        sample_mid(state, cents * 100, cents * 100)
    assert [mid_ago(state, back) for back in range(5)] == [12.0, 11.0, 10.0, 10.0, 10.0]
    for second in range(3 * REMEMBERED):
        sample_mid(state, second * 10, second * 10)
    newest = 0.1 * (3 * REMEMBERED - 1)
    for back in (0, 1, 30, REMEMBERED - 1):
        assert mid_ago(state, back) == pytest.approx(newest - 0.1 * back)


def test_the_largest_move_is_signed_and_forgets(state: np.void) -> None:
    for cents in (40, 50, 43):
        sample_mid(state, cents * 100, cents * 100)
    assert largest_move(state, 43.0, 3) == -7.0  # down from 50 rather than up from 40
    assert largest_move(state, 48.0, 3) == 8.0
    assert largest_move(state, 48.0, 2) == 5.0  # 40 is forgotten
    assert largest_move(state, 43.0, 1) == 0.0


def test_depth_is_counted_from_a_touch_and_the_reach_is_left_out() -> None:
    book = Book(PriceGrid.structure("linear_cent"))
    prices = book.grid.prices

    def depth(side: int, cents: int) -> float:
        return side_depth(book.sizes, book.best, prices, side, cents)

    assert depth(BID, 5) == depth(ASK, 5) == 0.0
    for cents, contracts in ((48, 10), (44, 20), (43, 40)):
        book.apply(BID, cents * 100, contracts * 100)
    for cents, contracts in ((60, 1), (64, 2), (65, 4), (99, 8)):
        book.apply(ASK, cents * 100, contracts * 100)
    assert [depth(BID, reach) for reach in (5, 6, 100)] == [30.0, 70.0, 70.0]
    assert [depth(ASK, reach) for reach in (5, 6, 100)] == [3.0, 7.0, 15.0]


def test_the_edge_is_a_level_whether_anybody_is_there_or_not() -> None:
    book = Book(PriceGrid.structure("linear_cent"))
    assert near_edge(book.best, book.grid.prices, BID, 5) == -1
    assert near_edge(book.best, book.grid.prices, ASK, 5) == 99
    book.apply(BID, 300, 100)
    book.apply(ASK, 6000, 100)
    assert near_edge(book.best, book.grid.prices, BID, 5) == 0  # the end of the ladder: a cent
    assert near_edge(book.best, book.grid.prices, ASK, 5) == 63


def test_a_spread_counts_for_as_long_as_it_stands(state: np.void) -> None:
    book = Book(PriceGrid.structure("linear_cent"))
    ladder = (book.sizes, book.best, book.grid.prices.astype(np.int32))
    hold_spread(state, *ladder, 0.0, 200)
    assert sample_spread(state) == (-1.0, -1.0), "nobody was there"
    for side, cents, contracts in ((BID, 40, 100), (BID, 44, 10), (ASK, 48, 100)):
        book.apply(side, 100 * cents, 100 * contracts)
    hold_spread(state, *ladder, 50.0, 500)  # ten contracts at the bid are thin
    book.apply(ASK, 4600, 6000)
    hold_spread(state, *ladder, 50.0, 800)
    assert sample_spread(state) == ((4 + 2) / 2, (8 + 6) / 2)
    hold_spread(state, *ladder, 500.0, 900)
    assert sample_spread(state) == (2.0, 2.0 + 10 + 10), "it looks no further than ten cents"
