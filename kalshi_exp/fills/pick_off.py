"""Resting orders that the tape has crossed: a newcomer would have met them, or stayed away.

What is added to a tape at a price that meets our order was sent by somebody who did not see it. A
maker's order is mostly post-only, so it would not have traded with us; but while the market stands
there somebody else takes us out. An order is hit once the tape has been crossed with it for as
long as that takes: always the same time, or one drawn from an exponential distribution.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.taking import crosses, opposite_touch
from kalshi_exp.market.draws import CHECK_PICK_OFF, uniform
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import RESTING, SLOTS
from kalshi_exp.market.units import NEVER, SECOND

_LONGEST = 10**9 * SECOND  # some 30 years: no session ends later


@lean_kernel
def crossed_by(orders):
    """Whether the tape is crossed with any of our resting orders, as far as was noted."""
    crossed = False
    for slot in range(SLOTS):
        crossed = crossed or (orders[slot].state == RESTING and orders[slot].met != NEVER)
    return crossed


@lean_kernel
def note_crossing(spec, pack, market, orders, side, level, message, seed):
    """Note when an order that a message's newcomer meets is hit; see `crossed_by`.

    Args:
        spec: SPEC record; `drawn`: the wait is exponential and `pick_off_ns` its mean.
        pack: the tape.
        market: pack market.
        orders: ORDER[SLOTS].
        side: of our orders.
        level: at which the opposite order was added.
        message: that said so.
        seed: of the draw.
    """
    due = NEVER
    for slot in range(SLOTS):
        order = orders[slot]
        free = order.state == RESTING and order.side == side and order.met == NEVER
        if free and crosses(side, np.int64(order.level), level):
            if due == NEVER:
                due = _due(spec, pack, market, message, seed)
            order.met = due
    return crossed_by(orders)


@lean_kernel
def _due(spec, pack, market, message, seed):
    wait = np.float64(spec.pick_off_ns)
    if spec.drawn == 1:
        m = pack.markets[market]
        wait *= -np.log1p(-uniform(seed, m.key, m.ordinal, message - m.first, CHECK_PICK_OFF))
    ts = pack.messages[message].ts
    return ts + np.int64(min(wait, np.float64(_LONGEST)))


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
        if pack.messages[message].ts >= order.met:
            due |= 1 << side
    return due, crossed
