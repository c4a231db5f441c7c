"""Orders leave and are called back: what happens on our side before the exchange hears of it."""

from __future__ import annotations

from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY, SENT, SLOTS
from kalshi_exp.market.units import NEVER


@lean_kernel
def write_order(
    order, side, level, size, reduce, immediate, action, now, delay, ttl, serial
):  # fmt: skip
    """Put a new order into a slot, on its way.

    Args:
        order: ORDER record, overwritten.
        side: BID or ASK of the YES book.
        level: ladder index of the YES limit price.
        size: 1e-2 contracts.
        reduce: 1 when it may only reduce the position.
        immediate: 1 when what does not fill on arrival is cancelled.
        action: action number.
        now: ns, when it is decided.
        delay: ns from then to its arrival.
        ttl: ns after `now` at which it expires, NEVER for none.
        serial: its number within the row.
    """
    order.state = SENT
    order.side = side
    order.reduce = reduce
    order.immediate = immediate
    order.crossed = 0
    order.level = level
    order.action = action
    order.size = size
    order.placed = size
    order.rested = 0
    order.sent = now
    order.arrive = now + delay
    order.cancel = NEVER
    order.expire = now + ttl if ttl < NEVER - now else NEVER
    order.ahead = 0
    order.met = NEVER
    order.hazard = order.rate = 0.0
    order.since = 0
    order.fees = 0
    order.serial = serial


@lean_kernel
def cancel_order(order, when):
    """Call an order back: it can fill until `when` (ns), and no cancel overtakes its order."""
    order.cancel = min(order.cancel, max(when, order.arrive))


@lean_kernel
def standing_order(orders, side):
    """Slot of our live order of a side that is not being cancelled, or -1."""
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state != EMPTY and order.side == side and order.cancel == NEVER:
            return slot
    return -1


@lean_kernel
def live_orders(orders):
    """How many orders are on their way or on the exchange."""
    live = 0
    for slot in range(SLOTS):
        live += orders[slot].state != EMPTY
    return live


@lean_kernel
def free_slot(orders):
    """The first empty slot, or -1."""
    for slot in range(SLOTS):
        if orders[slot].state == EMPTY:
            return slot
    return -1


@lean_kernel
def amend(order, level, size, reduce, action, expire):
    """Shrink a live order in place when that is all a new one asks for.

    The size is reduced at once, before the exchange could have heard of it: our own wish to trade
    less never gives us a fill we no longer want.

    Returns:
        Whether it was amended (it keeps its place in the queue); if not, it must be replaced.
    """
    if order.level != level or order.reduce != reduce or size > order.size:
        return False
    order.size = size
    order.action = action
    order.expire = expire
    return True


@lean_kernel
def send(
    orders, side, level, size, reduce, immediate, action, now, delay, cancel_delay, ttl, serial
):  # fmt: skip
    """Send an order, which replaces the one on its own side of the book only.

    The same price at no larger size keeps the standing order and its place in the queue.

    Args:
        orders: ORDER[SLOTS] of one market.
        side: BID or ASK of the YES book.
        level: ladder index of the YES limit price.
        size: 1e-2 contracts.
        reduce: 1 when it may only reduce the position.
        immediate: 1 when what does not fill on arrival is cancelled.
        action: action number.
        now: ns, when it is decided.
        delay: ns from then to its arrival.
        cancel_delay: ns from then to that of the cancel of what it replaces.
        ttl: ns after `now` at which it expires, NEVER for none.
        serial: its number within the row, should it be a new order.

    Returns:
        The order's slot, which holds an older serial when it was amended; -1 when every slot is
        taken, and then nothing has changed.
    """
    standing = standing_order(orders, side)
    if standing >= 0 and immediate == 0 and orders[standing].immediate == 0:
        expire = now + ttl if ttl < NEVER - now else NEVER
        if amend(orders[standing], level, size, reduce, action, expire):
            return standing
    slot = free_slot(orders)
    if slot < 0:
        return -1
    cancel_side(orders, side, now + cancel_delay)
    write_order(orders[slot], side, level, size, reduce, immediate, action, now, delay, ttl, serial)
    return slot


@lean_kernel
def cancel_side(orders, side, when):
    """Call back every live order of a side at `when`, ns; returns how many were not before."""
    called = 0
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state != EMPTY and order.side == side:
            called += order.cancel == NEVER
            cancel_order(order, when)
    return called
