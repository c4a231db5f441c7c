from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.metrics.market.book_path import (
    ADDS,
    CANCELLED,
    FILLED,
    NEAR_ADDS,
    SPREAD_1,
    SPREAD_2,
    SPREAD_3,
    TIME,
    TWO_SIDED,
    book_path,
    double_mids,
)
from kalshi_exp.tape import pack_sessions
from tests.metrics.market.tapes import (
    ADD,
    CANCEL,
    CENTS,
    FILL,
    OPENING,
    PRINT,
    SNAPSHOT,
    messages_of,
    random_window,
)


def path_of(rows):
    return book_path(messages_of(rows), CENTS.prices)


def seconds(path, what):
    return path.counts[what] / SECOND


def test_time_is_divided_by_the_spread_until_the_next_message():
    path = path_of([
        *OPENING,  # 40/42 for 3 s
        (3, ADD, BID, 41, 10),  # 41/42 for 2 s
        (5, CANCEL, BID, 41, 10),
        (5, CANCEL, BID, 40, 100),  # one-sided for 4 s
        (9, ADD, BID, 35, 10),  # 35/42 for 1 s
        (10, ADD, BID, 20, 1),
    ])  # fmt: skip
    found = [seconds(path, one) for one in (TIME, TWO_SIDED, SPREAD_1, SPREAD_2, SPREAD_3)]
    assert found == [10, 6, 2, 3, 1]


def test_depth_is_seen_each_whole_second_behind_each_sides_own_touch():
    path = path_of([
        *OPENING,
        (0.5, ADD, BID, 38, 7),
        (1, ADD, BID, 41, 9),  # on the grid point itself: seen at it
        (2.5, ADD, BID, 20, 1),
    ])  # fmt: skip
    assert path.second.tolist() == [1, 3, 3]
    assert path.depth[0, BID].tolist() == [10_000, 0, 0, 0, 0, 0]
    assert path.depth[1, BID].tolist() == [900, 10_000, 0, 700, 0, 0]
    assert path.depth[1, ASK].tolist() == [5_000, 0, 0, 0, 0, 0]
    assert path.held.tolist() == [[1, 1], [3, 1], [3, 1]]


def test_levels_beyond_the_ladders_end_and_sides_without_a_touch_are_no_depth():
    path = path_of([(0, SNAPSHOT, BID, 2, 5), (1, ADD, BID, 1, 3)])
    assert path.depth[1, BID].tolist() == [500, 300, -1, -1, -1, -1]
    assert path.depth[1, ASK].tolist() == [-1] * 6
    assert path.held[1].tolist() == [2, 0]


def test_adds_near_the_touch_and_removed_volume():
    path = path_of([
        *OPENING,  # snapshots are no adds
        (1, ADD, BID, 41, 1),  # improves
        (2, ADD, BID, 39, 1),  # two behind
        (3, ADD, BID, 38, 1),  # three behind
        (4, ADD, ASK, 44, 1),  # two behind
        (5, ADD, ASK, 45, 1),  # three behind
        (6, CANCEL, BID, 39, 1),
        (7, FILL, BID, 41, 0.5),
        (8, PRINT, BID, 41, 30),  # its delta is not on the tape: no volume of ours
    ])  # fmt: skip
    counts = path.counts
    assert (counts[ADDS], counts[NEAR_ADDS]) == (5, 3)
    assert (counts[CANCELLED], counts[FILLED]) == (100, 50)


@pytest.mark.parametrize("seed", range(4))
def test_the_path_is_the_one_that_a_pack_finds(seed):
    session = random_window(seed)
    pack = pack_sessions([session])
    path = book_path(session.markets[0].messages, CENTS.prices)
    assert np.array_equal(path.bid, pack.bid)
    assert np.array_equal(path.ask, pack.ask)
    assert np.array_equal(path.after, pack.after)


@pytest.mark.parametrize("seed", range(4))
def test_the_grid_is_the_one_that_a_slow_walk_sees(seed):
    messages = random_window(seed).markets[0].messages
    path = book_path(messages, CENTS.prices)
    ts = messages["ts"] - messages["ts"][0]
    assert len(path.second) == ts[-1] // SECOND + 1
    for point, last in enumerate(path.second):
        assert last == np.flatnonzero(ts <= point * SECOND)[-1]
        sizes = np.zeros((2, CENTS.n), np.int64)
        for one in messages[: last + 1]:
            if one["kind"] <= SNAPSHOT:
                sizes[one["side"], one["level"]] += one["size"]
        assert path.held[point].tolist() == (sizes > 0).sum(axis=1).tolist()
        for side in (BID, ASK):
            held = np.flatnonzero(sizes[side])
            if not len(held):
                assert (path.depth[point, side] == -1).all()
                continue
            step, touch = (-1, held[-1]) if side == BID else (1, held[0])
            expected = [sizes[side, touch + step * k] for k in range(6)]
            assert path.depth[point, side].tolist() == expected


def test_a_mid_needs_both_sides():
    bid, ask = np.array([-1, 39, 39], np.int32), np.array([41, 99, 41], np.int32)
    assert double_mids(bid, ask, CENTS.prices).tolist() == [-1, -1, 8_200]
