"""One contract at the back of either touch, against the market statistics' own count of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config import Delay, Fill, Latency, ProbabilisticFill, QueueFill
from kalshi_exp.config.fill import HazardFill, QueuePosition
from kalshi_exp.fills.queue_place import ahead_after_cancel
from kalshi_exp.fills.spec import PRO_RATA
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.metrics.market.book_path import book_path, double_mids
from kalshi_exp.metrics.market.probes import UNFILLED, probe
from kalshi_exp.probes import JOIN_HORIZONS, JOIN_MARKOUTS, join
from kalshi_exp.tape import Session
from tests.metrics.market.tapes import (
    ADD,
    CANCEL,
    CENTS,
    FILL,
    GAP,
    PRINT,
    SNAPSHOT,
    random_window,
    window,
)
from tests.probes.conftest import sessions

QUEUE = QueueFill()
OPENING = [(0, SNAPSHOT, BID, 40, 100), (0, SNAPSHOT, ASK, 42, 100)]
LAST = (60, ADD, BID, 5, 1)


def whole(seed: int, cancels: bool) -> Session:
    """A window without gaps; where all cancels are trades no contract is filled in parts."""
    rows = random_window(seed, 600)
    messages = rows.markets[0].messages
    kept = messages[messages["kind"] != GAP].copy()
    if not cancels:
        kept["kind"][kept["kind"] == CANCEL] = FILL
    return replace(rows, markets=(replace(rows.markets[0], messages=kept),))


def counted(session: Session, *, parts: bool) -> tuple[int, list[int], list[float], list[int]]:
    """(orders, filled within, summed gains, valued), one order after the other.

    With `parts` the first part of the contract counts as its fill, else only the whole of it.
    """
    messages = session.markets[0].messages
    path = book_path(messages, CENTS.prices)
    mids = double_mids(path.bid, path.ask, CENTS.prices)
    found = probe(messages, path, CENTS.n)
    gaps = messages["ts"][messages["kind"] == GAP]
    sent, within, gains, valued = 0, [0] * 4, [0.0] * 3, [0] * 3
    for side, level, placed, filled in zip(*found, strict=True):
        until = placed + 60 * SECOND
        if ((gaps > placed) & (gaps <= until)).any():
            continue
        sent += 1
        ts = _first_part(messages, path, side, level, placed) if parts else filled
        if ts == UNFILLED:
            continue
        for k, seconds in enumerate(JOIN_HORIZONS):
            within[k] += ts - placed <= seconds * SECOND
        for k, seconds in enumerate(JOIN_MARKOUTS):
            then = ts + seconds * SECOND
            if then > messages["ts"][-1] or ((gaps > ts) & (gaps <= then)).any():
                continue
            known = mids[: np.searchsorted(messages["ts"], then, "right")]
            mid = known[known >= 0][-1]
            gains[k] += (1 if side == BID else -1) * (mid - 2 * CENTS.prices[level]) / 200
            valued[k] += 1
    return sent, within, gains, valued


def _first_part(messages, path, side, level, placed) -> int:  # type: ignore[no-untyped-def]
    start = int(np.searchsorted(messages["ts"], placed, "right"))
    ahead = int(path.depth[(placed - messages["ts"][0]) // SECOND, side, 0])
    for i in range(start, len(messages)):
        one = messages[i]
        if one["ts"] > placed + 60 * SECOND:
            break
        behind = (level - one["level"]) * (1 if side == BID else -1)
        if one["kind"] == ADD and one["side"] != side and behind >= 0:
            return int(one["ts"])
        if one["side"] != side or behind < 0:
            continue
        if one["kind"] in (FILL, PRINT):
            if behind > 0 or abs(one["size"]) > ahead:
                return int(one["ts"])
            ahead -= abs(int(one["size"]))
        elif one["kind"] == CANCEL and behind == 0:
            size = np.int64(-one["size"])
            ahead = int(ahead_after_cancel(PRO_RATA, 0.0, np.int64(ahead), size, path.after[i]))
    return UNFILLED


def same(session: Session, fill: Fill = QUEUE, *, parts: bool = True, **how: float) -> int:
    found = join(session, fill, **how)
    sent, within, gains, valued = counted(session, parts=parts)
    assert found.sent == sent and found.within.tolist() == within
    assert found.valued.tolist() == valued
    np.testing.assert_allclose(found.gains, gains, atol=1e-9)
    return within[-1]


@pytest.mark.parametrize("seed", range(6))
def test_as_the_ruler_of_market_statistics_has_it(seed: int) -> None:
    assert same(whole(seed, cancels=False), parts=False) > 5


@pytest.mark.parametrize("seed", range(6))
def test_with_cancels_the_first_part_of_a_contract_is_its_fill(seed: int) -> None:
    assert same(whole(seed, cancels=True)) > 5


def test_on_a_simulated_session() -> None:
    (session,) = sessions(3, duration_s=150.0)
    assert same(session) > 5


def test_it_is_there_at_once_whatever_the_models_latency() -> None:
    slow = replace(QUEUE, latency=Latency(order=Delay(median_ms=5000.0)))
    assert same(whole(0, cancels=True), slow) > 5


def test_by_hand() -> None:
    rows = [*OPENING, (2, FILL, BID, 40, 100), (2, ADD, BID, 40, 50), (5.5, PRINT, BID, 40, 1)]
    rows += [(6, ADD, BID, 41, 10), (9, ADD, ASK, 50, 1), LAST]
    found = join(window(rows), QUEUE)
    # One moment, 0 s, of which the recording shows a whole minute; the bid is filled at 5.5 s.
    assert (found.sent, found.across_gaps) == (2, 0)
    assert found.within.tolist() == [0, 0, 1, 1]
    assert found.valued.tolist() == [1, 1, 1]
    # 41 and 42 cents then: the mid is 41.5, and 1.5 above what was paid.
    assert found.gains.tolist() == [1.5, 1.5, 1.5]


def test_a_fill_is_valued_only_as_far_as_the_recording_goes() -> None:
    rows = [*OPENING, (45, FILL, BID, 40, 101), (45, ADD, BID, 40, 50), LAST]
    found = join(window(rows), QUEUE)
    assert found.within.tolist() == [0, 0, 0, 1] and found.valued.tolist() == [1, 1, 0]
    assert found.gains.tolist() == [1.0, 1.0, 0.0]


def test_what_the_recording_does_not_show_for_a_minute_is_not_sent() -> None:
    short = [*OPENING, (59.999, ADD, BID, 5, 1)]
    assert join(window(short), QUEUE).sent == 0
    assert join(window([*OPENING, LAST]), QUEUE).sent == 2
    one_sided = [(0, SNAPSHOT, BID, 40, 100), (61, ADD, BID, 5, 1)]
    assert join(window(one_sided), QUEUE).sent == 0
    assert join(window(OPENING[:1]), QUEUE).sent == 0
    assert join(window([]), QUEUE).sent == 0


def test_orders_across_gaps_are_left_out() -> None:
    calm = [*OPENING, *((float(t), ADD, BID, 5, 1) for t in range(1, 200))]
    gap = (100.5, GAP, BID, 1, 0)
    whole, broken = (join(window(sorted(rows)), QUEUE) for rows in (calm, [*calm, gap]))
    assert whole.across_gaps == 0 and whole.sent == 2 * 28  # 0, 5 ... 135 s
    # Those of 45 to 100 s would have waited across it.
    assert broken.across_gaps == 2 * 12 and broken.sent + broken.across_gaps == whole.sent
    # Two markets: the gap of one is not the other's.
    both = join(window(sorted(calm), sorted([*calm, gap])), QUEUE)
    assert both.sent == whole.sent + broken.sent and both.across_gaps == broken.across_gaps


def test_a_fill_before_a_gap_is_not_valued_after_it() -> None:
    rows = [*OPENING, (58, FILL, BID, 40, 101), (58, ADD, BID, 40, 5), (61, GAP, BID, 1, 0),
            (120, ADD, BID, 5, 1)]  # fmt: skip
    found = join(window(rows), QUEUE)
    assert found.within.tolist()[-1] == 1 and found.valued.tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    "fill",
    [
        QUEUE,
        QueueFill(position=QueuePosition.optimistic, pick_off_s=0.5),
        QueueFill(drawn=True, pick_off_s=0.5),
        HazardFill(),
    ],
)
def test_how_often_one_looks_is_nothing_to_the_models_of_evidence(fill: Fill) -> None:
    session = whole(1, cancels=True)
    fine, plain, coarse = (join(session, fill, 5, step) for step in (0.1, 1.0, 5.0))
    assert plain.within[-1] > 5
    for other in (fine, coarse):
        assert all(np.array_equal(a, b) for a, b in zip(plain, other, strict=True))


def test_it_is_all_to_a_chance_a_check() -> None:
    """The defect of the probabilistic model: who looks oftener is filled sooner."""
    session = whole(1, cancels=True)
    within = [join(session, ProbabilisticFill(), 0, step).within[0] for step in (0.1, 1.0, 5.0)]
    assert within[0] > 1.3 * within[1] and within[1] > 1.3 * within[2]


def test_the_bounds_bound() -> None:
    rows = [*OPENING, (1, ADD, BID, 40, 100), (2, CANCEL, BID, 40, 60), (3, FILL, BID, 40, 75)]
    (simulated,) = sessions(3, duration_s=150.0)
    for session in (window([*rows, LAST]), simulated):
        low, middle, high = (
            join(session, QueueFill(position=QueuePosition(name))).within
            for name in ("pessimistic", "pro_rata", "optimistic")
        )
        assert (low <= middle).all() and (middle <= high).all()
        assert low.sum() < high.sum()
    # Of 100 before us 60, 30 or none were cancelled; 75 traded then.
    just = [*rows, LAST]
    told = [
        join(window(just), QueueFill(position=QueuePosition(name))).within[-1]
        for name in ("pessimistic", "pro_rata", "optimistic")
    ]
    assert told == [0, 1, 1]
