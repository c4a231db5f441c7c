"""QUEUE: a resting order's place in the queue, moved by the tape's own trades and cancels."""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.booking import book, fillable, room
from kalshi_exp.fills.consumed import consume, offered
from kalshi_exp.fills.priority import (
    NO_ASK,
    NO_BID,
    best_resting,
    next_in_line,
    resting_depth,
)
from kalshi_exp.fills.spec import OPTIMISTIC, PESSIMISTIC
from kalshi_exp.fills.taking import crosses
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY, RESTING, SLOTS
from kalshi_exp.market.units import BID
from kalshi_exp.tape.session import Kind

ADD, CANCEL, FILL, PRINT = int(Kind.ADD), int(Kind.CANCEL), int(Kind.FILL), int(Kind.PRINT)
FAR = 2**31 - 1


@lean_kernel
def ahead_after_cancel(queue, ahead, cancelled, after):
    """Queue ahead of an order once `cancelled` left its level and `after` is left.

    Args:
        queue: PESSIMISTIC (all of it stood behind us), PRO_RATA (its share, rounded down, stood
            in front) or OPTIMISTIC (all of it in front).
        ahead: 1e-2 contracts before; all four are integers.
        cancelled: 1e-2 contracts, above 0.
        after: 1e-2 contracts at the level after the cancel.

    Returns:
        The queue ahead, never more than `after`.
    """
    if queue == PESSIMISTIC:
        return min(ahead, after)
    front = min(ahead, after + cancelled)
    if queue == OPTIMISTIC or front <= 0:
        return max(front - cancelled, 0)
    return min(front - front * cancelled // (after + cancelled), after)


@lean_kernel
def _cancelled(spec, pack, orders, side, level, message):
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state == RESTING and order.level == level and order.side == side:
            order.ahead = ahead_after_cancel(
                spec.queue, order.ahead, -pack.messages[message].size, pack.after[message]
            )  # fmt: skip


@lean_kernel
def _traded(
    spec, pack, market, orders, side, level, size, position, message, fills_out, n, counters
):  # fmt: skip
    """Share one print over our orders of the maker's side that stand at or before its level.

    An order at a better price fills first; at the print's own level the queue ahead of it goes
    first. What one of our orders took is not there for the next.
    """
    ts = pack.messages[message].ts
    left = size
    seen = np.int64(0)
    while left > 0:
        slot = next_in_line(orders, side, seen)
        if slot < 0:
            break
        order = orders[slot]
        if order.level != level and crosses(side, level, np.int64(order.level)):
            break  # it stands behind the print, and so do all that follow
        seen |= 1 << slot
        reached = left
        if order.level == level:
            reached = max(left - order.ahead, 0)
            order.ahead = max(order.ahead - left, 0)
        if reached == 0:
            continue
        want = fillable(order, position)
        if want == 0:
            order.state = EMPTY
        elif room(fills_out, n, counters):
            filled = min(want, reached)
            left -= filled
            n, position = book(
                spec, pack, market, orders, slot, position, np.int64(order.level), filled, ts,
                message, fills_out, n, counters,
            )  # fmt: skip
    return n, position


@lean_kernel
def _met(
    spec, pack, market, orders, side, level, size, consumed, position, message, fills_out, n,
    counters,
):  # fmt: skip
    """Fill our orders of `side` from liquidity that came to the opposite side at a crossing price.

    The tape knows nothing of our better price; the newcomer would have traded with us. What it
    leaves with us is consumed.
    """
    ts = pack.messages[message].ts
    available, k = offered(
        spec, pack, market, consumed, 1 - side, level, ts, message, counters
    )  # fmt: skip
    left = min(size, available)
    seen = np.int64(0)
    while left > 0:
        slot = next_in_line(orders, side, seen)
        if slot < 0 or not crosses(side, np.int64(orders[slot].level), level):
            break
        seen |= 1 << slot
        order = orders[slot]
        want = fillable(order, position)
        if want == 0:
            order.state = EMPTY
        elif room(fills_out, n, counters):
            filled = min(want, left)
            left -= filled
            consume(consumed, k, 1 - side, level, filled, ts, message)
            n, position = book(
                spec, pack, market, orders, slot, position, np.int64(order.level), filled, ts,
                message, fills_out, n, counters,
            )  # fmt: skip
    return n, position


@lean_kernel
def rest_queue(
    spec, pack, market, orders, consumed, position, start, stop, fills_out, n, counters
):  # fmt: skip
    """Walk messages [start, stop) for our resting orders under QUEUE.

    A trade on our side fills us when it is at a worse price than ours or reaches us in the queue;
    a cancel at our level moves us as `spec.queue` says; an opposite order added at a price that
    meets ours trades with us; a snapshot or a gap moves nothing.

    Returns:
        (fills written, position after).
    """
    bid, ask = best_resting(orders)
    bids, asks = resting_depth(orders)
    i = start
    while i < stop and (bid != NO_BID or ask != NO_ASK):
        tag = np.int64(pack.tags[i])
        side, level, kind = tag & 1, tag >> 4, (tag >> 1) & 7
        i += 1
        # What trades meets our bids from above and our asks from below, but for what is added: it
        # meets the other side. A cancel is felt at our own levels only. One test that nearly
        # every message fails alike: the branches of the rules would be guessed wrong half the time.
        asked = (side == BID) == (kind == ADD)
        distance = level - ask if asked else bid - level
        reach = (asks if asked else bids) if kind == CANCEL else FAR
        if np.uint64(distance) > np.uint64(reach):
            continue
        if kind == ADD:
            n, position = _met(
                spec, pack, market, orders, 1 - side, level, pack.messages[i - 1].size, consumed,
                position, i - 1, fills_out, n, counters,
            )  # fmt: skip
        elif kind == CANCEL:
            _cancelled(spec, pack, orders, side, level, i - 1)
            continue
        elif kind in (FILL, PRINT):
            n, position = _traded(
                spec, pack, market, orders, side, level, abs(pack.messages[i - 1].size), position,
                i - 1, fills_out, n, counters,
            )  # fmt: skip
        else:
            continue
        bid, ask = best_resting(orders)
        bids, asks = resting_depth(orders)
    counters.rest_calls += i - start
    return n, position
