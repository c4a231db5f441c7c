"""CROSS_WHOLE and CROSS: the opposite touch of the tape comes to our price."""

from __future__ import annotations

import pytest

from kalshi_exp.config.fill import DepthFill, OldFill
from kalshi_exp.market.orders import EMPTY, RESTING
from kalshi_exp.market.units import ASK, BID, SECOND

BOOK = [(1, 0, BID, 4, 5_000), (1, 0, ASK, 8, 5_000)]


def crossing(side, size, level):
    """The opposite side comes to `level` after the own side left."""
    gone = (20, 1, side, 4 if side == BID else 8, -5_000)
    return [*BOOK, gone, (30, 0, 1 - side, level, size)]


@pytest.mark.parametrize("side", [BID, ASK])
@pytest.mark.parametrize(("distance", "fills"), [(-1, 1), (0, 1), (1, 0)])
@pytest.mark.parametrize("config", [OldFill(), DepthFill()])
def test_when_the_touch_meets_the_limit(config, side, distance, fills, make_bench):
    level = 5
    bench = make_bench(
        crossing(side, 3_000, level + distance * (1 if side == BID else -1)), config, 12
    )
    bench.put(0, side, level, 1_000, 10)
    got = bench.run(10, 40)
    assert len(got) == fills
    if fills:
        assert (int(got[0]["price"]), int(got[0]["ts"]), int(got[0]["passive"])) == (600, 30, 1)
        assert bench.orders[0]["state"] == EMPTY
    assert bench.count("violations") == 0


def test_old_fills_whole_and_owns_up(make_bench):
    bench = make_bench([*crossing(BID, 3_000, 5), (31, 0, ASK, 4, 100)], OldFill(), 12)
    bench.put(0, BID, 5, 3_000, 10)
    bench.put(1, BID, 5, 3_001, 10)
    assert [int(f["size"]) for f in bench.run(10, 30)] == [3_000, 3_001]
    assert bench.count("violations") == 1


def test_depth_fills_what_is_shown_once(make_bench):
    rows = [*crossing(BID, 3_000, 5), (40, 0, ASK, 4, 400), (50 + 6 * SECOND, 4, BID, 4, 1)]
    bench = make_bench(rows, DepthFill(), 12)
    bench.put(0, BID, 5, 2_500, 10)
    bench.put(1, BID, 5, 5_000, 10)
    assert [(int(f["slot"]), int(f["size"])) for f in bench.run(10, 30)] == [(0, 2_500), (1, 500)]
    assert [(int(f["slot"]), int(f["size"])) for f in bench.run(30, 40)] == [(1, 400)]
    assert bench.orders[1]["state"] == RESTING
    # the timer gives 34 contracts back at the next message of any kind
    assert [int(f["size"]) for f in bench.run(40, 50 + 6 * SECOND)] == [3_400]
    assert all(int(f["price"]) == 600 for f in bench.fills)
    assert bench.count("violations") == 0


def test_small_remainders_wait_for_all_of_it(make_bench):
    rows = [*crossing(BID, 300, 5), (40, 0, ASK, 5, 700)]
    bench = make_bench(rows, DepthFill(), 12)
    bench.put(0, BID, 5, 1_000, 10)
    assert bench.run(10, 30) == []
    assert [int(f["size"]) for f in bench.run(30, 40)] == [1_000]


def test_better_price_first_then_older(make_bench):
    bench = make_bench(crossing(BID, 6_000, 4), DepthFill(), 12)
    for slot, (level, serial) in enumerate([(5, 9), (6, 8), (6, 3)]):
        bench.put(slot, BID, level, 2_500, 10, serial=serial)
    assert [(int(f["slot"]), int(f["size"])) for f in bench.run(10, 40)] == [
        (2, 2_500), (1, 2_500), (0, 1_000),
    ]  # fmt: skip


def test_messages_are_counted_while_something_rests(make_bench):
    bench = make_bench(crossing(BID, 3_000, 5), OldFill(), 12)
    bench.put(0, BID, 5, 1_000, 10)
    bench.run(10, 40)
    assert bench.count("rest_calls") == 2
    bench.run(40, 50)
    assert bench.count("rest_calls") == 2
