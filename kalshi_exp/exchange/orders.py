"""The engine's resting orders: a pool of records with a free list, queued first in, first out."""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.jit import kernel, lean_kernel

RESTING_ORDER = np.dtype(
    [
        ("size", np.int64),  # remaining, 1e-2 contracts; 0: the record is free
        ("serial", np.int64),  # rises with each order taken in; tells a reused record apart
        ("ts", np.int64),  # when it came to rest, ns
        ("fees", np.int64),  # the order's fee accumulator, 1e-6 dollars
        ("ahead", np.int64),  # neighbours in its queue; -1 at either end
        ("behind", np.int64),  # also links the free list
        ("market", np.int64),
        ("owner", np.int64),
        ("level", np.int64),
        ("side", np.int64),
    ],
    align=True,
)
"""One resting order."""

QUEUE = np.dtype([("head", np.int64), ("tail", np.int64)], align=True)
"""The queue of one (market, side, level); -1 when empty."""


def new_pool(capacity: int) -> np.ndarray:
    """A pool of free records, linked in order: RESTING_ORDER[capacity]."""
    orders = np.zeros(capacity, RESTING_ORDER)
    orders["behind"] = np.arange(1, capacity + 1)
    orders["behind"][-1] = -1
    return orders


@lean_kernel
def append(orders, queues, slot):
    """Put the order in `slot` at the back of the queue of its market, side and level."""
    order = orders[slot]
    queue = queues[order.market, order.side, order.level]
    order.ahead = queue.tail
    order.behind = -1
    if queue.tail >= 0:
        orders[queue.tail].behind = slot
    else:
        queue.head = slot
    queue.tail = slot


@lean_kernel
def unlink(orders, queues, slot):
    """Take the order in `slot` out of its queue, wherever it stands."""
    order = orders[slot]
    queue = queues[order.market, order.side, order.level]
    if order.ahead >= 0:
        orders[order.ahead].behind = order.behind
    else:
        queue.head = order.behind
    if order.behind >= 0:
        orders[order.behind].ahead = order.ahead
    else:
        queue.tail = order.ahead


@kernel
def grow_pool(orders, capacity):
    """A larger pool with the same orders in the same slots: RESTING_ORDER[capacity].

    The new records link to one another and end the chain; the caller puts them on the free list.
    """
    grown = np.zeros(capacity, orders.dtype)
    for slot in range(orders.size):
        grown[slot] = orders[slot]
    for slot in range(orders.size, capacity):
        grown[slot].behind = slot + 1 if slot + 1 < capacity else -1
    return grown
