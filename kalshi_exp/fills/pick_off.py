"""Resting orders that the tape has crossed: a newcomer would have met them, or stayed away.

What is added to a tape at a price that meets our order was sent by somebody who did not see it. A
maker's order is mostly post-only, so it would not have traded with us; but while the market stands
there somebody else takes us out. An order is hit once the tape has been crossed with it for as
long as that takes.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.taking import crosses, opposite_touch
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import RESTING, SLOTS
from kalshi_exp.market.units import NEVER


@lean_kernel
def crossed_by(orders):
    """Whether the tape is crossed with any of our resting orders, as far as was noted."""
    crossed = False
    for slot in range(SLOTS):
        crossed = crossed or (orders[slot].state == RESTING and orders[slot].met != NEVER)
    return crossed


@lean_kernel
def note_crossing(orders, side, level, ts):
    """Note when an opposite order was added at a level that meets ours; see `crossed_by`."""
    for slot in range(SLOTS):
        order = orders[slot]
        free = order.state == RESTING and order.side == side and order.met == NEVER
        if free and crosses(side, np.int64(order.level), level):
            order.met = ts
    return crossed_by(orders)


@lean_kernel
def hit_sides(spec, pack, market, orders, message):
    """(bit set of the sides on which our orders are hit at a message, whether any is crossed).

    Orders that the tape is no longer crossed with are forgotten.
    """
    due, crossed = np.int64(0), False
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state != RESTING or order.met == NEVER:
            continue
        side = np.int64(order.side)
        if not crosses(side, np.int64(order.level), opposite_touch(pack, market, side, message)):
            order.met = NEVER
            continue
        crossed = True
        if pack.messages[message].ts - order.met >= spec.pick_off_ns:
            due |= 1 << side
    return due, crossed
