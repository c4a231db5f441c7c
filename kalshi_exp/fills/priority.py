"""Our own resting orders among themselves: better price first, then older serial."""

from __future__ import annotations

from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import RESTING, SLOTS
from kalshi_exp.market.units import BID

NO_BID, NO_ASK = -1, 2**31 - 1


@lean_kernel
def best_resting(orders):
    """(highest level of our resting bids, lowest of our asks); NO_BID and NO_ASK for none."""
    bid, ask = NO_BID, NO_ASK
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state == RESTING:
            if order.side == BID:
                bid = max(bid, order.level)
            else:
                ask = min(ask, order.level)
    return bid, ask


@lean_kernel
def resting_depth(orders):
    """How many levels behind our best the last of our resting orders stands: (bids, asks)."""
    bid, ask = best_resting(orders)
    bids, asks = 0, 0
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state == RESTING:
            if order.side == BID:
                bids = max(bids, bid - order.level)
            else:
                asks = max(asks, order.level - ask)
    return bids, asks


@lean_kernel
def next_in_line(orders, side, seen):
    """Slot of the resting order of a side that comes first among those not in the bit set `seen`.

    Returns:
        The slot, or -1 when none is left.
    """
    best = -1
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state != RESTING or order.side != side or (seen >> slot) & 1:
            continue
        if best >= 0:
            ahead = order.level - orders[best].level
            if side != BID:
                ahead = -ahead
            if ahead < 0 or (ahead == 0 and order.serial > orders[best].serial):
                continue
        best = slot
    return best
