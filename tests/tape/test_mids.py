from __future__ import annotations

import numpy as np

from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape import pack_sessions
from kalshi_exp.tape.mids import mids_after
from tests.metrics.market.tapes import ADD, CANCEL, SNAPSHOT, START, window

ROWS = [
    (0, SNAPSHOT, BID, 40, 10),
    (1, ADD, ASK, 42, 10),
    (3, ADD, BID, 41, 10),
    (5, CANCEL, ASK, 42, 10),
    (9, ADD, ASK, 45, 10),
]


def mids(*seconds: float, horizons: tuple[int, ...] = (1, 2, 60)) -> list[list[int]]:
    pack = pack_sessions([window(ROWS)])
    times = np.array([START + round(one * SECOND) for one in seconds])
    after = tuple(one * SECOND for one in horizons)
    return mids_after(pack, np.zeros(len(times), np.int64), times, after).tolist()


def test_now_is_the_book_after_every_message_up_to_then() -> None:
    now = [row[0] for row in mids(-1, 0, 1, 2.999, 3, 5, 9)]
    assert now == [-1, -1, 8200, 8200, 8300, -1, 8600]


def test_later_takes_the_last_book_that_had_two_sides() -> None:
    assert mids(4) == [[8300, 8300, 8300, 8600]]
    assert mids(0) == [[-1, 8200, 8200, 8600]]
    assert mids(-2, horizons=(1, 2)) == [[-1, -1, -1]]


def test_nothing_is_later_than_the_close() -> None:
    pack = pack_sessions([window(ROWS)])
    pack.markets["close"][0] = START + 4 * SECOND
    found = mids_after(pack, np.zeros(1, np.int64), np.array([START + 3 * SECOND]), (60 * SECOND,))
    assert found.tolist() == [[8300, 8300]]
