"""Taken liquidity stays taken until time or the tape gives it back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config.fill import DepthFill, QueueFill
from kalshi_exp.fills.footprint import CONSUMED
from kalshi_exp.market.units import ASK, BID, SECOND

ADD, CANCEL, FILL, SNAPSHOT = 0, 1, 2, 3
ONE_ASK = [(1, ADD, ASK, 6, 3_000), (1, ADD, BID, 2, 3_000)]


def takes(bench, *orders):
    """Sizes that immediate buys (ts, size) at level 8 get."""
    got = []
    for ts, size in orders:
        bench.put(0, BID, 8, size, ts, immediate=1)
        got.append(sum(int(f["size"]) for f in bench.run(ts, ts)))
    return got


@pytest.mark.parametrize(("later", "size"), [(5 * SECOND, 0), (5 * SECOND + 1, 3_000)])
def test_the_timer_runs_out_strictly_after_recovery(later, size, make_bench):
    bench = make_bench(ONE_ASK, DepthFill(), 10)
    assert takes(bench, (10, 3_000), (10 + later, 3_000)) == [3_000, size]


def test_the_timer_runs_from_the_last_take(make_bench):
    bench = make_bench(ONE_ASK, DepthFill(), 10)
    at = [10 + s * SECOND for s in (0, 4, 8, 13, 13)]
    at[-1] += 1
    sizes = (1_000, 1_000, 3_000, 3_000, 3_000)
    # at 8 s the first take is older than recovery, but not the last one at that level
    assert takes(bench, *zip(at, sizes, strict=True)) == [1_000, 1_000, 1_000, 0, 3_000]


def test_evidence_needs_the_tape(make_bench):
    rows = [
        *ONE_ASK,
        (SECOND, CANCEL, ASK, 6, -1_000),  # 2,000 shown, we hold all of it
        (2 * SECOND, ADD, ASK, 6, 500),  # new
        (3 * SECOND, SNAPSHOT, ASK, 6, -2_500),
        (4 * SECOND, ADD, ASK, 6, 900),
    ]
    bench = make_bench(rows, QueueFill(), 10)
    hour = 3_600 * SECOND
    assert takes(bench, (10, 5_000), (20, 5_000), (SECOND, 1), (2 * SECOND, 300)) == [
        3_000, 0, 0, 300,
    ]  # fmt: skip
    assert takes(bench, (2 * SECOND, 300), (2 * SECOND, 300)) == [200, 0]
    assert takes(bench, (4 * SECOND, 5_000), (hour, 5_000)) == [900, 0]


@pytest.mark.parametrize("config", [DepthFill(), QueueFill()])
def test_two_names_take_the_same_liquidity_once(config, make_bench):
    bench = make_bench(ONE_ASK, config, 10, position=-9_000)
    bench.put(0, BID, 6, 2_500, 10, action=1)  # BUY YES at 70 cents
    bench.put(1, BID, 6, 2_500, 10, action=2, reduce=1)  # SELL NO at 30 cents
    assert [int(f["size"]) for f in bench.run(10, 10)] == [2_500, 500]


@pytest.mark.parametrize("config", [DepthFill(walk_from=1), QueueFill()])
def test_a_full_table_refuses_to_take(config, make_bench):
    rows = [(1, ADD, ASK, level, 100) for level in range(40)]
    bench = make_bench(rows, config, 50)
    bench.put(0, BID, 45, 10_000, 10, immediate=1)
    assert len(bench.run(10, 10)) == 32
    assert bench.count("overflow") == 8
    bench.put(0, BID, 45, 10_000, 10, immediate=1)
    assert bench.run(10, 10) == []  # and what was taken is not sold again


def test_a_full_table_is_cleaned_of_what_came_back(make_bench):
    rows = [(1, ADD, ASK, level, 100) for level in range(40)]
    bench = make_bench(rows, DepthFill(walk_from=1), 50)
    later = 10 + 6 * SECOND
    for ts in (10, later):
        bench.put(0, BID, 45, 10_000, ts, immediate=1)
        assert len(bench.run(ts, ts)) == 32
    assert bench.footprint["consumed"][0].dtype == CONSUMED


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), evidence=st.booleans())
def test_nothing_is_taken_beyond_what_was_offered(seed, evidence, make_bench, make_rows):
    """Invariant 5 without any bookkeeping: bound the takes of every stretch of time."""
    rows = make_rows(seed, 60, 10)
    bench = make_bench(rows, QueueFill() if evidence else DepthFill(), 10)
    rng = np.random.default_rng(seed)
    for now in range(2 * SECOND, 60 * SECOND, SECOND):
        for slot in range(4):
            if rng.random() < 0.5:
                side = int(rng.integers(2))
                size = int(rng.integers(1, 5_000))
                bench.put(slot, side, 9 if side == BID else 0, size, now, immediate=1)
        bench.run(now, now)
    assert bench.fills
    shown = {}
    books = []
    for _, kind, side, level, size in rows:
        if kind <= SNAPSHOT:
            shown[side, level] = shown.get((side, level), 0) + size
        books.append(dict(shown))
    for where in {(1 - int(f["side"]), int(f["level"])) for f in bench.fills}:
        mine = [f for f in bench.fills if (1 - int(f["side"]), int(f["level"])) == where]
        for j, first in enumerate(mine):
            start, total, last = int(first["message"]), 0, int(first["ts"])
            for fill in mine[j:]:
                if not evidence and int(fill["ts"]) - last > 5 * SECOND:
                    break
                last = int(fill["ts"])
                total += int(fill["size"])
                stretch = range(start + 1, int(fill["message"]) + 1)
                if evidence:
                    new = sum(
                        rows[i][4] for i in stretch
                        if rows[i][2:4] == where and rows[i][1] <= SNAPSHOT and rows[i][4] > 0
                    )  # fmt: skip
                    assert total <= books[start].get(where, 0) + new
                else:
                    offers = [books[i].get(where, 0) for i in (start, *stretch)]
                    assert total <= max(offers)
