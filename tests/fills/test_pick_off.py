"""Newcomers that meet a resting order at a price of ours, and stay away until someone takes us."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from kalshi_exp.config.fill import QueueFill
from kalshi_exp.fills.pick_off import crossed_by, hit_sides, note_crossing
from kalshi_exp.fills.spec import make_spec
from kalshi_exp.market.orders import ORDER, RESTING, SENT, SLOTS
from kalshi_exp.market.units import ASK, BID, NEVER

ADD, CANCEL, FILL, SNAPSHOT, PRINT, GAP = range(6)
TOP = 11
BOOK = [(1, ADD, BID, 3, 9_000), (1, ADD, ASK, 8, 9_000)]
WORD = (ADD, BID, 0, 1)  # somebody says something, far away
TEN = QueueFill(pick_off_s=10e-9)


def flip(rows):
    """The same tape seen from the other outcome."""
    return [(ts, kind, 1 - side, TOP - level, size) for ts, kind, side, level, size in rows]


@pytest.fixture(params=[BID, ASK])
def rested(request, make_bench):
    """Factory: messages (as a bid sees them) and bids (level, size, when), run to 1,000 ns."""

    def make(rows, orders, config=TEN, until=1_000):
        side, tape = request.param, [*BOOK, *rows]
        bench = make_bench(tape if side == BID else flip(tape), config, TOP + 1)
        for slot, (level, size, when) in enumerate(orders):
            bench.put(slot, side, level if side == BID else TOP - level, size, when)
        bench.run(min(when for _, _, when in orders), until)
        return bench

    return make


def story(bench):
    return [(int(f["ts"]), int(f["slot"]), int(f["size"]), int(f["passive"])) for f in bench.fills]


ONE = [(6, 500, 10)]


def test_at_once_it_trades_with_us(rested):
    assert story(rested([(20, ADD, ASK, 6, 300)], ONE, QueueFill())) == [(20, 0, 300, 1)]


@pytest.mark.parametrize(("later", "filled"), [(29, []), (30, [(30, 0, 300, 1)])])
def test_we_are_hit_at_the_first_message_after_so_long(later, filled, rested):
    assert story(rested([(20, ADD, ASK, 6, 300), (later, *WORD)], ONE)) == filled


def test_time_alone_says_nothing(rested):
    assert story(rested([(20, ADD, ASK, 6, 300)], ONE)) == []


def test_it_pays_our_price(rested):
    bench = rested([(20, ADD, ASK, 5, 300), (40, *WORD)], ONE)
    assert int(bench.fills[0]["level"]) == int(bench.orders[0]["level"])


@pytest.mark.parametrize("end", [(25, CANCEL, ASK, 6, -300), (30, FILL, ASK, 6, -300)])
def test_one_that_leaves_in_time_costs_nothing_and_the_clock_starts_again(end, rested):
    rows = [(20, ADD, ASK, 6, 300), end, (35, ADD, ASK, 6, 200), (44, *WORD)]
    bench = rested(rows, ONE)
    assert story(bench) == [] and bench.orders[0]["met"] == 45
    assert story(rested([*rows, (45, *WORD)], ONE)) == [(45, 0, 200, 1)]


def test_we_are_hit_for_what_the_touch_shows(rested):
    rows = [(20, ADD, ASK, 6, 300), (21, ADD, ASK, 5, 100), (30, *WORD)]
    # the touch is 5 by then; what stands at 6 waits until the next message shows it as the touch
    bench = rested([*rows, (31, CANCEL, ASK, 5, -100)], ONE)
    assert story(bench) == [(30, 0, 100, 1), (31, 0, 300, 1)]
    assert bench.orders[0]["size"] == 100


def test_what_we_got_is_not_there_again(rested):
    """But the tape still stands there: who comes next is met at once."""
    rows = [(20, ADD, ASK, 6, 300), (30, *WORD), (31, *WORD), (32, ADD, ASK, 6, 50), (33, *WORD)]
    assert story(rested(rows, [(6, 5_000, 10)])) == [(30, 0, 300, 1), (32, 0, 50, 1)]


def test_one_that_is_due_is_hit_with_all_that_stand_there(rested):
    """Better price first, then age: whoever comes takes what the touch is worth."""
    rows = [(20, ADD, ASK, 6, 700), (30, *WORD)]
    orders = [(6, 300, 10), (7, 300, 10), (6, 300, 10)]
    assert story(rested(rows, orders)) == [(30, 1, 300, 1), (30, 0, 300, 1), (30, 2, 100, 1)]


def test_trades_on_our_side_fill_us_meanwhile(rested):
    rows = [(20, ADD, ASK, 6, 300), (25, PRINT, BID, 4, 400), (30, *WORD)]
    assert story(rested(rows, ONE)) == [(25, 0, 400, 1), (30, 0, 100, 1)]


@pytest.mark.parametrize("kind", [SNAPSHOT, PRINT])
def test_only_what_is_added_is_a_newcomer(kind, rested):
    bench = rested([(20, kind, ASK, 6, 300), (60, *WORD)], ONE)
    assert story(bench) == [] and bench.orders[0]["met"] == NEVER


def test_who_stays_away_never_trades_with_us(rested):
    rows = [(20, ADD, ASK, 6, 300), (900, *WORD)]
    bench = rested(rows, ONE, QueueFill(pick_off_s=math.inf))
    assert story(bench) == [] and bench.orders[0]["met"] == NEVER
    trade = (950, PRINT, BID, 4, 400)
    assert story(rested([*rows, trade], ONE, QueueFill(pick_off_s=math.inf))) == [(950, 0, 400, 1)]


def test_each_order_has_a_clock_of_its_own(make_bench):
    bench = make_bench([*BOOK, (20, ADD, ASK, 6, 300), (40, *WORD)], TEN, TOP + 1)
    orders = bench.orders
    for slot, level in enumerate((6, 7, 5)):
        bench.put(slot, BID, level, 500, 10, state=RESTING)
    bench.put(3, BID, 7, 500, 10)
    assert orders[3]["state"] == SENT and not crossed_by(orders)
    spec, pack = bench.spec[0], bench.pack

    def noted(orders, level, message):
        return note_crossing(spec, pack, 0, orders, BID, level, message, 7)

    assert noted(orders, 6, 2)
    assert orders["met"].tolist() == [30, 30, NEVER, NEVER]
    assert noted(orders, 5, 3)
    assert orders["met"].tolist() == [30, 30, 50, NEVER]
    assert not noted(np.zeros(SLOTS, ORDER), 6, 2)
    assert hit_sides(spec, pack, 0, orders, 2) == (0, True)  # at 20 ns: not long enough
    assert hit_sides(spec, pack, 0, orders, 3) == (1 << BID, True)
    assert orders["met"].tolist() == [30, 30, NEVER, NEVER]  # the one at 5 is not crossed


def test_waits_are_drawn_around_their_mean(make_bench):
    rows = [*BOOK, *((20 + k, ADD, ASK, 6, 1) for k in range(3_000))]
    spec = make_spec(QueueFill(drawn=True, pick_off_s=1.0))[0]
    pack = make_bench(rows, TEN, TOP + 1).pack
    waits, seeds = {}, (7, 8)
    for seed in seeds:
        waits[seed] = np.zeros(3_000)
        for k in range(3_000):
            orders = np.zeros(SLOTS, ORDER)
            orders["state"][:2], orders["met"], orders["level"] = RESTING, NEVER, 6
            assert note_crossing(spec, pack, 0, orders, BID, 6, 2 + k, seed)
            assert orders["met"][0] == orders["met"][1]  # one taker for both
            waits[seed][k] = (orders["met"][0] - (20 + k)) / 1e9
        assert stats.kstest(waits[seed], "expon").pvalue > 0.01
    assert abs(np.corrcoef(*waits.values())[0, 1]) < 0.06


def test_a_wait_without_end_is_far_and_not_forgotten(make_bench):
    bench = make_bench([*BOOK, (20, ADD, ASK, 6, 1)], TEN, TOP + 1)
    for pick_off in (1e9, 9e9):
        orders = np.zeros(SLOTS, ORDER)
        orders["state"][0], orders["met"], orders["level"] = RESTING, NEVER, 6
        spec = make_spec(QueueFill(drawn=True, pick_off_s=pick_off))[0]
        assert note_crossing(spec, bench.pack, 0, orders, BID, 6, 2, 7)
        assert 10**15 < orders["met"][0] < NEVER
