"""From one decision to the next: our orders against the tape, in the order of time."""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.resting_cross import rest_cross
from kalshi_exp.fills.resting_hazard import begin_hazard, rest_hazard
from kalshi_exp.fills.resting_probabilistic import check_resting
from kalshi_exp.fills.resting_queue import rest_queue
from kalshi_exp.fills.spec import HAZARD, PROBABILISTIC, QUEUE
from kalshi_exp.fills.taking import take
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY, RESTING, SENT, SLOTS
from kalshi_exp.tape.pack import size_at

NOBODY = -1


@lean_kernel
def next_event(orders, close):
    """(when, slot, resting, live): the next arrival or end of an order, or the close.

    At one instant the close comes first, then the ends of orders, then arrivals by serial. An
    order that is on its way can't be cancelled before it arrives.
    """
    when, slot, resting, live = close, NOBODY, 0, 0
    arrival = False
    for k in range(SLOTS):
        order = orders[k]
        if order.state == EMPTY:
            continue
        live += 1
        sent = order.state == SENT
        if not sent:
            resting += 1
        at = order.arrive if sent else min(order.cancel, order.expire)
        if at < when or (
            at == when and arrival and (not sent or order.serial < orders[slot].serial)
        ):
            when, slot, arrival = at, k, sent
    return when, slot, resting, live


@lean_kernel
def _first_after(pack, start, stop, when):
    """First message of [start, stop) with a time after `when` (ns), or `stop`."""
    # What is looked for is mostly near the start: by growing strides first, then by halving.
    low, stride = start, 1
    while low + stride <= stop and pack.messages[low + stride - 1].ts <= when:
        low += stride
        stride *= 2
    high = min(low + stride - 1, stop)
    while low < high:
        middle = (low + high) >> 1
        if pack.messages[middle].ts <= when:
            low = middle + 1
        else:
            high = middle
    return low


@lean_kernel
def _arrive(
    spec, pack, market, orders, slot, footprint, position, message, seed, fills_out, n, counters
):  # fmt: skip
    """An order reaches the exchange: it takes what it can, and the rest stays or is cancelled."""
    order = orders[slot]
    if order.expire <= order.arrive:
        order.state = EMPTY
        return n, position
    n, position = take(
        spec, pack, market, orders, slot, footprint, position, order.arrive, message, fills_out, n,
        counters,
    )  # fmt: skip
    if order.state == EMPTY:
        return n, position
    if order.immediate == 1:
        order.state = EMPTY
        return n, position
    order.state = RESTING
    order.rested = order.size
    if spec.resting == QUEUE:
        order.ahead = size_at(
            pack, market, np.int64(order.side), np.int64(order.level), message
        )  # fmt: skip
    elif spec.resting == HAZARD:
        begin_hazard(spec, pack, market, order, message, seed)
    return n, position


@lean_kernel
def execute(
    spec, pack, market, orders, footprint, position, message_from, message_to, t1, seed, decision,
    fills_out, counters,
):  # fmt: skip
    """Simulate our orders in one market from one decision to the next.

    Everything happens in the order of time. An order is judged on the book after every message
    up to its arrival; a message at the very instant of a cancel or expiry still fills. Nothing
    fills from the close on, but for messages of that same instant.

    Args:
        spec: SPEC record.
        pack: the tape.
        market: pack market.
        orders: ORDER[SLOTS], changed in place; a slot that is done is EMPTY and keeps its facts.
        footprint: FOOTPRINT record, changed in place.
        position: 1e-2 contracts, YES positive.
        message_from: last message seen at the decision; the market's first less 1 for none.
        message_to: last message with a time up to t1.
        t1: ns, the next decision.
        seed: of the draws.
        decision: number of this decision, for the draws.
        fills_out: FILL[...]; a fill that finds no room is not made and counts as overflow.
        counters: COUNTERS record, added to.

    Returns:
        (fills written, position after).
    """
    n = np.int64(0)  # a literal 0 would compile every kernel below twice
    close = pack.markets[market].close
    at, end = message_from + 1, message_to + 1
    while True:
        when, slot, resting, live = next_event(orders, close)
        if live == 0:
            return n, position
        stop = end if when >= t1 else _first_after(pack, at, end, when)
        if resting > 0 and at < stop and spec.resting != PROBABILISTIC:
            if spec.resting == QUEUE:
                n, position = rest_queue(
                    spec, pack, market, orders, footprint, position, at, stop, seed, fills_out, n,
                    counters,
                )  # fmt: skip
            elif spec.resting == HAZARD:
                n, position = rest_hazard(
                    spec, pack, market, orders, footprint, position, at, stop, fills_out, n,
                    counters,
                )  # fmt: skip
            else:
                n, position = rest_cross(
                    spec, pack, market, orders, footprint, position, at, stop, fills_out, n,
                    counters,
                )  # fmt: skip
        at = max(at, stop)
        if when > t1:
            break
        if slot == NOBODY:
            for k in range(SLOTS):
                orders[k].state = EMPTY
            return n, position
        if orders[slot].state == SENT:
            n, position = _arrive(
                spec, pack, market, orders, slot, footprint, position, at - 1, seed, fills_out, n,
                counters,
            )  # fmt: skip
        else:
            orders[slot].state = EMPTY
    if spec.resting == PROBABILISTIC:
        n, position = check_resting(
            spec, pack, market, orders, footprint, position, message_to, t1, seed, decision,
            fills_out, n, counters,
        )  # fmt: skip
    return n, position
