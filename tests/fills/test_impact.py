"""Impact moves prices against our takes for a while; it costs, and never gives a fill."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config.fill import (
    DepthFill,
    Fees,
    Impact,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    QueuePosition,
)
from kalshi_exp.fills.footprint import new_footprint
from kalshi_exp.fills.impact import half_widening, levels_off, make_impact, note_take, pushed
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.orders import EMPTY, RESTING
from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SECOND
from kalshi_exp.tape.pack import pack_sessions
from kalshi_exp.tape.session import MESSAGE, MarketTape, Session

CLASSES = Impact(small=1.0, medium=2.0, large=4.0, exponent=0.5, half_life_s=10.0)
MODELS = {
    "old": OldFill(), "depth": DepthFill(), "probabilistic": ProbabilisticFill(),
    **{one.value: QueueFill(position=one) for one in QueuePosition},
    "picked off": QueueFill(pick_off_s=3.0), "recovering": QueueFill(recovery_s=4.0),
}  # fmt: skip
EVIDENT = [name for name in MODELS if name not in ("old", "depth", "probabilistic")]
LOW, TOP = 45, 98  # where random tapes are, and the end of their ladder
BOOK = [(1, 0, BID, 46, 50_000), *((1, 0, ASK, 49 + k, 8_000) for k in range(7))]


def after_take(make_bench, size, config, side=BID, ts=0):
    """A footprint after one take at the touch of BOOK: 400 contracts stand within five levels."""
    bench, footprint = make_bench(BOOK, OldFill()), new_footprint()
    note_take(
        make_impact(config), footprint[0], bench.pack, 0, side, 49 if side == BID else 46, size,
        ts, bench.message_at(10),
    )  # fmt: skip
    return footprint[0]


@pytest.mark.parametrize(
    ("size", "cents"),
    [(100, 0.05), (1_999, 0.049975**0.5), (2_000, 2 * 0.05**0.5), (10_000, 2.0), (40_000, 4.0)],
)  # fmt: skip
def test_a_take_pushes_by_its_share_of_the_depth(size, cents, make_bench):
    footprint = after_take(make_bench, size, CLASSES)
    assert footprint["push"].tolist() == [pytest.approx(cents * 100), 0.0]


def test_more_than_all_of_it_is_all_of_it(make_bench):
    assert after_take(make_bench, 90_000, CLASSES)["push"][BID] == 400.0
    assert after_take(make_bench, 90_000, CLASSES, ASK)["push"].tolist() == [0.0, 400.0]


def test_it_is_concave_in_size(make_bench):
    whole, quarter = (
        after_take(make_bench, size, CLASSES)["push"][BID] for size in (40_000, 10_000)
    )
    assert whole == pytest.approx(2 * quarter)
    steep = replace(CLASSES, exponent=1.0)
    whole, quarter = (after_take(make_bench, size, steep)["push"][BID] for size in (40_000, 10_000))
    assert whole == pytest.approx(4 * quarter)


def test_it_decays_by_halves_and_adds_up(make_bench):
    impact, footprint = make_impact(CLASSES), after_take(make_bench, 40_000, CLASSES)
    held = [pushed(impact, footprint, BID, s * SECOND) for s in (0, 10, 20, 600)]
    assert held[:3] == [400.0, 200.0, 100.0] and 0.0 < held[3] < 1e-9
    assert pushed(impact, footprint, ASK, 0) == 0.0
    bench = make_bench(BOOK, OldFill())
    note_take(impact, footprint, bench.pack, 0, BID, 49, 40_000, 10 * SECOND, bench.message_at(10))
    assert pushed(impact, footprint, BID, 10 * SECOND) == 600.0


@pytest.mark.parametrize(("size", "half"), [(1_999, 0.0), (2_000, 75.0), (10_000, 75.0)])
def test_only_medium_and_large_takes_widen_the_spread(size, half, make_bench):
    wide = replace(CLASSES, widen_cents=1.5, widen_s=45.0)
    impact, footprint = make_impact(wide), after_take(make_bench, size, wide, ts=SECOND)
    assert half_widening(impact, footprint, 46 * SECOND - 1) == half
    assert half_widening(impact, footprint, 46 * SECOND) == 0.0


def test_zeros_are_off_and_anything_else_is_on():
    assert make_impact(Impact(exponent=0.1, half_life_s=1.0, widen_s=9.0))["on"] == 0
    for name in ("small", "medium", "large", "widen_cents"):
        assert make_impact(Impact(**{name: 0.01}))["on"] == 1


@pytest.mark.parametrize(
    ("distance", "up", "down"),
    [(0.0, 0, 0), (49.0, 0, 0), (50.0, 1, 1), (149.0, 1, 1), (150.0, 2, 2), (1e9, 9, 40)],
)
def test_levels_are_the_nearest_and_end_with_the_ladder(distance, up, down, make_bench):
    pack = make_bench(BOOK[:1], OldFill(), 50).pack
    assert levels_off(pack, 0, BID, 40, distance) == up
    assert levels_off(pack, 0, ASK, 40, distance) == down
    assert levels_off(pack, 0, BID, 50, distance) == levels_off(pack, 0, ASK, -1, distance) == 0


def test_levels_are_as_fine_as_the_ladder_is():
    """Ticks of a tenth of a cent below 10 cents, of a cent above."""
    ladder = PriceGrid.structure("tapered_deci_cent")
    tape = MarketTape("M", ladder, np.zeros(0, MESSAGE), 10, -1, np.zeros(1, np.int64),
                      np.ones((1, ladder.n), np.bool_))  # fmt: skip
    pack = pack_sessions([Session("s", "E", "S", 0, 10, (tape,))])
    nine, eleven = ladder.index(900), ladder.index(1_100)
    assert levels_off(pack, 0, BID, nine, 200.0) == 11  # ten of a tenth, and one of a cent
    assert levels_off(pack, 0, ASK, nine, 20.0) == 2
    assert levels_off(pack, 0, BID, eleven, 200.0) == 2


# What it does to orders.


def prices(fills):
    return [(int(f["price"]) // 100, int(f["size"]) // 100, int(f["passive"])) for f in fills]


@pytest.mark.parametrize("config", [DepthFill(), QueueFill()])
def test_the_next_take_pays_more_and_shows_the_same(config, make_bench):
    bench = make_bench(BOOK, replace(config, impact=CLASSES))
    for _ in range(2):  # the first pushes by 4 x (160 / 400) ** 0.5 = 2.53 cents
        bench.put(0, BID, 60, 16_000, 10, immediate=1)
        bench.run(10, 10)
    assert prices(bench.fills) == [(50, 80, 0), (51, 80, 0), (55, 80, 0), (56, 80, 0)]
    bench.put(0, BID, 60, 16_000, 10 * SECOND, immediate=1)  # 2.5 more since, half of it is left
    if isinstance(config, QueueFill):
        assert prices(bench.run(10 * SECOND, 10 * SECOND)) == [(57, 80, 0), (58, 80, 0)]


def test_old_pays_more_at_the_touch_alone(make_bench):
    bench = make_bench(BOOK, OldFill(impact=CLASSES))
    for _ in range(2):
        bench.put(0, BID, 60, 40_000, 10, immediate=1)
        bench.run(10, 10)
    assert prices(bench.fills) == [(50, 400, 0), (54, 400, 0)]


def test_the_other_side_is_as_it_was(make_bench):
    bench = make_bench(BOOK, QueueFill(impact=CLASSES))
    bench.put(0, BID, 60, 16_000, 10, immediate=1)
    bench.put(1, ASK, 40, 1_000, 10, immediate=1)
    assert prices(bench.run(10, 10))[-1] == (47, 10, 0)


def test_a_wider_spread_costs_both_sides(make_bench):
    bench = make_bench(BOOK, QueueFill(impact=Impact(widen_cents=4.0, widen_s=1.0)))
    bench.put(0, BID, 60, 8_000, 10, immediate=1)
    bench.run(10, 10)
    for now, rises in ((20, 2), (10 + SECOND, 0)):
        bench.put(0, BID, 60, 1_000, now, immediate=1)
        bench.put(1, ASK, 40, 1_000, now, immediate=1)
        assert prices(bench.run(now, now)) == [(51 + rises, 10, 0), (47 - rises, 10, 0)]


@pytest.mark.parametrize("config", [OldFill(), DepthFill(), QueueFill()])
def test_what_was_marketable_may_rest_and_then_waits_for_more(config, make_bench):
    """Resting at 51 against an ask of 50 that our take has moved to 54."""
    rows = [*BOOK, (30, 0, ASK, 48, 90_000), (40, 0, ASK, 46, 2_000)]
    rows[-1:] = [(39, 1, BID, 46, -50_000), (40, 0, ASK, 46, 2_000)]
    bench = make_bench(rows, replace(config, impact=CLASSES))
    bench.put(0, BID, 98, 40_000, 10, immediate=1)
    bench.run(10, 10)
    bench.put(0, BID, 50, 2_000, 20)
    assert bench.run(20, 30) == []
    assert (bench.orders[0]["state"], bench.orders[0]["crossed"]) == (RESTING, 0)
    (fill,) = bench.run(30, 40)  # 47 and 4 is 51
    assert (int(fill["price"]), int(fill["passive"])) == (5_100, 1)


def test_a_print_must_be_worse_by_as_much(make_bench):
    rows = [*BOOK, (30, 4, BID, 44, 700), (31, 4, BID, 43, 700)]
    bench = make_bench(rows, QueueFill(impact=replace(CLASSES, half_life_s=100.0)))
    bench.put(0, BID, 98, 40_000, 10, immediate=1)
    bench.put(1, BID, 47, 2_000, 10)
    fills = bench.run(10, 40)[-1:]
    assert [(int(f["ts"]), int(f["size"]), int(f["price"])) for f in fills] == [(31, 700, 4_800)]


def play(bench, seed, takes=False):
    """Random orders on both sides, the same whatever fills; or takes at any price alone."""
    rng = np.random.default_rng(seed)
    for now in range(2 * SECOND, 82 * SECOND, 2 * SECOND):
        for slot in range(4):
            side, level = int(rng.integers(2)), int(rng.integers(LOW, LOW + 10))
            size, reduce = int(rng.integers(1, 15_000)), int(rng.random() < 0.2)
            immediate, latency = int(rng.random() < 0.4), int(rng.integers(SECOND))
            if takes:
                level, immediate = TOP if side == BID else 0, 1
            if bench.orders[slot]["state"] == EMPTY:
                bench.put(
                    slot, side, level, size, now, latency=latency, ttl=9 * SECOND, reduce=reduce,
                    immediate=immediate,
                )  # fmt: skip
        bench.run(now, now + 2 * SECOND)


def middle(rows):
    """The same tape with room on either side."""
    return [(ts, kind, side, level + LOW, size) for ts, kind, side, level, size in rows]


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_an_impact_that_rounds_to_nothing_changes_nothing(model, seed, make_bench, make_rows):
    rows = middle(make_rows(seed, 120, 10))
    none = Impact(exponent=0.9, half_life_s=1.0, widen_s=3_600.0)
    least = Impact(small=1e-6, medium=1e-6, large=1e-6, widen_cents=1e-6)
    stories = []
    for impact in (Impact(), none, least):
        bench = make_bench(rows, replace(MODELS[model], impact=impact))
        play(bench, seed)
        kept = (bench.orders, bench.counters, bench.footprint["consumed"])
        stories.append([fill.tobytes() for fill in bench.fills] + [a.tobytes() for a in kept])
    assert stories[0] == stories[1] == stories[2]
    assert bench.fills


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), more=st.floats(1.0, 3.0), half_life=st.floats(0.1, 8.0),
    exponent=st.floats(0.0, 1.0),
)  # fmt: skip
def test_more_impact_never_raises_the_pnl_of_the_same_takes(
    model, seed, more, half_life, exponent, make_bench, make_rows
):
    """Takes at any price get the same sizes, at prices that are no better, so cost no less.

    With a limit they might be spared a loss: that is no gain of impact's.
    """
    rows = middle(make_rows(seed, 120, 10))
    little = Impact(
        small=0.3, medium=0.5, large=0.8, widen_cents=0.7, widen_s=20.0, half_life_s=half_life,
        exponent=exponent,
    )  # fmt: skip
    much = {
        name: getattr(little, name) * more for name in ("small", "medium", "large", "widen_cents")
    }
    told = []
    for impact in (Impact(), little, replace(little, **much)):
        fees = Fees(taker_rate=0.0)
        bench = make_bench(rows, replace(MODELS[model], impact=impact, fees=fees))
        play(bench, seed, takes=True)
        sizes = [(int(f["ts"]), int(f["slot"]), int(f["size"])) for f in bench.fills]
        worst = [int(f["price"]) * (1 if f["side"] == BID else -1) for f in bench.fills]
        flow = sum(int(f["flow"]) for f in bench.fills)
        worth = [bench.position * 0, bench.position * PRICE_ONE]
        owed = max(-bench.position, 0) * PRICE_ONE
        told.append((sizes, worst, [flow + paid + owed for paid in worth]))
    for (sizes, worst, pnl), (same, dearer, lower) in pairwise(told):
        assert sizes == same and sizes
        assert all(a <= b for a, b in zip(worst, dearer, strict=True))
        assert all(a >= b for a, b in zip(pnl, lower, strict=True))


@pytest.mark.parametrize("model", EVIDENT)
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), push=st.floats(0.0, 900.0), back=st.integers(-4, 3),
    side=st.sampled_from([BID, ASK]),
)  # fmt: skip
def test_a_push_never_gives_a_fill(model, seed, push, back, side, make_bench, make_rows):
    """One order, sent while prices are held against it: filled no sooner and no better."""
    rows, start = middle(make_rows(seed, 100, 10)), 15 * SECOND
    slow = Impact(small=1.0, medium=1.0, large=1.0, half_life_s=60.0)
    paths, paid = [], []
    for held in (0.0, push):
        bench = make_bench(rows, replace(MODELS[model], impact=slow))
        bench.footprint["push"][0, side] = held
        bench.footprint["push_ts"] = start
        touch = int((bench.pack.bid if side == BID else bench.pack.ask)[bench.message_at(start)])
        level = min(max(touch - back if side == BID else touch + back, 0), TOP)
        bench.put(0, side, level, 6_000, start)
        path = []
        for now in range(start, 140 * SECOND, SECOND):
            bench.run(now, now + SECOND)
            path.append(bench.position if side == BID else -bench.position)
        paths.append(np.array(path))
        sign = 1 if side == BID else -1
        paid.append([sign * int(f["price"]) for f in bench.fills for _ in range(f["size"])])
    assert (paths[1] <= paths[0]).all()
    assert all(a <= b for a, b in zip(*paid, strict=False))


@pytest.mark.parametrize("pushes", [(0.0, 30.0), (0.0, 100.0), (100.0, 200.0), (150.0, 900.0)])
def test_a_push_never_raises_the_odds_of_a_draw(pushes, make_bench):
    """Though the odds at two cents from the other touch are better than at one."""
    slow, drawn = Impact(small=1e-9, half_life_s=3_600.0), []
    for push in pushes:
        bench = make_bench(
            [(1, 0, BID, 40, 500), (1, 0, ASK, 45, 500)], ProbabilisticFill(impact=slow)
        )
        bench.footprint["push"], bench.footprint["push_ts"] = push, 10
        times = set()
        for k in range(300):
            bench.put(0, BID, 44, 3_000, 10 + k, state=RESTING)  # one cent from the ask
            if bench.run(10 + k, 11 + k):
                times.add(k)
        drawn.append(times)
    assert drawn[1] <= drawn[0] and len(drawn[0]) > 50
