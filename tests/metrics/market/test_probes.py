from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.config.fill import Delay, Latency, QueueFill, QueuePosition
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.metrics.market.book_path import book_path
from kalshi_exp.metrics.market.probes import EVERY_S, PATIENCE_S, UNFILLED, probe
from kalshi_exp.tape import pack_sessions
from tests.fills.conftest import Bench, make_spec
from tests.metrics.market.tapes import (
    ADD,
    CANCEL,
    CENTS,
    FILL,
    GAP,
    OPENING,
    PRINT,
    SNAPSHOT,
    messages_of,
    random_window,
)


def probed(messages):
    return probe(messages, book_path(messages, CENTS.prices), CENTS.n)


def fill_after(*rows, side=BID):
    """When the first probe of a side is filled, in seconds; None when it is not."""
    opening = [(0, SNAPSHOT, BID, 40, 100), (0, SNAPSHOT, ASK, 42, 100), (0, ADD, BID, 20, 1)]
    if side == ASK:
        rows = tuple((t, k, 1 - s, 82 - cents, size) for t, k, s, cents, size in rows)
    messages = messages_of([*opening, *rows, (61, ADD, BID, 5, 1)])
    found = probed(messages)
    first = np.flatnonzero(found.side == side)[0]
    filled = found.filled[first]
    return None if filled == UNFILLED else (filled - found.placed[first]) / SECOND


@pytest.mark.parametrize("side", [BID, ASK])
def test_trades_at_its_level_serve_the_queue_first(side):
    assert fill_after((1, FILL, BID, 40, 99), side=side) is None
    assert fill_after((1, FILL, BID, 40, 100), side=side) is None
    assert fill_after((1, ADD, BID, 40, 9), (2, FILL, BID, 40, 101), side=side) == 2
    assert fill_after((1, FILL, BID, 40, 60), (2, PRINT, BID, 40, 41), side=side) == 2


@pytest.mark.parametrize("side", [BID, ASK])
def test_it_fills_whole_over_several_trades(side):
    rows = [(1, PRINT, BID, 40, 100.4), (2, PRINT, BID, 40, 0.5)]
    assert fill_after(*rows, side=side) is None
    assert fill_after(*rows, (3, PRINT, BID, 40, 0.1), side=side) == 3


@pytest.mark.parametrize("side", [BID, ASK])
def test_a_cancel_is_shared_by_all_who_stand(side):
    rows = [(1, ADD, BID, 40, 100), (2, CANCEL, BID, 40, 100)]  # half of the 200: 50 ahead left
    assert fill_after(*rows, (3, FILL, BID, 40, 50), side=side) is None
    assert fill_after(*rows, (3, FILL, BID, 40, 51), side=side) == 3
    assert fill_after((1, CANCEL, BID, 40, 90), (2, FILL, BID, 40, 10), side=side) is None


@pytest.mark.parametrize("side", [BID, ASK])
def test_what_trades_through_fills_it_and_what_trades_before_does_not(side):
    assert fill_after((1, PRINT, BID, 39, 1), side=side) == 1
    assert fill_after((1, PRINT, BID, 39, 0.5), side=side) is None
    assert fill_after((1, ADD, BID, 41, 50), (2, FILL, BID, 41, 50), side=side) is None
    assert fill_after((1, FILL, ASK, 42, 99), side=side) is None


@pytest.mark.parametrize("side", [BID, ASK])
def test_an_opposite_order_that_meets_its_price_fills_it(side):
    gone = (1, CANCEL, BID, 40, 100)
    assert fill_after(gone, (2, ADD, ASK, 40, 3), side=side) == 2
    assert fill_after(gone, (2, ADD, ASK, 41, 3), side=side) is None
    assert fill_after(gone, (2, SNAPSHOT, ASK, 40, 3), side=side) is None  # no evidence


def test_it_waits_a_minute_and_not_longer():
    assert fill_after((60, PRINT, BID, 39, 1)) == 60
    assert fill_after((60.001, PRINT, BID, 39, 1)) is None


def test_probes_are_sent_every_five_seconds_to_a_two_sided_book_that_goes_on():
    rows = [*OPENING, (7, CANCEL, BID, 40, 100), (12, ADD, BID, 39, 5), (80, GAP, BID, 1, 0)]
    found = probed(messages_of(rows))
    sent = (found.placed - messages_of(rows)["ts"][0]) / SECOND
    assert sent.tolist() == [0, 0, 5, 5, 15, 15, 20, 20][: len(sent)]
    assert len(sent) == 8  # up to 80 s less the minute; none at 10 s
    assert found.level[found.side == BID].tolist() == [39, 39, 38, 38]
    assert (EVERY_S, PATIENCE_S) == (5, 60)


@pytest.mark.parametrize("seed", range(12))
def test_as_the_queue_fill_model_would_have_filled_it(seed):
    session = random_window(seed, 500)
    messages = session.markets[0].messages
    found = probed(messages)
    assert len(found.side) > 20 and (found.filled != UNFILLED).any()
    at_once = Latency(order=Delay(median_ms=0.0))
    spec = make_spec(QueueFill(position=QueuePosition.pro_rata, latency=at_once))
    pack = pack_sessions([session])
    for side, level, placed, filled in zip(*found, strict=True):
        bench = Bench(pack, spec)
        bench.put(0, int(side), int(level), 100, int(placed))
        until = int(placed) + PATIENCE_S * SECOND
        fills = bench.run(int(placed), until)
        done = sum(int(fill["size"]) for fill in fills) == 100
        assert (int(fills[-1]["ts"]) if done else UNFILLED) == filled
