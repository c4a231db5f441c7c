"""One fill: clipped to the position, priced, charged and written down."""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.fees import charge
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY, RESTING
from kalshi_exp.market.position import closing_size, fill_flow, next_position
from kalshi_exp.market.units import BID


@lean_kernel
def fillable(order, position):
    """How much of an order may fill now: a reduce-only one no more than the position it closes."""
    if order.reduce == 0:
        return order.size
    held = -position if order.side == BID else position
    return max(min(order.size, held), 0)


@lean_kernel
def room(fills_out, n, counters):
    """Whether another fill can be written; counted as overflow when not."""
    if n < fills_out.shape[0]:
        return True
    counters.overflow += 1
    return False


@lean_kernel
def write_fill(
    fees, orders, slot, position, price, level, size, ts, message, fills_out, n, counters
):  # fmt: skip
    """Fill an order at a price and write the fill.

    Args:
        fees: FEES record.
        orders: ORDER[SLOTS]; the slot's size and fee accumulator move, and it is emptied when
            nothing is left, or nothing that it could reduce. One that rests is the maker.
        slot: which order.
        position: 1e-2 contracts, YES positive, before the fill.
        price: YES price, 1e-4 dollars.
        level: its ladder index.
        size: 1e-2 contracts, above 0, at most `fillable`.
        ts: ns.
        message: evidence; -1 where the exchange itself filled it.
        fills_out: FILL[...] with room for one more.
        n: fills written so far.
        counters: COUNTERS record.

    Returns:
        (fills written, position after).
    """
    order = orders[slot]
    side = np.int64(order.side)
    flow = fill_flow(position, side, price, size)
    passive = order.state == RESTING
    fee, order.fees = charge(fees, order.fees, flow, price, size, passive)
    fill = fills_out[n]
    fill.ts = ts
    fill.message = message
    fill.serial = order.serial
    fill.size = size
    fill.flow = flow
    fill.fee = fee
    fill.price = price
    fill.level = level
    fill.action = order.action
    fill.slot = slot
    fill.side = side
    fill.passive = passive
    fill.closing = closing_size(position, side, size) > 0
    if passive:
        counters.fills_passive += 1
        counters.contracts_passive += size
    else:
        counters.fills_aggressive += 1
        counters.contracts_aggressive += size
    after = next_position(position, side, size)
    order.size -= size
    if fillable(order, after) == 0:
        order.state = EMPTY
    return n + 1, after


@lean_kernel
def book(
    spec, pack, market, orders, slot, position, level, size, ts, message, fills_out, n, counters
):  # fmt: skip
    """Fill an order at a ladder level of a pack's market; see `write_fill`."""
    price = np.int64(pack.prices[pack.markets[market].price + level])
    return write_fill(
        spec.fees, orders, slot, position, price, level, size, ts, message, fills_out, n, counters
    )
