"""What a tape says of waits: by hand, and against the fill models themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kalshi_exp.config.fill import Delay, HazardCoefficients, HazardFill, Latency, QueueFill
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID, NEVER, SECOND
from kalshi_exp.metrics.hazard.fit import cumulated
from kalshi_exp.metrics.hazard.intervals import EVERY_S, PATIENCE_S, intervals_of, joined
from kalshi_exp.tape.pack import pack_sessions
from kalshi_exp.tape.session import MESSAGE, MarketTape, Session
from tests.fills.conftest import Bench, make_spec, random_rows
from tests.metrics.hazard.made import TRUE

ADD, CANCEL, FILL, SNAPSHOT, PRINT, GAP = range(6)
BOOK = [(0, ADD, BID, 40, 100), (0, ADD, BID, 39, 50), (0, ADD, ASK, 42, 80)]


def session_of(rows, close=1_000.0, levels=99):
    """A session of one market from (seconds, kind, side, level, contracts)."""
    messages = np.zeros(len(rows), MESSAGE)
    for message, (at, kind, side, level, contracts) in zip(messages, rows, strict=True):
        message["ts"], message["kind"] = round((1_000 + at) * SECOND), kind
        message["side"], message["level"] = side, level
        message["size"] = round(contracts * 100) * (-1 if kind in (CANCEL, FILL) else 1)
    ladder = PriceGrid("linear", (np.arange(1, levels + 1) * 100).astype(np.int32))
    end = round((1_000 + close) * SECOND)
    start, valid = np.zeros(1, np.int64), np.ones((1, levels), np.bool_)
    market = MarketTape("M", ladder, messages, end, -1, start, valid)
    return Session("s", "E", "S", int(messages["ts"][0]), end, (market,))


def first_bid(rows, **more):
    """The waits of the first order, which joins the bids' touch at second 0."""
    waits = intervals_of(session_of([*BOOK, *rows, (900, GAP, 0, 0, 0)], **more), 3)
    mine = np.flatnonzero(waits.order == 0)
    since = [(int(waits.ended[w] - waits.placed[0])) / SECOND for w in mine]
    return waits, since, waits.filled[mine].tolist(), waits.counted[mine].tolist()


def after(ns, waits):
    return None if ns == NEVER else (ns - int(waits.placed[0])) / SECOND


def test_each_trade_at_its_level_ends_a_wait():
    rows = [(1.5, FILL, BID, 40, 30), (2, FILL, ASK, 42, 5), (4, CANCEL, BID, 40, 20),
            (5, FILL, BID, 40, 20), (7, FILL, BID, 40, 29)]  # fmt: skip
    waits, ended, filled, counted = first_bid(rows)
    assert ended == [1.5, 5.0, 7.0]
    assert filled == [False, False, False] and counted == [True] * 3
    assert (waits.place[0], waits.session[0], waits.got[0]) == (0, 3, NEVER)
    rows_of = slice(waits.first[0], waits.first[3] if len(waits.first) > 3 else None)
    seconds, ahead = waits.seconds[rows_of], np.expm1(waits.x[rows_of, 0])
    assert seconds.tolist() == [1.5, 0.5, 2.0, 1.0, 2.0]
    assert ahead == pytest.approx([100, 70, 70, 50, 30])  # a cancel leaves 50 of 70, all in front


def test_what_is_left_of_a_trade_fills_it_and_later_waits_do_not_count():
    rows = [(2, ADD, BID, 40, 60), (3, FILL, BID, 40, 101), (3, FILL, BID, 40, 1)]
    waits, ended, filled, counted = first_bid(rows[:2])
    assert (ended, filled, counted) == ([3.0], [True], [True])
    assert after(waits.got[0], waits) == 3.0 and waits.sure[0] == NEVER
    # The second trade of that instant finds nobody in front: the instant fills it in any case.
    waits, ended, _, _ = first_bid(rows)
    assert ended == [] and after(waits.sure[0], waits) == after(waits.got[0], waits) == 3.0
    waits, ended, filled, counted = first_bid([*rows[:2], (9, FILL, BID, 40, 1)])
    assert ended == [3.0] and after(waits.got[0], waits) == 3.0
    assert after(waits.sure[0], waits) == 9.0


def test_trades_of_one_instant_are_one():
    rows = [(2, FILL, BID, 40, 60), (2, FILL, BID, 40, 30)]
    _, ended, filled, _ = first_bid(rows)
    assert (ended, filled) == ([2.0], [False])
    rows = [(2, ADD, BID, 40, 9), (2, FILL, BID, 40, 60), (2, FILL, BID, 40, 41)]
    assert first_bid(rows)[2] == [True]


@pytest.mark.parametrize(
    "event",
    [(2, PRINT, BID, 39, 1), (2, ADD, ASK, 40, 1)],
    ids=["through", "met"],
)
def test_what_goes_through_tells_nothing(event):
    rows = [(1, CANCEL, BID, 40, 100), event, (5, PRINT, BID, 40, 900)]
    waits, ended, _, _ = first_bid(rows)
    assert ended == [] and after(waits.sure[0], waits) == after(waits.got[0], waits) == 2.0
    waits, ended, _, _ = first_bid([(2, FILL, BID, 40, 30), (2, PRINT, BID, 39, 1)])
    assert ended == [] and after(waits.sure[0], waits) == 2.0


