from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.patterns.strength.seconds import NEAR_CENTS, log_depth, seconds_of
from tests.metrics.market.tapes import (
    ADD,
    CANCEL,
    CENTS,
    GAP,
    OPENING,
    PRINT,
    SNAPSHOT,
    START,
    random_window,
    window,
)


def path_of(rows, seconds=10):
    market = window(rows).markets[0]
    return seconds_of(market, START, START + seconds * SECOND)


def test_a_book_by_hand():
    path = path_of([
        *OPENING,  # 40/42
        (1.5, ADD, BID, 38, 7),
        (1.5, ADD, BID, 37, 900),  # three cents behind: not near
        (3, ADD, BID, 41, 2),  # at the second itself: seen at it
        (5.5, CANCEL, ASK, 42, 50),
    ])  # fmt: skip
    assert path.mid.tolist()[:6] == [41.0, 41.0, 41.0, 41.5, 41.5, 41.5]
    assert np.isnan(path.mid[6:]).all()  # one-sided
    assert path.spread.tolist()[:4] == [2.0, 2.0, 2.0, 1.0]
    assert path.near[2].tolist() == [10_700, 5_000]
    assert path.touch[3].tolist() == [200, 5_000]
    assert path.cents[2, BID, 37] == 90_000 and path.cents[2, ASK, 42] == 5_000
    assert path.cents[2, BID, 0] == -1  # no order may be there


def test_seconds_are_counted_back_from_the_end():
    market = window(OPENING).markets[0]
    path = seconds_of(market, START, START + 10 * SECOND + SECOND // 2)
    assert len(path.mid) == 11  # the first at half a second
    assert path.end == START + 10 * SECOND + SECOND // 2


def test_a_closed_market_and_missing_messages_have_no_mid():
    path = path_of([*OPENING, (4, GAP, 0, 1, 0), (4, SNAPSHOT, BID, 39, 1)])
    assert np.isnan(path.mid[[1, 2, 3]]).all()  # unknown from the last message until the gap ended
    assert np.isfinite(path.mid[[4, 9]]).all()
    market = window(OPENING).markets[0]
    late = seconds_of(market, START, START + 905 * SECOND)
    assert np.isfinite(late.mid[900]) and np.isnan(late.mid[901:]).all()


def test_an_empty_market_says_nothing_and_breaks_nothing():
    path = path_of([(0, PRINT, BID, 40, 1)])
    assert np.isnan(path.mid).all() and path.typical == 100.0
    assert np.isnan(log_depth(path)).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_path_is_the_one_that_a_slow_walk_sees(seed):
    session = random_window(seed)
    messages = session.markets[0].messages
    seconds = int(messages["ts"][-1] - START) // SECOND + 2
    path = seconds_of(session.markets[0], START, START + seconds * SECOND)
    for g in range(seconds + 1):
        later = messages["ts"] > START + g * SECOND
        sizes = np.zeros((2, CENTS.n), np.int64)
        for one in messages[~later]:
            if one["kind"] <= SNAPSHOT:
                sizes[one["side"], one["level"]] += one["size"]
        bids, asks = np.flatnonzero(sizes[BID]), np.flatnonzero(sizes[ASK])
        stale = later.any() and messages[later][0]["kind"] == GAP
        assert path.cents[g, :, 1:].tolist() == sizes.tolist()
        if not len(bids) or not len(asks) or stale:
            assert np.isnan(path.mid[g])
            continue
        bid, ask = bids[-1], asks[0]
        assert path.mid[g] == (bid + ask + 2) / 2 and path.spread[g] == ask - bid
        near = [sizes[BID, bid - NEAR_CENTS + 1 : bid + 1].sum(), sizes[ASK, ask : ask + 3].sum()]
        assert path.near[g].tolist() == near
