"""The walk through an interval: against a slow scalar reference, and the life of an order."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config.fill import (
    DepthFill,
    Impact,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    QueuePosition,
)
from kalshi_exp.market.draws import CHECK_FILL, uniform
from kalshi_exp.market.orders import EMPTY, ORDER, RESTING, SENT, SLOTS
from kalshi_exp.market.units import ASK, BID, NEVER, PRICE_ONE, SECOND
from kalshi_exp.tape.session import Kind
from tests.fills.reference import ACTIVITY, LEVELS, Reference

IMPACT = Impact(small=1.2, medium=2.0, large=4.0, half_life_s=6.0, widen_cents=1.5, widen_s=9.0)
MODELS = {
    "old": OldFill(),
    "depth": DepthFill(),
    "probabilistic": ProbabilisticFill(activity_s=ACTIVITY / SECOND),
    **{one.value: QueueFill(position=one) for one in QueuePosition},
    "flat power": QueueFill(position=QueuePosition.power, exponent=0.4),
    "picked off": QueueFill(pick_off_s=3.0),
    "drawn": QueueFill(drawn=True),
    "drawn power": QueueFill(drawn=True, position=QueuePosition.power, pick_off_s=3.0),
    "drawn log": QueueFill(drawn=True, position=QueuePosition.log, pick_off_s=math.inf),
    "never picked off": QueueFill(pick_off_s=math.inf),
    "recovering": QueueFill(recovery_s=4.0),
    "old, impact": OldFill(impact=IMPACT),
    "depth, impact": DepthFill(impact=IMPACT),
    "probabilistic, impact": ProbabilisticFill(activity_s=ACTIVITY / SECOND, impact=IMPACT),
    "queue, impact": QueueFill(impact=IMPACT),
    "all of it": QueueFill(
        position=QueuePosition.power, pick_off_s=2.0, recovery_s=5.0, impact=IMPACT
    ),
}
QUEUES = [name for name, model in MODELS.items() if isinstance(model, QueueFill)]
CLOSE = 70 * SECOND
FIELDS = ORDER.names


def place_random(rng, bench, reference, now, i):
    """The same random orders and cancels on both sides of the comparison."""
    for slot in range(SLOTS):
        order = bench.orders[slot]
        if order["state"] == EMPTY and rng.random() < 0.6:
            side = int(rng.integers(2))
            size = int(rng.integers(1, 6000) if rng.random() < 0.9 else rng.integers(9000, 15_000))
            touch = reference.touch(1 - side, i) if rng.random() < 0.6 else None
            level = int(rng.integers(LEVELS)) if touch is None else touch
            bench.put(
                slot, side, level, size, now,
                latency=int(rng.integers(0, 4)) * SECOND,
                ttl=int(rng.integers(1, 12)) * SECOND if rng.random() < 0.4 else NEVER,
                reduce=int(rng.random() < 0.25), immediate=int(rng.random() < 0.15),
                action=int(rng.integers(21)),
            )  # fmt: skip
            reference.orders[slot] = SimpleNamespace(**{f: int(order[f]) for f in FIELDS})
        elif order["state"] != EMPTY and order["cancel"] == NEVER and rng.random() < 0.2:
            order["cancel"] = now + int(rng.integers(0, 4)) * SECOND
            reference.orders[slot].cancel = int(order["cancel"])


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 60), position=st.integers(-5000, 5000))
def test_execute_equals_the_reference(model, seed, count, position, make_bench, make_rows):
    rows = [row for row in make_rows(seed, count, LEVELS) if row[0] <= CLOSE]
    bench = make_bench(rows, MODELS[model], LEVELS, close=CLOSE, position=position)
    key = bench.pack.markets[0]["key"]

    def draws(slot, decision):
        return uniform(bench.seed, key, 0, decision, CHECK_FILL + slot)

    luck = (bench.seed, key, 0)
    reference = Reference(MODELS[model], rows, bench.spec[0]["fees"], draws, luck=luck)
    reference.position = position
    rng = np.random.default_rng(seed)
    now = 0
    for decision in range(14):
        until = now + int(rng.integers(0, 10)) * SECOND
        first, last = (sum(row[0] <= t for row in rows) - 1 for t in (now, until))
        place_random(rng, bench, reference, now, first)
        bench.run(now, until)
        reference.execute(first, last, until, CLOSE, decision)
        now = until
        fills = [tuple(int(v) for v in fill) for fill in bench.fills]
        assert fills == reference.fills
        assert bench.position == reference.position
        for slot in range(SLOTS):
            order, expected = bench.orders[slot], reference.orders[slot]
            assert int(order["state"]) == expected.state
            if bench.serial and order["serial"]:
                assert {f: int(order[f]) for f in FIELDS} == {
                    f: int(getattr(expected, f)) for f in FIELDS
                }
    assert {name: bench.count(name) for name in reference.count} == reference.count


def join(bench, slot, side, level, size, now, ahead=0, **more):
    """An order that already rests."""
    bench.put(slot, side, level, size, now, state=RESTING, ahead=ahead, rested=size, **more)


DEEP = [(1, 0, BID, 4, 10_000), (2, 0, ASK, 6, 10_000)]


@pytest.mark.parametrize("model", [name for name in MODELS if "probabilistic" not in name])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(0, 60))
def test_an_interval_may_be_cut_anywhere(model, seed, cut, make_bench, make_rows):
    rows = make_rows(seed, 40, LEVELS)
    whole = make_bench(rows, MODELS[model], LEVELS)
    parts = make_bench(rows, MODELS[model], LEVELS)
    for bench in (whole, parts):
        rng = np.random.default_rng(seed)
        for slot in range(SLOTS):
            bench.put(
                slot, int(rng.integers(2)), int(rng.integers(LEVELS)), int(rng.integers(1, 6000)),
                5 * SECOND, latency=int(rng.integers(0, 20)) * SECOND,
            )  # fmt: skip
    whole.run(5 * SECOND, 60 * SECOND)
    parts.run(5 * SECOND, (5 + cut) * SECOND)
    parts.run((5 + cut) * SECOND, 60 * SECOND) if cut < 55 else None
    if cut <= 55:
        assert [f.tobytes() for f in whole.fills] == [f.tobytes() for f in parts.fills]
        assert whole.orders.tobytes() == parts.orders.tobytes()
        assert whole.footprint.tobytes() == parts.footprint.tobytes()


@pytest.mark.parametrize("model", QUEUES)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_fills_do_not_depend_on_the_step(model, seed, make_bench, make_rows):
    """The same orders at the same times, looked at every 0.1, 1 and 5 s."""
    rows = make_rows(seed, 150, LEVELS, step=SECOND // 7)
    stories = []
    for step in (SECOND // 10, SECOND, 5 * SECOND):
        bench, rng = make_bench(rows, MODELS[model], LEVELS), np.random.default_rng(seed)
        now = 0
        while now < 30 * SECOND:
            if now % (5 * SECOND) == 0:
                touches = [
                    int(side[bench.message_at(now)]) for side in (bench.pack.bid, bench.pack.ask)
                ]
                for slot in range(SLOTS):
                    side, delay = int(rng.integers(2)), int(rng.integers(0, SECOND))
                    level = touches[side] if rng.random() < 0.6 else int(rng.integers(LEVELS))
                    size = int(rng.integers(1, 6000))
                    if bench.orders[slot]["state"] == EMPTY and 0 <= level < LEVELS:
                        bench.put(slot, side, level, size, now, latency=delay, ttl=12 * SECOND)
            bench.run(now, now + step)
            now += step
        stories.append([fill.tobytes() for fill in bench.fills])
    assert stories[0] == stories[1] == stories[2]
    assert stories[0]


@pytest.mark.parametrize("model", QUEUES)
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_fill_beyond_the_evidence(model, seed, make_bench, make_rows):
    """Invariant 5 without any bookkeeping: what a stretch of messages gave to one side of ours.

    That is no more than the other side showed at its start or added since, what came back by
    itself, and what traded on our own side.
    """
    mean = MODELS[model].recovery_s
    rows = make_rows(seed, 90, LEVELS)
    bench, rng = make_bench(rows, MODELS[model], LEVELS), np.random.default_rng(seed)
    for now in range(SECOND, 90 * SECOND, SECOND):
        for slot in range(SLOTS):
            if bench.orders[slot]["state"] == EMPTY and rng.random() < 0.7:
                size, immediate = int(rng.integers(1, 5000)), int(rng.random() < 0.3)
                side, level = int(rng.integers(2)), int(rng.integers(LEVELS))
                bench.put(slot, side, level, size, now, immediate=immediate, ttl=9 * SECOND)
        bench.run(now, now + SECOND)
    assert bench.count("violations") == bench.count("overflow") == 0
    assert bench.fills
    shown, gave = np.zeros((2, len(rows)), np.int64), np.zeros((2, 2, len(rows)), np.int64)
    for i, (_, kind, side, _, size) in enumerate(rows):
        shown[:, i] = shown[:, i - 1] if i else 0
        if kind <= Kind.SNAPSHOT:
            shown[side, i] += size
            gave[0, side, i] = max(size, 0)
        if kind in (Kind.FILL, Kind.PRINT):
            gave[1, side, i] = abs(size)
    for side in (BID, ASK):
        mine = [fill for fill in bench.fills if fill["side"] == side]
        for j, first in enumerate(mine):
            start, total, back = int(first["message"]), 0, 0.0
            for k, fill in enumerate(mine[j:], j):
                total, end = total + int(fill["size"]), int(fill["message"])
                if mean:
                    waits = [(int(fill["ts"] - f["ts"]) / SECOND, int(f["size"])) for f in mine[:k]]
                    back = sum(1 + size * -math.expm1(-wait / mean) for wait, size in waits)
                offered = shown[1 - side, start] + gave[0, 1 - side, start + 1 : end + 1].sum()
                if fill["passive"] or first["passive"]:  # an ADD that we met is evidence itself
                    offered += gave[0, 1 - side, start]
                assert total <= offered + gave[1, side, start : end + 1].sum() + back


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_nothing_depends_on_what_comes_later_or_on_the_neighbours(
    model, seed, make_bench, make_rows, make_pack
):
    rows, others = make_rows(seed, 40, LEVELS), make_rows(seed + 1, 50, LEVELS)
    until = rows[25][0]
    seen = [row for row in rows if row[0] <= until]
    alone = make_bench(seen, MODELS[model], LEVELS)
    beside = make_bench(rows, MODELS[model], pack=make_pack([rows, others, rows], LEVELS))
    orders = np.zeros((3, SLOTS), beside.orders.dtype)
    footprints = np.zeros(3, beside.footprint.dtype)
    orders["size"], footprints["consumed"]["size"] = 77, 88
    orders[1], footprints[1] = beside.orders, beside.footprint[0]
    beside.orders, beside.footprint = orders[1], footprints[1:2]
    for bench in (alone, beside):
        rng = np.random.default_rng(seed)
        for slot in range(SLOTS):
            bench.put(
                slot, int(rng.integers(2)), int(rng.integers(LEVELS)), int(rng.integers(1, 6000)),
                3 * SECOND, latency=int(rng.integers(0, 9)) * SECOND,
            )  # fmt: skip
        bench.run(3 * SECOND, until)
        bench.run(until, until)
    assert [f.tobytes() for f in alone.fills] == [f.tobytes() for f in beside.fills]
    assert alone.orders.tobytes() == beside.orders.tobytes()
    assert alone.footprint.tobytes() == beside.footprint.tobytes()
    assert alone.counters.tobytes() == beside.counters.tobytes()
    assert (orders[::2]["size"] == 77).all() and (footprints[::2]["consumed"]["size"] == 88).all()


def test_two_runs_are_equal_and_markets_draw_apart(make_bench, make_pack):
    pack = make_pack([DEEP, DEEP], LEVELS)
    outcomes = []
    for market in (0, 0, 1):
        bench = make_bench(DEEP, ProbabilisticFill(), pack=pack, market=market)
        join(bench, 0, BID, 4, 500, 10)
        for t in range(40):
            bench.run(10 + t, 11 + t)
        outcomes.append([int(f["ts"]) for f in bench.fills])
    assert outcomes[0] == outcomes[1]
    assert outcomes[0] != outcomes[2]


def test_marketable_or_resting_is_judged_on_arrival(make_bench):
    rows = [*DEEP, (50, 0, ASK, 5, 1_000), (60, 0, ASK, 5, 1_000), (61, 0, ASK, 5, 9_000)]
    bench = make_bench(rows, QueueFill(), LEVELS)
    bench.put(0, BID, 5, 5_000, 10, latency=50)
    fills = bench.run(10, 60)
    # the ask came after the decision; the message of the arrival's own instant is seen
    assert [(int(f["ts"]), int(f["size"]), int(f["passive"])) for f in fills] == [(60, 2_000, 0)]
    assert int(fills[0]["message"]) == 3
    order = bench.orders[0]
    assert (order["state"], order["crossed"], order["rested"]) == (RESTING, 1, 3_000)
    assert [int(f["size"]) for f in bench.run(60, 61)] == [3_000]


def test_before_arrival_nothing_happens(make_bench):
    bench = make_bench([*DEEP, (20, 2, BID, 3, -10)], QueueFill(), LEVELS)
    bench.put(0, BID, 4, 500, 10, latency=30)
    assert bench.run(10, 39) == []
    assert bench.orders[0]["state"] == SENT
    assert bench.count("take_calls") == 0
    bench.run(39, 40)
    assert bench.orders[0]["state"] == RESTING
    assert bench.orders[0]["ahead"] == 10_000


@pytest.mark.parametrize(("trade", "filled"), [(40, 1), (41, 1), (50, 1), (51, 0)])
def test_a_cancel_in_flight_does_not_protect(trade, filled, make_bench):
    rows = [*DEEP, (trade, Kind.FILL, BID, 3, -500)]
    rows.insert(2, (3, 0, BID, 3, 500))
    bench = make_bench(rows, QueueFill(), LEVELS)
    join(bench, 0, BID, 4, 500, 10, cancel=50)  # called back at 40, takes effect at 50
    assert len(bench.run(10, 60)) == filled
    assert bench.orders[0]["state"] == EMPTY


def test_no_cancel_overtakes_its_order(make_bench):
    bench = make_bench(DEEP, QueueFill(), LEVELS)
    bench.put(0, BID, 6, 500, 10, latency=30, cancel=20)
    bench.put(1, BID, 5, 500, 10, latency=30, cancel=20)
    fills = bench.run(10, 40)
    assert [int(f["slot"]) for f in fills] == [0]
    assert (bench.orders["state"] == EMPTY).all()


@pytest.mark.parametrize(("trade", "filled"), [(50, 1), (51, 0)])
def test_expiry(trade, filled, make_bench):
    rows = [*DEEP[:1], (2, 0, BID, 3, 500), *DEEP[1:], (trade, Kind.FILL, BID, 3, -500)]
    bench = make_bench(rows, QueueFill(), LEVELS)
    join(bench, 0, BID, 4, 500, 10, expire=50)
    assert len(bench.run(10, 60)) == filled
    assert bench.orders[0]["state"] == EMPTY


def test_an_order_that_expires_on_its_way_is_refused(make_bench):
    bench = make_bench(DEEP, QueueFill(), LEVELS)
    bench.put(0, BID, 6, 500, 10, latency=30, expire=40)
    assert bench.run(10, 60) == []
    assert bench.orders[0]["state"] == EMPTY


@pytest.mark.parametrize("model", MODELS)
def test_nothing_fills_after_the_close(model, make_bench):
    bench = make_bench(DEEP, MODELS[model], LEVELS, close=50)
    bench.put(0, BID, 6, 500, 10, latency=40)  # arrives at the close
    bench.put(1, BID, 6, 500, 10, latency=80)
    join(bench, 2, BID, 9, 500, 10)  # meets the ask, and is as good as certain to be drawn
    for _ in range(20):
        assert bench.run(50, 200) == []
    assert (bench.orders["state"] == EMPTY).all()
    assert bench.count("checks") == 0


@pytest.mark.parametrize("model", MODELS)
def test_a_sale_never_exceeds_the_position(model, make_bench):
    rows = [*DEEP, (20, 1, ASK, 6, -10_000), (30, 0, BID, 6, 10_000)]
    bench = make_bench(rows, MODELS[model], LEVELS, position=3_000)
    bench.put(0, ASK, 4, 2_000, 10, reduce=1)
    bench.put(1, ASK, 6, 4_000, 10, reduce=1)
    for t in range(0, 200, 10):
        bench.run(10 + t, 20 + t)
    assert all(f["closing"] for f in bench.fills)
    sold = [int(f["size"]) for f in bench.fills]
    config = MODELS[model]
    if config.impact != Impact() or getattr(config, "pick_off_s", 0.0) > 0.0:
        # The second may wait longer.
        assert sold[0] == 2_000 and bench.position >= 0
    else:
        assert sold == [2_000, 1_000] and bench.position == 0
        assert (bench.orders["state"] == EMPTY).all()


def test_what_does_not_fill_at_once_of_an_immediate_order_is_gone(make_bench):
    bench = make_bench([*DEEP, (30, 0, ASK, 6, 9_000)], QueueFill(), LEVELS)
    bench.put(0, BID, 6, 15_000, 10, immediate=1)
    assert [int(f["size"]) for f in bench.run(10, 40)] == [10_000]
    assert bench.orders[0]["state"] == EMPTY
    assert bench.orders[0]["rested"] == 0


def test_position_and_flow_are_tracked_through_the_walk(make_bench):
    rows = [(1, 0, BID, 3, 3_000), (1, 0, BID, 4, 1_000), (2, 0, ASK, 6, 100)]
    bench = make_bench(rows, QueueFill(), LEVELS, position=2_000)
    bench.put(0, ASK, 3, 4_000, 10)
    one, two = bench.run(10, 20)
    # 10 sold at 50 cents; at 40 cents 10 more are sold and 20 NO opened at 60 cents
    assert (one["size"], one["price"], one["flow"]) == (1_000, 500, 1_000 * 500)
    assert (two["size"], two["price"]) == (3_000, 400)
    assert two["flow"] == 1_000 * 400 - 2_000 * (PRICE_ONE - 400)
    assert bench.position == -2_000
    assert one["fee"] > 0 and two["fee"] > 0


def test_a_fill_without_room_to_write_it_is_not_made(make_bench):
    bench = make_bench([*DEEP, (3, 0, ASK, 7, 10_000)], QueueFill(), LEVELS, capacity=1)
    bench.put(0, BID, 7, 15_000, 10)
    assert len(bench.run(10, 20)) == 1
    assert bench.position == 10_000
    assert bench.orders[0]["size"] == 5_000
    assert bench.count("overflow") == 1
    taken = bench.footprint["consumed"][0]["size"]
    assert taken[taken > 0].tolist() == [10_000]
