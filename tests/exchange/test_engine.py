"""The engine against a slow, obviously right one, and what holds of it whatever comes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config.fill import Fees
from kalshi_exp.exchange.engine import (
    CANCELLED,
    FILLED,
    FOK,
    GTC,
    IOC,
    POST_ONLY,
    REFUSED_CLOSED,
    REFUSED_FILL_OR_KILL,
    REFUSED_INVALID,
    REFUSED_POST_ONLY,
    Engine,
    amend_down,
    cancel,
    close,
    grow,
    new_engine,
    place,
    settle,
)
from kalshi_exp.market.fees import make_fees
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID
from tests.exchange.reference import ReferenceEngine

GRID = PriceGrid.from_ranges([{"start": "0.0000", "end": "1.0000", "step": "0.0500"}])
GUARDED = np.array([False, True, True])
MARKETS = 2


def engine() -> Engine:
    # Small to begin with: growing is part of what is tested.
    return new_engine(GRID, MARKETS, GUARDED, make_fees(Fees()), orders=2, entries=2)


def put(e: Engine, *order: int) -> tuple[Engine, int, int]:
    market, owner, side, level, size, rule, now = (np.int64(x) for x in order)
    e = grow(e, np.int64(1), e.counts[0]["live"] + 1)
    slot, filled = place(e, market, owner, side, level, size, rule, now)
    return e, int(slot), int(filled)


def log_of(e: Engine) -> list[tuple[int, ...]]:
    entries = e.log[: e.counts[0]["logged"]]
    names = ("ts", "size", "serial", "level", "market", "owner", "taker", "side", "kind")
    return list(zip(*(entries[name].tolist() for name in names), strict=True))


PLACE = st.tuples(
    st.just("place"),
    st.integers(0, MARKETS - 1),
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(6, 12),
    st.one_of(st.integers(1, 40).map(lambda n: 100 * n), st.integers(1, 3_000)),
    st.sampled_from([GTC, GTC, GTC, IOC, POST_ONLY, FOK]),
)
CANCEL = st.tuples(st.just("cancel"), st.integers(0, 30))
AMEND = st.tuples(st.just("amend"), st.integers(0, 30), st.integers(0, 2_000))
CLOSE = st.tuples(st.just("close"), st.integers(0, MARKETS - 1))
STREAM = st.lists(st.one_of(PLACE, PLACE, PLACE, CANCEL, AMEND), max_size=60)


@settings(max_examples=250)
@given(STREAM, st.lists(CLOSE, max_size=1), STREAM)
def test_equals_the_reference(before, ends, after):
    e, r = engine(), ReferenceEngine(GRID.prices.tolist(), GUARDED.tolist())
    handles: list[tuple[int, int]] = []
    for now, (what, *args) in enumerate(before + ends + after):
        if what == "place":
            e, slot, filled = put(e, *args, now)
            code, expected = r.place(*args, now)
            assert filled == expected
            assert min(slot, 0) == min(code, 0)
            if slot >= 0:
                assert e.orders[slot]["serial"] == code
                handles.append((slot, code))
        elif what == "close":
            e = grow(e, np.int64(1), e.counts[0]["live"] + 1)
            close(e, np.int64(args[0]), np.int64(now))
            r.close(args[0], now)
        elif handles:
            slot, serial = handles[args[0] % len(handles)]
            e = grow(e, np.int64(1), np.int64(1))
            where = np.int64(slot), np.int64(serial)
            if what == "cancel":
                assert cancel(e, *where, np.int64(now)) == r.cancel(serial, now)
            else:
                size = np.int64(args[1])
                given_up = amend_down(e, *where, size, np.int64(now))
                assert given_up == r.amend_down(serial, args[1], now)
    assert log_of(e) == r.log
    assert e.counts[0]["live"] == len(r.orders)
    for market in range(MARKETS):
        for side in range(2):
            sizes = [r.level_size(market, side, level) for level in range(GRID.n)]
            assert e.sizes[market, side].tolist() == sizes
        for owner in range(len(GUARDED)):
            mine, theirs = e.accounts[market, owner], r.account(market, owner)
            for name in ("position", "cash", "fees", "made", "taken"):
                assert mine[name] == getattr(theirs, name), name


def queue_sizes(e: Engine, market: int, side: int, level: int) -> list[int]:
    sizes, slot, before = [], e.queues[market, side, level]["head"], -1
    while slot >= 0:
        assert e.orders[slot]["ahead"] == before
        sizes.append(int(e.orders[slot]["size"]))
        before, slot = slot, e.orders[slot]["behind"]
    assert e.queues[market, side, level]["tail"] == before
    return sizes


@settings(max_examples=150)
@given(STREAM)
def test_invariants_after_every_instruction(stream):
    e = engine()
    handles: list[tuple[int, int]] = []
    for now, (what, *args) in enumerate(stream):
        if what == "place":
            e, slot, _ = put(e, *args, now)
            if slot >= 0:
                handles.append((slot, int(e.orders[slot]["serial"])))
        elif what == "cancel" and handles:
            slot, serial = handles[args[0] % len(handles)]
            e = grow(e, np.int64(1), np.int64(1))
            cancel(e, np.int64(slot), np.int64(serial), np.int64(now))
        live = 0
        for market in range(MARKETS):
            assert e.best[market, BID] < e.best[market, ASK]  # never crossed, never locked
            for side in range(2):
                for level in range(GRID.n):
                    sizes = queue_sizes(e, market, side, level)
                    assert all(size > 0 for size in sizes)
                    assert sum(sizes) == e.sizes[market, side, level]
                    live += len(sizes)
            assert e.accounts[market]["position"].sum() == 0
            # Exactly: what one pays another receives, but for the fees.
            assert e.accounts[market]["cash"].sum() + e.accounts[market]["fees"].sum() == 0
            assert e.accounts[market]["made"].sum() == e.accounts[market]["taken"].sum()
        free, slot = 0, e.counts[0]["free"]
        while slot >= 0:
            free, slot = free + 1, e.orders[slot]["behind"]
        assert live == e.counts[0]["live"]
        assert free + live == len(e.orders)


@pytest.mark.parametrize("settlement", [0, 10_000, 3_700])
def test_profit_and_loss_plus_fees_is_zero_after_settlement(settlement):
    rng, e = np.random.default_rng(7), engine()
    for now in range(3_000):
        side, size = rng.integers(2), rng.integers(1, 5_000)
        level = rng.integers(5, 14)
        e, _, _ = put(e, 0, rng.integers(3), side, level, size, rng.integers(4), now)
    e = grow(e, np.int64(1), e.counts[0]["live"] + 1)
    close(e, np.int64(0), np.int64(9_999))
    settle(e, np.int64(0), np.int64(settlement))
    accounts = e.accounts[0]
    assert accounts["made"].sum() > 100_000
    assert accounts["fees"].sum() > 0
    assert not accounts["position"].any()
    assert accounts["cash"].sum() + accounts["fees"].sum() == 0
    assert e.sizes.sum() == 0
    assert e.counts[0]["live"] == 0


def test_price_then_time_priority_and_one_fill_for_each_order_touched():
    e = engine()
    for now, (level, size) in enumerate([(10, 500), (9, 300), (10, 200), (9, 400)]):
        e, _, _ = put(e, 0, 0, ASK, level, size, GTC, now)
    e, code, filled = put(e, 0, 1, BID, 10, 1_000, GTC, 9)
    assert (code, filled) == (FILLED, 1_000)
    fills = [(entry[3], entry[1], entry[2]) for entry in log_of(e) if entry[8] == 2]
    assert fills == [(9, -300, 2), (9, -400, 4), (10, -300, 1)]
    assert all(entry[7] == ASK and entry[6] == 1 for entry in log_of(e) if entry[8] == 2)
    assert queue_sizes(e, 0, ASK, 10) == [200, 200]


def test_amend_down_keeps_the_place_and_a_new_order_does_not():
    e = engine()
    e, first, _ = put(e, 0, 0, BID, 8, 500, GTC, 0)
    e, _, _ = put(e, 0, 0, BID, 8, 300, GTC, 1)
    e = grow(e, np.int64(1), np.int64(1))
    serial = np.int64(e.orders[first]["serial"])
    assert amend_down(e, np.int64(first), serial, np.int64(100), np.int64(2)) == 400
    assert queue_sizes(e, 0, BID, 8) == [100, 300]
    assert amend_down(e, np.int64(first), serial, np.int64(100), np.int64(2)) == 0
    assert amend_down(e, np.int64(first), serial, np.int64(0), np.int64(2)) == 0


def test_the_rest_of_a_crossing_order_stands_at_its_own_limit():
    e = engine()
    e, _, _ = put(e, 0, 0, ASK, 9, 300, GTC, 0)
    e, slot, filled = put(e, 0, 1, BID, 11, 1_000, GTC, 1)
    assert filled == 300
    assert e.orders[slot]["level"] == 11
    assert e.orders[slot]["size"] == 700
    assert e.best[0].tolist() == [11, GRID.n]


def test_refusals_change_nothing():
    e = engine()
    e, _, _ = put(e, 0, 0, ASK, 9, 300, GTC, 0)
    before = log_of(e), e.sizes.copy(), e.accounts.copy()
    for order, code in [
        ((0, 1, BID, 9, 100, POST_ONLY, 1), REFUSED_POST_ONLY),
        ((0, 1, BID, 9, 400, FOK, 1), REFUSED_FILL_OR_KILL),
        ((0, 1, BID, GRID.n, 100, GTC, 1), REFUSED_INVALID),
        ((0, 1, BID, -1, 100, GTC, 1), REFUSED_INVALID),
        ((0, 1, BID, 9, 0, GTC, 1), REFUSED_INVALID),
        ((0, 1, 2, 9, 100, GTC, 1), REFUSED_INVALID),
        ((0, 3, BID, 9, 100, GTC, 1), REFUSED_INVALID),
        ((2, 1, BID, 9, 100, GTC, 1), REFUSED_INVALID),
        ((0, 1, BID, 9, 100, 4, 1), REFUSED_INVALID),
        ((0, 1, BID, 8, 100, IOC, 1), CANCELLED),
    ]:
        e, outcome, filled = put(e, *order)
        assert (outcome, filled) == (code, 0), order
    assert log_of(e) == before[0]
    assert (e.sizes == before[1]).all()
    assert (e.accounts == before[2]).all()
    close(e, np.int64(0), np.int64(2))
    _, outcome, _ = put(e, 0, 1, BID, 8, 100, GTC, 3)
    assert outcome == REFUSED_CLOSED


def test_a_guarded_owner_never_trades_with_itself():
    e = engine()
    e, _, _ = put(e, 0, 0, ASK, 9, 200, GTC, 0)
    e, _, _ = put(e, 0, 1, ASK, 9, 300, GTC, 1)
    e, code, filled = put(e, 0, 1, BID, 10, 900, GTC, 2)
    assert (code, filled) == (CANCELLED, 200)
    assert queue_sizes(e, 0, ASK, 9) == [300]
    e, code, filled = put(e, 0, 2, BID, 9, 300, FOK, 3)
    assert (code, filled) == (FILLED, 300)


def test_a_stale_handle_does_not_reach_the_order_that_took_its_record():
    e = engine()
    e, slot, _ = put(e, 0, 0, BID, 8, 500, GTC, 0)
    old = np.int64(e.orders[slot]["serial"])
    e = grow(e, np.int64(1), np.int64(2))
    assert cancel(e, np.int64(slot), old, np.int64(1)) == 500
    e, again, _ = put(e, 0, 0, BID, 7, 100, GTC, 2)
    assert again == slot
    assert cancel(e, np.int64(slot), old, np.int64(3)) == 0
    assert e.sizes[0, BID, 7] == 100
