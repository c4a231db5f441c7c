"""Orders on arrival: best level or the ladder."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from kalshi_exp.config.fill import DepthFill, OldFill, ProbabilisticFill, QueueFill
from kalshi_exp.market.orders import EMPTY, RESTING
from kalshi_exp.market.units import ASK, BID, SECOND

BOOK = [
    (1, 0, BID, 46, 15_000),
    (1, 0, BID, 47, 10_000),
    (1, 0, ASK, 49, 8_000),  # level 49 is 50 cents
    (1, 0, ASK, 50, 12_000),
    (1, 0, ASK, 51, 18_000),
]


def shape(fills):
    return [(int(f["price"]) // 100, int(f["size"]) // 100, int(f["passive"])) for f in fills]


def run_vector(row, make_bench, config):
    """Messages for each order of a vector: what it expects and what the kernel filled."""
    tape = [(1, 0, BID, price - 1, size * 100) for price, size in row["book"]["yes_bids"]]
    tape += [(1, 0, ASK, price - 1, size * 100) for price, size in row["book"]["yes_asks"]]
    bench = make_bench(tape, config)
    for order, expect in zip(row["orders"], row["expect"], strict=True):
        now = 10 * SECOND + round(order["t"] * SECOND)
        yes = order["contract"] == "YES"
        side = BID if yes == (order["action"] == "BUY") else ASK
        limit = order["limit"] if yes else 100 - order["limit"]
        bench.put(0, side, limit - 1, order["qty"] * 100, now, immediate=1)
        fills = bench.run(now, now)
        assert all(f["size"] % 100 == 0 for f in fills)
        levels = [[p if yes else 100 - p, q] for p, q, _ in shape(fills)]
        filled = sum(q for _, q in levels)
        vwap = Fraction(sum(p * q for p, q in levels), filled) if filled else None
        assert levels == expect["levels"]
        assert filled == expect["filled_qty"]
        assert order["qty"] - filled == expect["remaining_qty"]
        assert (filled > 0) == expect["can_fill"]
        if vwap is None:
            assert expect["vwap_cents_exact"] is None
        else:
            assert float(vwap) == pytest.approx(expect["vwap_cents_exact"], rel=0, abs=1e-12)


@pytest.mark.parametrize("config", [DepthFill(), ProbabilisticFill()])
def test_every_depth_vector(config, vectors_dir, make_bench):
    rows = json.loads((vectors_dir / "depth_fills.json").read_text())["rows"]
    assert rows
    failed = {}
    for row in rows:
        try:
            run_vector(row, make_bench, config)
        except AssertionError as error:
            failed[row["id"]] = str(error)
    assert not failed


def test_worked_example(make_bench):
    bench = make_bench(BOOK, DepthFill())
    bench.put(0, BID, 54, 25_000, 10)
    assert shape(bench.run(10, 10)) == [(50, 80, 0), (51, 120, 0), (52, 50, 0)]
    assert bench.position == 25_000
    assert bench.count("fills_aggressive") == 3
    assert bench.count("contracts_aggressive") == 25_000


@pytest.mark.parametrize("config", [DepthFill(), ProbabilisticFill(), QueueFill()])
def test_a_hundred_lot_against_thirty_leaves_seventy(config, make_bench):
    bench = make_bench([(1, 0, BID, 47, 5_000), (1, 0, ASK, 49, 3_000)], config)
    bench.put(0, BID, 49, 10_000, 10)
    fills = shape(bench.run(10, 10))
    assert fills[0] == (50, 30, 0)
    assert bench.orders[0]["rested"] == 7_000
    if not isinstance(config, ProbabilisticFill):  # whose check may give the rest at once
        assert fills[1:] == []
        assert (bench.orders[0]["state"], bench.orders[0]["size"]) == (RESTING, 7_000)


@pytest.mark.parametrize(("size", "filled"), [(1_999, 0), (2_000, 1_500)])
def test_small_orders_take_the_best_level_whole_or_not(size, filled, make_bench):
    bench = make_bench([(1, 0, ASK, 49, 700), (1, 0, ASK, 50, 800)], DepthFill())
    bench.put(0, BID, 60, size, 10, immediate=1)
    assert sum(int(f["size"]) for f in bench.run(10, 10)) == filled


def test_queue_walks_at_any_size(make_bench):
    bench = make_bench([(1, 0, ASK, 49, 300), (1, 0, ASK, 50, 800)], QueueFill())
    bench.put(0, BID, 60, 500, 10)
    assert shape(bench.run(10, 10)) == [(50, 3, 0), (51, 2, 0)]


def test_the_limit_holds(make_bench):
    bench = make_bench(BOOK, QueueFill())
    bench.put(0, BID, 50, 90_000, 10)
    assert shape(bench.run(10, 10)) == [(50, 80, 0), (51, 120, 0)]
    bench.put(1, ASK, 47, 90_000, 10)
    assert shape(bench.run(10, 10)) == [(48, 100, 0)]


@pytest.mark.parametrize(("size", "violations"), [(8_000, 0), (8_001, 1), (90_000, 1)])
def test_old_fills_whole_at_the_best_price_and_owns_up(size, violations, make_bench):
    bench = make_bench(BOOK, OldFill())
    bench.put(0, BID, 54, size, 10)
    fills = bench.run(10, 10)
    assert [(int(f["price"]), int(f["size"])) for f in fills] == [(5_000, size)]
    assert bench.count("violations") == violations
    assert bench.orders[0]["state"] == EMPTY


@pytest.mark.parametrize("config", [OldFill(), DepthFill(), ProbabilisticFill(), QueueFill()])
@pytest.mark.parametrize("tape", [[], [(1, 0, BID, 47, 100)], [(1, 0, ASK, 49, 100)]])
def test_an_empty_side_gives_nothing(config, tape, make_bench):
    bench = make_bench(tape, config)
    if not any(row[2] == ASK for row in tape):
        bench.put(0, BID, 98, 5_000, 10, immediate=1)
    if not any(row[2] == BID for row in tape):
        bench.put(1, ASK, 0, 5_000, 10, immediate=1)
    assert bench.run(10, 20) == []
    assert bench.count("take_calls") >= 1
