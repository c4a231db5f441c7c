"""HAZARD: a turn that comes with time, and trades that it takes to be filled."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config.fill import HazardCoefficients, HazardFill
from kalshi_exp.market.draws import CHECK_HAZARD, uniform
from kalshi_exp.market.orders import EMPTY, ORDER, RESTING, SLOTS
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape.pack import size_at
from tests.fills.reference import LEVELS
from tests.fills.reference_hazard import HazardReference
from tests.fills.test_execute import IMPACT, place_random

ADD, CANCEL, FILL, SNAPSHOT, PRINT, GAP = range(6)
CLOSE = 70 * SECOND
FITTED = HazardCoefficients(-1.5, -0.2, -0.1, 0.4, 0.2, -0.1, -0.2)
KEPT = [name for name in ORDER.names if name not in ("hazard", "rate", "since")]
BOOK = [(1, ADD, BID, 4, 10_000), (1, ADD, BID, 3, 10_000), (1, ADD, ASK, 8, 10_000)]
OTHERS = [HazardFill(impact=IMPACT), HazardFill(pick_off_s=2.0, recovery_s=5.0, impact=IMPACT)]


def steady(logarithm):
    """The same intensity for all orders at all times."""
    return HazardFill(coefficients=HazardCoefficients(logarithm, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))


STEADY, NEVER_DUE = steady(math.log(0.25)), steady(-50.0)


@pytest.mark.parametrize("config", [HazardFill(), *OTHERS], ids=str)
@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 60), position=st.integers(-5000, 5000))
def test_the_kernel_equals_the_reference(config, seed, count, position, make_bench, make_rows):
    rows = [row for row in make_rows(seed, count, LEVELS) if row[0] <= CLOSE]
    config = replace(config, coefficients=replace(FITTED, intercept=-2.5 + seed % 3))
    bench = make_bench(rows, config, LEVELS, close=CLOSE, position=position)
    reference = HazardReference(
        config, rows, bench.spec[0]["fees"], bench.seed, bench.pack.markets[0]["key"], CLOSE
    )  # fmt: skip
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
        assert [tuple(int(v) for v in fill) for fill in bench.fills] == reference.fills
        assert bench.position == reference.position
        for order, expected in zip(bench.orders, reference.orders, strict=True):
            assert int(order["state"]) == expected.state
            if order["serial"]:
                assert {f: int(order[f]) for f in KEPT} == {
                    f: int(getattr(expected, f)) for f in KEPT
                }
            if order["state"] == RESTING:
                left = max(expected.asked - expected.come, 0.0) if expected.ahead else 0.0
                assert max(float(order["hazard"]), 0.0) == pytest.approx(left, abs=1e-9)
    assert {name: bench.count(name) for name in reference.count} == reference.count


def asked(bench, serial):
    """The hazard that an order has to wait for."""
    key = bench.pack.markets[0]["key"]
    return -math.log(1.0 - uniform(bench.seed, key, 0, serial, CHECK_HAZARD))


def seconds(*rows):
    return [(round(at * SECOND), *rest) for at, *rest in rows]


@pytest.mark.parametrize("side", [BID, ASK])
def test_a_trade_fills_once_the_turn_has_come_and_not_a_moment_sooner(side, make_bench):
    def fills(wait):
        rows = [*BOOK, *seconds((wait, FILL, BID, 4, -700), (wait + 1, FILL, BID, 4, -9_000))]
        rows = [(t, k, s if side == BID else 1 - s, v if side == BID else 11 - v, z)
                for t, k, s, v, z in rows]  # fmt: skip
        bench = make_bench(rows, STEADY, 12)
        bench.put(0, side, 4 if side == BID else 7, 500, 10)
        bench.run(10, round((wait + 0.5) * SECOND))
        return [int(fill["size"]) for fill in bench.fills], bench

    due = asked(fills(1.0)[1], 1) / 0.25  # seconds at a quarter a second
    assert fills(due - 1e-6)[0] == [] and fills(due + 1e-6)[0] == [500]
    assert int(fills(due + 1e-6)[1].fills[0]["passive"]) == 1


def test_no_time_is_enough_without_a_trade(make_bench):
    bench = make_bench([*BOOK, *seconds((5_000, ADD, BID, 4, 100))], STEADY, 12)
    bench.put(0, BID, 4, 500, 10)
    assert bench.run(10, 9_000 * SECOND) == []
    assert bench.orders[0]["hazard"] <= 0.0 < bench.orders[0]["ahead"]


def test_it_fills_the_print_and_stays_in_front_with_the_rest(make_bench):
    rows = seconds((900, FILL, BID, 4, -300), (900, FILL, BID, 4, -100), (901, FILL, BID, 4, -90))
    bench = make_bench([*BOOK, *rows], STEADY, 12)
    bench.put(0, BID, 4, 450, 10)
    bench.run(10, 902 * SECOND)
    assert [int(fill["size"]) for fill in bench.fills] == [300, 100, 50]
    assert bench.orders[0]["state"] == EMPTY


@pytest.mark.parametrize(
    "event",
    [(FILL, BID, 3, -300), (PRINT, BID, 3, 300), (ADD, ASK, 4, 300)],
    ids=["trade", "print", "newcomer"],
)
def test_price_priority_asks_for_no_turn(event, make_bench):
    rows = [*BOOK, *seconds((1, CANCEL, BID, 4, -10_000), (2, *event))]
    bench = make_bench(rows, NEVER_DUE, 12)
    bench.put(0, BID, 4, 500, 10)
    bench.run(10, 3 * SECOND)
    assert [int(fill["size"]) for fill in bench.fills] == [300]


def test_neither_does_a_trade_with_nothing_left_in_front(make_bench):
    rows = [*BOOK, *seconds((1, FILL, BID, 4, -9_000), (2, FILL, BID, 4, -900), (3, CANCEL, BID, 4,
            -100), (4, ADD, BID, 4, 800), (5, FILL, BID, 4, -200))]  # fmt: skip
    bench = make_bench(rows, NEVER_DUE, 12)
    bench.put(0, BID, 4, 500, 10)
    bench.run(10, 9 * SECOND)
    assert [(int(f["ts"]), int(f["size"])) for f in bench.fills] == [(5 * SECOND, 200)]


def test_a_younger_order_of_ours_waits_for_the_older_one(make_bench):
    rows = [*BOOK, *seconds((1, FILL, BID, 4, -900), (90, FILL, BID, 4, -700))]
    bench = make_bench(rows, STEADY, 12)
    due = [asked(bench, serial) for serial in (1, 2, 3)]
    older, younger = (1, 2) if due[0] > due[1] else (2, 3)
    assert due[older - 1] > due[younger - 1]
    between = (due[older - 1] + due[younger - 1]) / 2 / 0.25
    rows = [*BOOK, *seconds((between, FILL, BID, 4, -700), (90, FILL, BID, 4, -700))]
    bench = make_bench(rows, STEADY, 12)
    bench.serial = older - 1
    bench.put(0, BID, 4, 500, 10)
    bench.put(1, BID, 4, 500, 10)
    assert bench.run(10, 80 * SECOND) == []
    bench.run(80 * SECOND, 91 * SECOND)
    assert [(int(f["slot"]), int(f["size"])) for f in bench.fills] == [(0, 500), (1, 200)]


def busy(seed, make_rows):
    """Messages at uneven times, fractions of a second apart."""
    rng = np.random.default_rng(seed)
    rows = make_rows(seed, 900, LEVELS, step=1)
    shift = rng.integers(0, 2, len(rows)).cumsum() * 83_000_011
    return [(SECOND + int(t) * 70_000_001 + int(s), *rest) for (t, *rest), s in
            zip(rows, shift, strict=True)]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_decisions_every_tenth_second_or_five_give_the_very_same_fills(seed, make_bench, make_rows):
    rows = busy(seed, make_rows)
    config = HazardFill(coefficients=FITTED)
    outcomes = []
    for every in (0.1, 1.0, 5.0):
        bench = make_bench(rows, config, LEVELS)
        rng = np.random.default_rng(seed)
        step, now = round(every * SECOND), 0
        for until in range(5 * SECOND, 80 * SECOND, 5 * SECOND):
            for slot in range(SLOTS):
                if bench.orders[slot]["state"] == EMPTY:
                    bench.put(
                        slot, int(rng.integers(2)), int(rng.integers(2, 8)),
                        int(rng.integers(1, 3_000)), now, latency=int(rng.integers(SECOND)),
                    )  # fmt: skip
            while now < until:
                bench.run(now, now + step)
                now += step
        outcomes.append(([f.tobytes() for f in bench.fills], bench.orders.tobytes()))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert len(outcomes[0][0]) > 20


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_comes_later_changes_nothing(seed, make_bench, make_rows):
    rows = make_rows(seed, 60, LEVELS)
    until = rows[35][0]
    tapes = ([row for row in rows if row[0] <= until], rows)
    outcomes = []
    for tape in tapes:
        bench = make_bench(tape, HazardFill(coefficients=FITTED), LEVELS)
        rng = np.random.default_rng(seed)
        for slot in range(SLOTS):
            bench.put(slot, int(rng.integers(2)), int(rng.integers(LEVELS)), 3_000, SECOND)
        bench.run(SECOND, until)
        outcomes.append(([f.tobytes() for f in bench.fills], bench.orders.tobytes()))
    assert outcomes[0] == outcomes[1]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), pick_off=st.sampled_from([0.0, 2.0, math.inf]))
def test_no_fill_is_beyond_its_evidence(seed, pick_off, make_bench, make_rows):
    rows = make_rows(seed, 120, LEVELS)
    config = HazardFill(coefficients=replace(FITTED, intercept=3.0), pick_off_s=pick_off)
    bench = make_bench(rows, config, LEVELS)
    rng = np.random.default_rng(seed)
    now = 0
    while now < rows[-1][0]:
        for slot in range(SLOTS):
            if bench.orders[slot]["state"] == EMPTY:
                bench.put(slot, int(rng.integers(2)), int(rng.integers(LEVELS)), 2_000, now)
        bench.run(now, now + 3 * SECOND)
        now += 3 * SECOND
    pack, taken, offered = bench.pack, {}, {}
    for fill in bench.fills:
        message, own, limit = int(fill["message"]), int(fill["side"]), int(fill["level"])
        if not fill["passive"]:
            continue
        _, kind, side, level, size = rows[message]
        touch = int(pack.ask[message] if own == BID else pack.bid[message])
        touch = touch if pick_off else level
        there = 0
        if kind in (FILL, PRINT) and side == own:
            there += abs(size) if (limit >= level if own == BID else limit <= level) else 0
        if (kind == ADD if pick_off == 0.0 else pick_off < math.inf) and 0 <= touch < LEVELS:
            crossed = touch <= limit if own == BID else touch >= limit
            there += int(size_at(pack, 0, 1 - own, touch, message)) if crossed else 0
        assert there > 0
        at = message, own
        taken[at] = taken.get(at, 0) + int(fill["size"])
        offered[at] = max(offered.get(at, 0), there)
    assert all(size <= offered[at] for at, size in taken.items())
    assert bench.count("violations") == bench.count("overflow") == 0


def test_snapshots_and_gaps_bring_no_turn_nearer(make_bench):
    rows = [*BOOK, *seconds((1, GAP, BID, 0, 0), (1, SNAPSHOT, BID, 4, -9_000))]
    bench = make_bench(rows, STEADY, 12)
    bench.put(0, BID, 4, 500, 10)
    bench.run(10, 2 * SECOND)
    order = bench.orders[0]
    assert order["ahead"] == 10_000 and bench.fills == []
    assert float(order["hazard"]) == pytest.approx(asked(bench, 1) - 0.25, abs=1e-6)


def test_each_order_draws_for_itself_and_not_for_a_decision(make_bench):
    drawn = []
    for decision in (0, 7):
        bench = make_bench(BOOK, STEADY, 12, decision=decision)
        for slot in range(SLOTS):
            bench.put(slot, BID, 4, 500, 10)
        bench.run(10, 11)
        drawn.append(bench.orders["hazard"].tolist())
        assert drawn[-1] == pytest.approx([asked(bench, serial) for serial in (1, 2, 3, 4)])
    assert drawn[0] == drawn[1] and len(set(drawn[0])) == SLOTS
