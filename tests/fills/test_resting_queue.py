"""QUEUE: the tape's trades and cancels move our place; nothing else does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config.fill import QueueFill, QueuePosition
from kalshi_exp.fills.spec import LOG, OPTIMISTIC, PESSIMISTIC, POWER, PRO_RATA
from kalshi_exp.market.orders import EMPTY, RESTING
from kalshi_exp.market.units import ASK, BID, SECOND

ADD, CANCEL, FILL, SNAPSHOT, PRINT, GAP = range(6)
MODELS = [QueueFill(position=position) for position in QueuePosition]
CODES = {"pessimistic": PESSIMISTIC, "pro_rata": PRO_RATA, "power": POWER, "log": LOG,
         "optimistic": OPTIMISTIC}  # fmt: skip
BOOK = [(1, ADD, BID, 4, 10_000), (1, ADD, BID, 3, 10_000), (1, ADD, ASK, 8, 10_000)]


def flip(rows):
    """The same tape seen from the other outcome, on a ladder of 12 levels."""
    return [(ts, kind, 1 - side, 11 - level, size) for ts, kind, side, level, size in rows]


@pytest.fixture(params=[BID, ASK])
def rested(request, make_bench):
    """Factory: messages (as a bid sees them) and orders (level, size), run to the end."""

    def make(rows, orders, config=MODELS[1], **more):
        side = request.param
        tape = [*BOOK, *rows]
        bench = make_bench(tape if side == BID else flip(tape), config, 12, **more)
        for slot, (level, size) in enumerate(orders):
            bench.put(slot, side, level if side == BID else 11 - level, size, 10)
        bench.run(10, 1_000)
        return bench

    return make


def sizes(bench):
    return [(int(f["slot"]), int(f["size"])) for f in bench.fills]


def test_arrival_joins_behind_the_level(rested):
    assert rested([], [(4, 500)]).orders[0]["ahead"] == 10_000
    assert rested([], [(5, 500)]).orders[0]["ahead"] == 0
    assert rested([(20, ADD, BID, 4, 700)], [(4, 500)]).orders[0]["ahead"] == 10_000


def test_a_trade_at_our_level_moves_the_queue_then_fills(rested):
    bench = rested([(20, FILL, BID, 4, -9_900), (21, FILL, BID, 4, -100)], [(4, 500)])
    assert sizes(bench) == []
    assert bench.orders[0]["ahead"] == 0
    bench = rested([(19, ADD, BID, 4, 9_000), (20, FILL, BID, 4, -10_300)], [(4, 500)])
    assert sizes(bench) == [(0, 300)]
    assert (bench.orders[0]["state"], bench.orders[0]["size"]) == (RESTING, 200)
    fill = bench.fills[0]
    assert (int(fill["passive"]), int(fill["ts"]), int(fill["message"])) == (1, 20, 4)


def test_a_trade_at_a_worse_price_fills_us_first(rested):
    bench = rested([(20, FILL, BID, 3, -300)], [(4, 500)])
    assert sizes(bench) == [(0, 300)]
    assert bench.orders[0]["ahead"] == 10_000
    assert int(bench.fills[0]["level"]) == int(bench.orders[0]["level"])  # at our limit


def test_a_trade_at_a_better_price_or_on_the_other_side_does_not(rested):
    rows = [(20, ADD, BID, 5, 900), (21, FILL, BID, 5, -900), (22, FILL, ASK, 8, -9_000)]
    assert sizes(rested(rows, [(4, 500)])) == []


def test_a_print_without_its_delta_is_evidence_too(rested):
    assert sizes(rested([(20, PRINT, BID, 4, 10_200)], [(4, 500)])) == [(0, 200)]
    assert sizes(rested([(20, PRINT, BID, 3, 200)], [(4, 500)])) == [(0, 200)]


@pytest.mark.parametrize(
    ("position", "ahead"),
    [
        ("pessimistic", 7_333),
        ("pro_rata", 10_000 - 6_000 * 10_000 // 13_333),
        ("power", 10_000 - 5_400),  # 100 ** 2 of 100 ** 2 + 33.33 ** 2 is 90.0018 %
        ("log", 10_000 - 3_397),  # log 101 of log 101 + log 34.33 is 56.6193 %
        ("optimistic", 4_000),
    ],
)
def test_cancels(position, ahead, rested):
    # 10,000 ahead of us and 3,333 behind: 6,000 leave, so no more than 7,333 can be ahead
    rows = [(20, ADD, BID, 4, 3_333), (30, CANCEL, BID, 4, -6_000)]
    config = QueueFill(position=QueuePosition(position))
    assert rested(rows, [(4, 500)], config).orders[0]["ahead"] == ahead


def test_a_cancel_elsewhere_moves_nothing(rested):
    rows = [(20, CANCEL, BID, 3, -9_000), (21, CANCEL, ASK, 8, -9_000)]
    assert rested(rows, [(4, 500)], MODELS[-1]).orders[0]["ahead"] == 10_000


def test_snapshots_and_gaps_never_improve_a_place(rested):
    rows = [(20, SNAPSHOT, BID, 4, -9_000), (21, GAP, BID, 0, 0), (22, SNAPSHOT, BID, 4, 8_000),
            (23, SNAPSHOT, BID, 3, -10_000), (24, SNAPSHOT, ASK, 8, -10_000)]  # fmt: skip
    for config in MODELS:
        bench = rested(rows, [(4, 500)], config)
        assert bench.orders[0]["ahead"] == 10_000
        assert bench.fills == []


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), config=st.sampled_from(MODELS))
def test_a_snapshot_sent_again_changes_nothing(seed, config, make_bench, make_rows):
    rows = make_rows(seed, 50, 10)
    rng = np.random.default_rng(seed)
    sizes_now, again = {}, []
    for row in rows:
        again.append(row)
        ts, kind, side, level, size = row
        if kind <= SNAPSHOT:
            sizes_now[side, level] = sizes_now.get((side, level), 0) + size
        if rng.random() < 0.3:  # the book is cleared and rebuilt
            again += [(ts, SNAPSHOT, *where, -held) for where, held in sizes_now.items() if held]
            again.append((ts, GAP, 0, 0, 0))
            again += [(ts, SNAPSHOT, *where, held) for where, held in sizes_now.items() if held]
    outcomes = []
    for tape in (rows, again):
        bench = make_bench(tape, config, 10)
        for slot, level in enumerate((2, 3, 7, 6)):
            side = BID if level < 5 else ASK
            bench.put(slot, side, level, 3_000, 20 * SECOND, state=RESTING, ahead=700 * slot)
        bench.run(20 * SECOND, 200 * SECOND)
        outcomes.append(
            [tuple(int(f[n]) for n in ("ts", "serial", "size", "price")) for f in bench.fills]
        )
    assert outcomes[0] == outcomes[1]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), side=st.sampled_from([BID, ASK]), back=st.integers(0, 3))
def test_optimistic_fills_first_and_pessimistic_last(seed, side, back, make_bench, make_rows):
    rows = make_rows(seed, 80, 10)
    filled = {}
    first = QueueFill(position=QueuePosition.power, exponent=1.0)
    for name, config in {**dict(zip(CODES, MODELS, strict=True)), "first": first}.items():
        bench = make_bench(rows, config, 10)
        message = bench.message_at(15 * SECOND)
        touch = int((bench.pack.bid if side == BID else bench.pack.ask)[message])
        level = min(max(touch - back if side == BID else touch + back, 0), 9)
        bench.put(0, side, level, 4_000, 15 * SECOND)
        total, path = 0, []
        for t in range(15 * SECOND, 120 * SECOND, SECOND):
            total += sum(int(f["size"]) for f in bench.run(t, t + SECOND))
            path.append(total)
        filled[name] = np.array(path)
    for name in CODES:
        assert (filled["optimistic"] >= filled[name]).all()
        assert (filled[name] >= filled["pessimistic"]).all()
    cancels = sum(kind == CANCEL for _, kind, *_ in rows)  # each may round by 1e-2 contracts
    assert (abs(filled["first"] - filled["pro_rata"]) <= cancels).all()


def test_opposite_liquidity_that_comes_to_us_trades_with_us_once(rested):
    rows = [(20, ADD, ASK, 6, 300), (21, ADD, ASK, 7, 900), (22, ADD, ASK, 5, 400)]
    bench = rested(rows, [(6, 500)])
    assert sizes(bench) == [(0, 300), (0, 200)]
    assert [int(f["level"]) for f in bench.fills] == [int(bench.orders[0]["level"])] * 2
    assert sorted(bench.footprint["consumed"][0]["size"].tolist())[-2:] == [200, 300]
    side = int(bench.orders[0]["side"])
    bench.put(1, side, 6 if side == BID else 5, 2_000, 1_000)
    # the 3 at level 6 are gone and of the 4 at level 5 there are 2 left
    assert sum(int(f["size"]) for f in bench.run(1_000, 1_001)) == 200


def test_an_opposite_snapshot_at_our_price_fills_nothing(rested):
    assert sizes(rested([(20, SNAPSHOT, ASK, 6, 300)], [(6, 500)])) == []


def test_several_orders_share_one_print(rested):
    orders = [(3, 1_000), (4, 1_000), (4, 1_000), (5, 1_000)]
    # level 5 takes 1,000; 10,000 of the tape stand before ours at 4, both see the same ones
    bench = rested([(20, PRINT, BID, 4, 12_500)], orders)
    assert sizes(bench) == [(3, 1_000), (1, 1_000), (2, 500)]
    assert bench.orders[0]["ahead"] == 10_000
    # at a worse level ours fill first, by price and age, and then those in the queue there
    bench = rested([(20, PRINT, BID, 3, 13_200)], orders)
    assert sizes(bench) == [(3, 1_000), (1, 1_000), (2, 1_000), (0, 200)]
    bench = rested([(20, PRINT, BID, 3, 2_100)], orders)
    assert sizes(bench) == [(3, 1_000), (1, 1_000), (2, 100)]
    assert bench.orders[0]["ahead"] == 10_000


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), config=st.sampled_from(MODELS))
def test_no_fill_beyond_the_evidence(seed, config, make_bench, make_rows):
    """Invariant 5: a message gives no more than its own size, and only the kinds that may."""
    rows = make_rows(seed, 70, 10)
    bench = make_bench(rows, config, 10)
    rng = np.random.default_rng(seed)
    for t in range(2 * SECOND, 80 * SECOND, 2 * SECOND):
        for slot in range(4):
            if bench.orders[slot]["state"] == EMPTY:
                bench.put(slot, int(rng.integers(2)), int(rng.integers(10)), 2_500, t)
        bench.run(t, t + 2 * SECOND)
    used = {}
    for fill in bench.fills:
        if fill["passive"]:
            i = int(fill["message"])
            _, kind, side, level, _ = rows[i]
            ours, at = int(fill["side"]), int(fill["level"])
            assert kind in (ADD, FILL, PRINT)
            assert side == (1 - ours if kind == ADD else ours)
            assert at >= level if ours == BID else at <= level
            used[i] = used.get(i, 0) + int(fill["size"])
    assert used
    assert all(size <= abs(rows[i][4]) for i, size in used.items())


def test_a_big_level_does_not_overflow(rested):
    big = 10**9  # ten million contracts
    rows = [(5, ADD, BID, 4, big - 10_000), (20, CANCEL, BID, 4, -big // 2)]
    assert rested(rows, [(4, 500)]).orders[0]["ahead"] == big // 2
