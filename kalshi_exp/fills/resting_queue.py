"""QUEUE: a resting order's place in the queue, moved by the tape's own trades and cancels."""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.booking import book, fillable, room
from kalshi_exp.fills.consumed import consume, offered
from kalshi_exp.fills.impact import levels_off, pushed
from kalshi_exp.fills.pick_off import crossed_by, hit_sides, note_crossing
from kalshi_exp.fills.priority import (
    NO_ASK,
    NO_BID,
    best_resting,
    next_in_line,
    resting_depth,
)
from kalshi_exp.fills.queue_place import ahead_after_cancel, ahead_after_order
from kalshi_exp.fills.taking import crosses, opposite_touch
from kalshi_exp.market.draws import CHECK_QUEUE, uniform
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY, RESTING, SLOTS
from kalshi_exp.market.units import BID, NEVER
from kalshi_exp.tape.session import Kind

ADD, CANCEL, FILL, PRINT = int(Kind.ADD), int(Kind.CANCEL), int(Kind.FILL), int(Kind.PRINT)
FAR = 2**31 - 1
ALL_OF_IT = np.int64(2**62)


@lean_kernel
def _cancelled(spec, pack, market, orders, side, level, message, seed):
    size, after = -pack.messages[message].size, pack.after[message]
    u01 = -1.0  # drawn once: several orders of ours at a level meet the same cancel
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state != RESTING or order.level != level or order.side != side:
            continue
        if spec.drawn == 0:
            order.ahead = ahead_after_cancel(spec.queue, spec.exponent, order.ahead, size, after)
            continue
        if u01 < 0.0:
            m = pack.markets[market]
            u01 = uniform(seed, m.key, m.ordinal, message - m.first, CHECK_QUEUE)
        order.ahead = ahead_after_order(spec.queue, spec.exponent, order.ahead, size, after, u01)


@lean_kernel
def _traded(
    spec, pack, market, orders, side, level, size, footprint, position, message, fills_out, n,
    counters,
):  # fmt: skip
    """Share one print over our orders of the maker's side that stand at or before its level.

    An order at a better price fills first; at the print's own level the queue ahead of it goes
    first. What one of our orders took is not there for the next.
    """
    ts = pack.messages[message].ts
    left = size
    off = np.int64(0)
    if spec.impact.on == 1:
        off = np.int64(
            levels_off(pack, market, side, level, pushed(spec.impact, footprint, side, ts))
        )
    seen = np.int64(0)
    while left > 0:
        slot = next_in_line(orders, side, seen)
        if slot < 0:
            break
        order = orders[slot]
        inside = order.level - level if side == BID else level - order.level
        if inside < 0:
            break  # it stands behind the print, and so do all that follow
        seen |= 1 << slot
        reached = left
        if inside == 0:
            reached = max(left - order.ahead, 0)
            order.ahead = max(order.ahead - left, 0)
        if reached == 0 or inside < off:
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
def meet_newcomer(
    spec, pack, market, orders, side, level, size, footprint, position, message, fills_out, n,
    counters,
):  # fmt: skip
    """Fill our orders of `side` from liquidity that came to the opposite side at a crossing price.

    The tape knows nothing of our better price; the newcomer would have traded with us. What it
    leaves with us is consumed.
    """
    ts = pack.messages[message].ts
    shown_at = level
    available, k = offered(
        spec, pack, market, footprint, 1 - side, level, ts, message, counters
    )  # fmt: skip
    left = min(size, available)
    if spec.impact.on == 1:
        off = levels_off(pack, market, side, level, pushed(spec.impact, footprint, side, ts))
        level += off if side == BID else -off
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
            consume(footprint, k, 1 - side, shown_at, filled, ts, message)
            n, position = book(
                spec, pack, market, orders, slot, position, np.int64(order.level), filled, ts,
                message, fills_out, n, counters,
            )  # fmt: skip
    return n, position


@lean_kernel
def rest_queue(
    spec, pack, market, orders, footprint, position, start, stop, seed, fills_out, n, counters
):  # fmt: skip
    """Walk messages [start, stop) for our resting orders under QUEUE.

    A trade on our side fills us when it is at a worse price than ours or reaches us in the queue;
    a cancel at our level moves us as `spec.queue` says, or the draw of `spec.drawn`; an opposite
    order added at a price that meets ours trades with us, at once or once it has stood there for
    `spec.pick_off_ns`; a snapshot or a gap moves nothing.

    Returns:
        (fills written, position after).
    """
    bid, ask = best_resting(orders)
    bids, asks = resting_depth(orders)
    i = start
    waiting = spec.pick_off_ns > 0 and crossed_by(orders)
    while i < stop and (bid != NO_BID or ask != NO_ASK):
        tag = np.int64(pack.tags[i])
        side, level, kind = tag & 1, tag >> 4, (tag >> 1) & 7
        if waiting:
            due, waiting = hit_sides(spec, pack, market, orders, i)
            if due != 0:
                for own in range(2):
                    if (due >> own) & 1:
                        n, position = meet_newcomer(
                            spec, pack, market, orders, np.int64(own),
                            opposite_touch(pack, market, np.int64(own), i), ALL_OF_IT, footprint,
                            position, i, fills_out, n, counters,
                        )  # fmt: skip
                waiting = crossed_by(orders)
                bid, ask = best_resting(orders)
                bids, asks = resting_depth(orders)
        i += 1
        # What trades meets our bids from above and our asks from below, but for what is added: it
        # meets the other side. A cancel is felt at our own levels only. One test that nearly
        # every message fails alike: the branches of the rules would be guessed wrong half the time.
        asked = (side == BID) == (kind == ADD)
        distance = level - ask if asked else bid - level
        reach = (asks if asked else bids) if kind == CANCEL else FAR
        if np.uint64(distance) > np.uint64(reach):
            continue
        if kind == ADD and spec.pick_off_ns > 0:
            if spec.pick_off_ns != NEVER:
                waiting = note_crossing(spec, pack, market, orders, 1 - side, level, i - 1, seed)
            continue
        if kind == ADD:
            n, position = meet_newcomer(
                spec, pack, market, orders, 1 - side, level, pack.messages[i - 1].size, footprint,
                position, i - 1, fills_out, n, counters,
            )  # fmt: skip
        elif kind == CANCEL:
            _cancelled(spec, pack, market, orders, side, level, i - 1, seed)
            continue
        elif kind in (FILL, PRINT):
            n, position = _traded(
                spec, pack, market, orders, side, level, abs(pack.messages[i - 1].size), footprint,
                position, i - 1, fills_out, n, counters,
            )  # fmt: skip
        else:
            continue
        bid, ask = best_resting(orders)
        bids, asks = resting_depth(orders)
    counters.rest_calls += i - start
    return n, position
