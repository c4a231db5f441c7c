from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID
from kalshi_exp.tape import pack as pack_module
from kalshi_exp.tape.pack import EVERY, book_at, pack_sessions, size_at
from kalshi_exp.tape.session import MESSAGE, Kind, MarketTape, Session

GRID = PriceGrid("tiny", np.array([1000, 3000, 5000, 7000, 9000]))


def _messages(rng, n, levels):
    """Changes that never take a level below zero, with prints and gaps between."""
    sizes = np.zeros((2, levels), np.int64)
    rows = np.zeros(n, MESSAGE)
    for i, row in enumerate(rows):
        side, level = int(rng.integers(2)), int(rng.integers(levels))
        kind = int(
            rng.choice([Kind.ADD, Kind.CANCEL, Kind.PRINT, Kind.GAP], p=[0.5, 0.4, 0.07, 0.03])
        )
        size = int(rng.integers(1, 9))
        if kind == Kind.CANCEL:
            size = -min(size, int(sizes[side, level]))
            kind = Kind.CANCEL if size else Kind.GAP
        if kind == Kind.GAP:
            size = 0
        if kind <= Kind.SNAPSHOT:
            sizes[side, level] += size
        row["ts"], row["side"], row["level"], row["kind"], row["size"] = i, side, level, kind, size
    return rows


def _tape(ticker, messages, grid=GRID):
    return MarketTape(
        ticker, grid, messages, 10**6, -1, np.zeros(1, np.int64), np.ones((1, grid.n), bool)
    )


def _sessions(seed, sizes):
    rng = np.random.default_rng(seed)
    two = PriceGrid("two", np.array([4000, 6000]))
    tapes = [
        _tape(f"M{i}", _messages(rng, n, grid.n), grid)
        for i, (n, grid) in enumerate(zip(sizes, [GRID, two, GRID], strict=True))
    ]
    return [
        Session("a", "a", "s", 0, 10**6, tuple(tapes[:2])),
        Session("b", "b", "s", 5, 10**6, tuple(tapes[2:])),
    ]


def _books(messages, levels):
    """Every book of a market, by full replay: index i is the book after i messages."""
    sizes = np.zeros((2, levels), np.int64)
    books = [sizes.copy()]
    for m in messages:
        if m["kind"] < Kind.PRINT:
            sizes[m["side"], m["level"]] += m["size"]
        books.append(sizes.copy())
    return books


@given(st.integers(0, 10**6), st.tuples(*[st.integers(0, 60)] * 3).filter(lambda s: s[0] > 0))
def test_book_size_and_touch_equal_a_full_replay(seed, sizes):
    sessions = _sessions(seed, sizes)
    pack = pack_sessions(sessions)
    tapes = [tape for session in sessions for tape in session.markets]
    for market, tape in enumerate(tapes):
        row, n = pack.markets[market], tape.ladder.n
        books = _books(tape.messages, n)
        for done, book in enumerate(books):
            message = row["first"] + done - 1
            assert (book_at(pack, market, message) == book).all()
            for side in (BID, ASK):
                for level in range(n):
                    assert size_at(pack, market, side, level, message) == book[side, level]
            if done:
                bids, asks = np.flatnonzero(book[BID]), np.flatnonzero(book[ASK])
                assert pack.bid[message] == (bids.max() if len(bids) else -1)
                assert pack.ask[message] == (asks.min() if len(asks) else n)
                m = tape.messages[done - 1]
                assert pack.after[message] == book[m["side"], m["level"]]
                traded = np.isin(tape.messages["kind"][:done], (Kind.FILL, Kind.PRINT))
                assert pack.prints[message] == traded.sum()


@pytest.mark.parametrize("n", [EVERY - 1, EVERY, EVERY + 1, 3 * EVERY + 17])
def test_keyframes_begin_the_replay_at_the_right_message(n):
    tape = _tape("M", _messages(np.random.default_rng(n), n, GRID.n))
    before = _tape("L", _messages(np.random.default_rng(1), 7, GRID.n))
    pack = pack_sessions([Session("a", "a", "s", 0, 10**6, (before, tape))])
    books = _books(tape.messages, GRID.n)
    first = int(pack.markets[1]["first"])
    places = {0, 1, EVERY - 1, EVERY, EVERY + 1, 2 * EVERY, 3 * EVERY, n - 1} & set(range(n))
    for place in places:
        assert (book_at(pack, 1, first + place) == books[place + 1]).all()
    assert (book_at(pack, 1, first + n + 5) == books[-1]).all()
    assert not book_at(pack, 1, first - 1).any()
    frames = -(-n // EVERY)
    stored = pack.keyframes[pack.markets[1]["keyframe"] :].reshape(frames, 2, GRID.n)
    for k in range(frames):
        assert (stored[k] == books[k * EVERY]).all()


def test_level_messages_list_every_change_of_a_level_in_order():
    (session, _) = sessions = _sessions(3, (50, 40, 30))
    pack = pack_sessions(sessions)
    for market, tape in enumerate(session.markets):
        row = pack.markets[market]
        for side in (BID, ASK):
            for level in range(tape.ladder.n):
                place = row["index"] + side * tape.ladder.n + level
                low, high = pack.level_start[place : place + 2]
                mine = (
                    (tape.messages["side"] == side)
                    & (tape.messages["level"] == level)
                    & (tape.messages["kind"] < Kind.PRINT)
                )
                assert (
                    pack.level_messages[low:high].tolist()
                    == (np.flatnonzero(mine) + row["first"]).tolist()
                )


def test_markets_are_numbered_by_session_and_place():
    sessions = _sessions(3, (5, 4, 3))
    rows = pack_sessions([*sessions, sessions[0]]).markets
    assert rows["session"].tolist() == [0, 0, 1, 2, 2]
    assert rows["ordinal"].tolist() == [0, 1, 0, 0, 1]
    assert rows["key"][0] == rows["key"][3] == sessions[0].key != rows["key"][2]


def test_no_session_is_one_sentence():
    with pytest.raises(ValueError, match="no session to pack"):
        pack_sessions([])
    assert pack_module.EVERY > 0
