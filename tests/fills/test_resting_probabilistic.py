"""The probability of one check, and the checks."""

from __future__ import annotations

import json

import pytest

from kalshi_exp.config.fill import ProbabilisticFill
from kalshi_exp.fills.resting_probabilistic import activity_level, fill_probability
from kalshi_exp.market.draws import CHECK_FILL, uniform
from kalshi_exp.market.orders import EMPTY, RESTING
from kalshi_exp.market.units import ASK, BID, SECOND

WINDOW = 300 * SECOND


@pytest.fixture(scope="module")
def rows(vectors_dir):
    found = json.loads((vectors_dir / "fill_probability.json").read_text())["rows"]
    assert found
    return found


@pytest.fixture(scope="module")
def trades_of():
    """Print count behind an activity level of the file, which is rounded to nine decimals."""
    counts = {}
    for n in range(301):
        counts.setdefault(round(activity_level(n, WINDOW), 9), n)
    return counts


def as_order(row):
    """(side, YES limit in cents, bid or None, ask or None) of a vector."""
    yes = row["contract"] == "YES"
    side = BID if yes == (row["action"] == "BUY") else ASK
    bid = None if row["empty"] in ("no_bids", "both") else row["yes_bid"]
    ask = None if row["empty"] in ("no_asks", "both") else row["yes_ask"]
    return side, row["limit"] if yes else 100 - row["limit"], bid, ask


def test_every_probability_vector(rows, trades_of):
    failed = {}
    for row in rows:
        side, limit, bid, ask = as_order(row)
        p = fill_probability(
            side, limit * 100, -1 if bid is None else bid * 100, -1 if ask is None else ask * 100,
            row["size"] * 100, round(row["seconds_in_queue"] * SECOND),
            activity_level(trades_of[row["activity_level"]], WINDOW),
        )  # fmt: skip
        # the file is rounded to nine decimals
        if abs(round(p, 9) - row["fill_probability"]) > 1e-12:
            failed[row["id"]] = (p, row["fill_probability"])
    assert not failed


def test_every_probability_vector_through_a_tape(rows, trades_of, make_bench):
    """The book, the wait and the prints of each row on a tape: it fills when the draw is below."""
    failed, filled = [], 0
    for row in rows:
        side, limit, bid, ask = as_order(row)
        now = 1_000 * SECOND
        tape = [(now - WINDOW, 4, BID, 50, 100)] * 3  # exactly too old to count
        for touch, book, step in ((bid, BID, -1), (ask, ASK, 1)):
            if touch is not None:
                for k in range(5):
                    tape.append((now - 600 * SECOND, 0, book, touch - 1 + step * k,
                                 row["level_size"] * 100))  # fmt: skip
        n = trades_of[row["activity_level"]]
        tape += [(now - 299 * SECOND + k, 4, BID, 50, 100) for k in range(n)]
        tape.sort(key=lambda message: message[0])
        bench = make_bench(tape, ProbabilisticFill())
        for decision in range(2):
            bench.decision, bench.position = decision, 0
            bench.put(
                0, side, limit - 1, row["size"] * 100, now, state=RESTING,
                arrive=now - round(row["seconds_in_queue"] * SECOND),
            )  # fmt: skip
            fills = bench.run(now, now)
            u = uniform(bench.seed, bench.pack.markets[0]["key"], 0, decision, CHECK_FILL)
            filled += len(fills)
            if (len(fills) == 1) != (u < row["fill_probability"]):
                failed.append(row["id"])
    assert not failed
    assert 0 < filled < 2 * len(rows)


def test_activity_by_print_count():
    assert [activity_level(n, WINDOW) for n in (0, 5, 24)] == [0.0, 0.1, 0.48]
    assert activity_level(25, WINDOW) == 0.5
    assert activity_level(100, WINDOW) == 1.0
    assert activity_level(101, WINDOW) == 1.0
    assert activity_level(10, 2 * WINDOW) == activity_level(5, WINDOW)


def test_a_fill_is_whole_at_the_limit_and_a_violation(make_bench):
    bench = make_bench([(1, 0, BID, 40, 500), (1, 0, ASK, 45, 500)], ProbabilisticFill())
    bench.put(0, BID, 40, 90_000, 10)
    t = 10
    while bench.orders[0]["state"] != EMPTY:
        bench.run(t, t + 1)
        t += 1
    (fill,) = bench.fills
    assert (int(fill["size"]), int(fill["price"]), int(fill["passive"])) == (90_000, 4_100, 1)
    assert bench.count("violations") == 1
    assert bench.count("checks") == bench.decision == bench.count("rest_calls")


def test_one_check_a_decision_whatever_time_passes(make_bench):
    tape = [(1, 0, BID, 40, 500), (1, 0, ASK, 45, 500)]
    tape += [(100 + k, 0, BID, 20, 1) for k in range(50)]
    bench = make_bench(tape, ProbabilisticFill())
    bench.put(0, BID, 20, 20_000, 10)  # far and large: as good as never
    for decision, until in enumerate((11, 120, 121, 10**6), start=1):
        bench.run(10, until)
        assert bench.count("checks") == decision
    assert bench.orders[0]["state"] == RESTING


def test_each_slot_has_a_draw_of_its_own(make_bench):
    bench = make_bench([(1, 0, BID, 40, 500), (1, 0, ASK, 45, 500)], ProbabilisticFill())
    when = {}
    for slot in range(4):
        bench.put(slot, BID, 40, 500, 10)
    for t in range(10, 60):
        for fill in bench.run(t, t + 1):
            when[int(fill["slot"])] = int(fill["ts"])
    assert len(when) == 4
    assert len(set(when.values())) > 1


def test_own_fills_are_no_activity(make_bench):
    tape = [(1, 0, BID, 40, 500), (1, 0, ASK, 45, 50_000)]
    bench = make_bench(tape, ProbabilisticFill(), position=0)
    for k in range(50):
        bench.put(1, BID, 45, 100, 10 + k, immediate=1)
        bench.run(10 + k, 10 + k)
    assert bench.count("fills_aggressive") == 50
    assert (bench.pack.prints == 0).all()