def test_patience_the_close_and_gaps_censor():
    late = [(59, FILL, BID, 40, 5), (61, FILL, BID, 40, 5)]
    waits, ended, _, _ = first_bid(late)
    assert ended == [59.0] and waits.seen[0]
    waits, ended, _, _ = first_bid([(8, GAP, 0, 0, 0), *late])
    assert ended == [] and not waits.seen[0]
    waits = intervals_of(session_of([*BOOK, (20, FILL, BID, 40, 5)], close=50.0), 0)
    assert waits.placed.max() - waits.placed[0] <= 20 * SECOND
    assert (
        not waits.seen[waits.sure == NEVER].any()
        and (waits.ended - waits.placed[0] == 20 * SECOND).any()
    )
    assert PATIENCE_S == 60


def test_orders_stand_at_both_touches_and_some_behind_or_inside():
    waits = intervals_of(session_of([*BOOK, (100, GAP, 0, 0, 0)]), 0)
    at = (waits.placed - waits.placed[0]) // SECOND
    assert sorted(set(at.tolist())) == list(range(0, 100, EVERY_S))
    assert at[waits.place == 1].tolist()[:4] == [5, 5, 25, 25]
    assert at[waits.place == -1].tolist()[:4] == [15, 15, 35, 35]
    assert (waits.place == 0).sum() == 2 * len(set(at.tolist()))
    narrow = intervals_of(session_of([*BOOK, (0, ADD, ASK, 41, 5), (100, GAP, 0, 0, 0)]), 0)
    assert not (narrow.place == -1).any()


def random_session(seed, count=500):
    rows = [row for row in random_rows(seed, count, 10, step=SECOND // 3)]
    messages = np.zeros(len(rows), MESSAGE)
    for message, (ts, kind, side, level, size) in zip(messages, rows, strict=True):
        message["ts"], message["kind"], message["side"] = ts, kind if kind != GAP else ADD, side
        message["level"], message["size"] = level, size
    messages = messages[messages["size"] != 0]
    ladder = PriceGrid("linear", (np.arange(1, 11) * 100).astype(np.int32))
    start, valid = np.zeros(1, np.int64), np.ones((1, 10), np.bool_)
    market = MarketTape("M", ladder, messages, 10**15, -1, start, valid)
    return Session("s", "E", "S", int(messages["ts"][0]), 10**15, (market,))


def levels_of(waits, pack):
    """(side, level) of each order: both touches by turns, those behind or inside between."""
    found = []
    for order, (place, placed) in enumerate(zip(waits.place, waits.placed, strict=True)):
        message = int(np.searchsorted(pack.messages["ts"], placed, "right")) - 1
        same = (waits.placed[:order] == placed) & (waits.place[:order] == place)
        bid, ask = int(pack.bid[message]), int(pack.ask[message])
        fits = bid - place >= 0
        side = BID if not same.any() and fits else ASK
        found.append((side, bid - int(place) if side == BID else ask + int(place)))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_fills_are_those_of_the_queue_and_hazards_those_of_the_hazard_model(seed):
    session = random_session(seed)
    pack, waits = pack_sessions([session]), intervals_of(session, 0)
    at_once = Latency(order=Delay(median_ms=0.0))
    queue = make_spec(QueueFill(latency=at_once))
    hazard = make_spec(HazardFill(latency=at_once, coefficients=HazardCoefficients(*TRUE)))
    come, filled = cumulated(waits, TRUE), 0
    for order, (side, level) in enumerate(levels_of(waits, pack)):
        placed = int(waits.placed[order])
        until = placed + PATIENCE_S * SECOND
        bench = Bench(pack, queue)
        bench.put(0, side, level, 100, placed)
        fills = bench.run(placed, until)
        assert (int(fills[0]["ts"]) if fills else NEVER) == waits.got[order]
        bench = Bench(pack, hazard, seed=order)
        bench.put(0, side, level, 100, placed)
        bench.run(placed, placed)
        asked, expected = float(bench.orders[0]["hazard"]), int(waits.sure[order])
        total = 0.0
        for wait in np.flatnonzero(waits.order == order):
            total += come[wait]
            if total >= asked > 0.0:
                expected = min(expected, int(waits.ended[wait]))
        fills = bench.run(placed, until)
        assert (int(fills[0]["ts"]) if fills else NEVER) == expected
        filled += bool(fills) and expected != waits.sure[order]
    assert filled > 3 and len(waits.first) > 20


def test_sessions_join_and_memory_is_kept_to():
    one, two = intervals_of(random_session(1), 0), intervals_of(random_session(2), 1)
    both = joined([one, two])
    assert len(both.first) == len(one.first) + len(two.first)
    assert cumulated(both, TRUE) == pytest.approx(
        np.concatenate([cumulated(one, TRUE), cumulated(two, TRUE)])
    )
    assert both.session[both.order].tolist() == [0] * len(one.first) + [1] * len(two.first)
    few = intervals_of(random_session(1), 0, most=len(one.seconds) // 3)
    assert 0 < len(few.seconds) <= len(one.seconds) // 3
    assert set(few.placed.tolist()) < set(one.placed.tolist())
    assert math.gcd(*(few.placed - few.placed[0]).tolist()) % (EVERY_S * SECOND) == 0
