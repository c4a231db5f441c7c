"""Taking pieces: an order meets what the opposite side shows."""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.booking import book, fillable, room
from kalshi_exp.fills.consumed import consume, offered
from kalshi_exp.fills.impact import half_widening, levels_off, note_take, pushed
from kalshi_exp.fills.spec import BEST_WHOLE
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY, RESTING
from kalshi_exp.market.units import BID
from kalshi_exp.tape.pack import size_at


@lean_kernel
def opposite_touch(pack, market, side, message):
    """Best level an order of `side` could take; out of the ladder when that side is empty."""
    m = pack.markets[market]
    if message < m.first:
        return m.levels if side == BID else np.int64(-1)
    return np.int64(pack.ask[message] if side == BID else pack.bid[message])


@lean_kernel
def crosses(side, level, touch):
    """Whether an order at `level` meets the opposite touch; an empty side is never met."""
    return touch <= level if side == BID else touch >= level


@lean_kernel
def shown_within(pack, market, side, limit, touch, enough, message):
    """Size the tape shows on the opposite side from the touch to a limit, up to `enough`."""
    step = 1 if side == BID else -1
    level, total = touch, np.int64(0)
    while (limit - level) * step >= 0 and total < enough:
        total += size_at(pack, market, 1 - side, level, message)
        level += step
    return total


@lean_kernel
def take_whole(
    spec, pack, market, orders, slot, position, ts, message, touch, off, fills_out, n, counters
):  # fmt: skip
    """BEST_WHOLE: any size fills at the touch; more than it shows is a violation.

    Prices are `off` levels worse than the tape's, as in `walk`.
    """
    if not room(fills_out, n, counters):
        return n, position
    order = orders[slot]
    size = fillable(order, position)
    if size > size_at(pack, market, 1 - np.int64(order.side), touch, message):
        counters.violations += 1
    price = touch + (off if order.side == BID else -off)
    return book(
        spec, pack, market, orders, slot, position, price, size, ts, message, fills_out, n, counters
    )


@lean_kernel
def walk(
    spec, pack, market, orders, slot, footprint, position, ts, message, touch, off, fills_out, n,
    counters,
):  # fmt: skip
    """WALK: take what is shown and not consumed, from the touch to the limit.

    Under `walk_from` only the best level counts, all or nothing. A resting order takes
    the same liquidity but fills once, at its own limit. `off` is by how many levels our own
    takes have moved prices against this side.

    Returns:
        (fills written, position after).
    """
    order = orders[slot]
    side, limit = np.int64(order.side), np.int64(order.level)
    resting = order.state == RESTING
    want = fillable(order, position)
    small = want < spec.walk_from
    step = 1 if side == BID else -1
    level, taken = touch, np.int64(0)
    while want > 0 and (limit - level) * step >= off:
        available, k = offered(
            spec, pack, market, footprint, 1 - side, level, ts, message, counters
        )  # fmt: skip
        size = min(want, available)
        if small and size < want:
            break
        if size > 0:
            if not room(fills_out, n, counters):
                break
            consume(footprint, k, 1 - side, level, size, ts, message)
            taken += size
            want -= size
            if not resting:
                n, position = book(
                    spec, pack, market, orders, slot, position, level + step * off, size, ts,
                    message, fills_out, n, counters,
                )  # fmt: skip
        level += step
    if resting and taken > 0:
        n, position = book(
            spec, pack, market, orders, slot, position, limit, taken, ts, message, fills_out, n,
            counters,
        )  # fmt: skip
    return n, position


@lean_kernel
def take(
    spec, pack, market, orders, slot, footprint, position, ts, message, fills_out, n, counters
):  # fmt: skip
    """Judge an order on arrival: marketable or not, and what it takes if so.

    Args:
        spec: SPEC record.
        pack: the tape.
        market: pack market.
        orders: ORDER[SLOTS].
        slot: the order that arrives.
        footprint: FOOTPRINT record.
        position: 1e-2 contracts, YES positive.
        ts: arrival, ns.
        message: last message with a time up to `ts`.
        fills_out: FILL[...].
        n: fills written so far.
        counters: COUNTERS record.

    Returns:
        (fills written, position after); `crossed` tells whether it was marketable.
    """
    order = orders[slot]
    counters.take_calls += 1
    if fillable(order, position) == 0:
        order.state = EMPTY
        return n, position
    side = np.int64(order.side)
    touch = opposite_touch(pack, market, side, message)
    off = np.int64(0)
    if spec.impact.on == 1:
        moved = pushed(spec.impact, footprint, side, ts) + half_widening(spec.impact, footprint, ts)
        off = np.int64(levels_off(pack, market, side, touch, moved))
    if not crosses(side, np.int64(order.level), touch + (off if side == BID else -off)):
        return n, position
    order.crossed = 1
    before = order.size
    if spec.taking == BEST_WHOLE:
        n, position = take_whole(
            spec, pack, market, orders, slot, position, ts, message, touch, off, fills_out, n,
            counters,
        )  # fmt: skip
    else:
        n, position = walk(
            spec, pack, market, orders, slot, footprint, position, ts, message, touch, off,
            fills_out, n, counters,
        )  # fmt: skip
    if spec.impact.on == 1 and order.size < before:
        taken = before - order.size
        note_take(spec.impact, footprint, pack, market, side, touch, taken, ts, message)
    return n, position
