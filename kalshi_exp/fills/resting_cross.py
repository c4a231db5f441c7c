"""CROSS_WHOLE and CROSS: a resting order fills when the opposite touch of the tape meets it."""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.booking import book, fillable, room
from kalshi_exp.fills.impact import levels_off, pushed
from kalshi_exp.fills.priority import NO_ASK, NO_BID, best_resting, next_in_line
from kalshi_exp.fills.spec import CROSS_WHOLE
from kalshi_exp.fills.taking import crosses, opposite_touch, shown_within, walk
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY
from kalshi_exp.market.units import ASK, BID


@lean_kernel
def _fill_whole(
    spec, pack, market, orders, slot, position, ts, message, touch, fills_out, n, counters
):  # fmt: skip
    if not room(fills_out, n, counters):
        return n, position
    order = orders[slot]
    side, level = np.int64(order.side), np.int64(order.level)
    size = fillable(order, position)
    if shown_within(pack, market, side, level, touch, size, message) < size:
        counters.violations += 1
    return book(
        spec, pack, market, orders, slot, position, level, size, ts, message, fills_out, n, counters
    )


@lean_kernel
def _meet(spec, pack, market, orders, side, footprint, position, message, fills_out, n, counters):
    """Judge our resting orders of one side against the touch after a message."""
    touch = opposite_touch(pack, market, side, message)
    ts = pack.messages[message].ts
    off = np.int64(0)
    if spec.impact.on == 1 and 0 <= touch < pack.markets[market].levels:
        off = np.int64(
            levels_off(pack, market, side, touch, pushed(spec.impact, footprint, side, ts))
        )
    seen = np.int64(0)
    while True:
        slot = next_in_line(orders, side, seen)
        if slot < 0 or not crosses(
            side, np.int64(orders[slot].level), touch + (off if side == BID else -off)
        ):
            return n, position
        seen |= 1 << slot
        if fillable(orders[slot], position) == 0:
            orders[slot].state = EMPTY
        elif spec.resting == CROSS_WHOLE:
            n, position = _fill_whole(
                spec, pack, market, orders, slot, position, ts, message, touch, fills_out, n,
                counters,
            )  # fmt: skip
        else:
            n, position = walk(
                spec, pack, market, orders, slot, footprint, position, ts, message, touch,
                off, fills_out, n, counters,
            )  # fmt: skip


@lean_kernel
def rest_cross(
    spec, pack, market, orders, footprint, position, start, stop, fills_out, n, counters
):  # fmt: skip
    """Walk messages [start, stop) for our resting orders under CROSS_WHOLE or CROSS.

    CROSS_WHOLE fills them whole at their limit; CROSS as much as is shown and not consumed.

    Returns:
        (fills written, position after).
    """
    bid, ask = best_resting(orders)
    i = start
    while i < stop and (bid != NO_BID or ask != NO_ASK):
        if pack.ask[i] <= bid or pack.bid[i] >= ask:
            for side in (BID, ASK):
                n, position = _meet(
                    spec, pack, market, orders, np.int64(side), footprint, position, i, fills_out,
                    n, counters,
                )  # fmt: skip
            bid, ask = best_resting(orders)
        i += 1
    counters.rest_calls += i - start
    return n, position
