"""What live orders can still cost: the cash that must be kept for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.market.fees import CENT, CENT_CEILING, rate_fee
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.orders import EMPTY
from kalshi_exp.market.units import BID, PRICE_ONE, SIZE_ONE


@kernel
def rounding_allowance(fees: Any, size: int) -> np.int64:
    """Money that fee rounding can cost beyond the fee at the limit, for an opening order.

    Counts one fill a contract and one more. In the balance regime each fill may pay a unit of
    precision that its fee is too small to give back; under `CENT_CEILING` an order pays at most
    one cent more. Each fill's own rounding up to 1e-6 comes on top.
    """
    fills = 2 + (np.int64(size) - 1) // SIZE_ONE
    if fees.rounding == CENT_CEILING:
        return CENT + fills
    return (fees.precision + 1) * fills


@kernel
def _allowance(fees: Any, size: int, opening: int, accumulated: int) -> np.int64:
    if fees.rounding == CENT_CEILING:
        # Even a closing fill's fee, rounded up, may exceed what a fraction of a contract returns.
        paid_ahead = -accumulated % CENT
        return rounding_allowance(fees, size) - paid_ahead
    if opening == 0:
        return np.int64(0)
    # One contract more, as the fill that ends the closing part may open a fraction.
    return rounding_allowance(fees, min(size, opening + SIZE_ONE))


@kernel
def _reserved_side(
    orders: np.ndarray, side: int, held: int, prices: np.ndarray, price_offset: int, fees: Any
) -> np.int64:
    reducing = np.int64(0)
    adding = np.int64(0)
    money = np.int64(0)
    for i in range(len(orders)):
        if orders[i].state != EMPTY and orders[i].side == side:
            if orders[i].reduce:
                reducing += orders[i].size
                money += _allowance(fees, orders[i].size, 0, orders[i].fees)
            else:
                adding += orders[i].size
    if adding == 0:
        return money
    # Reduce-only orders close first: another order may not count on what they will use up.
    capacity = max(held - reducing, np.int64(0))
    exposed = max(adding - capacity, np.int64(0))
    rate = max(fees.taker_rate, fees.maker_rate)
    done = 0  # a bit for each slot
    for _ in range(len(orders)):
        oldest = -1
        for i in range(len(orders)):
            if (
                orders[i].state != EMPTY
                and orders[i].side == side
                and not orders[i].reduce
                and not done & (1 << i)
                and (oldest < 0 or orders[i].serial < orders[oldest].serial)
            ):
                oldest = i
        if oldest < 0:
            break
        done |= 1 << oldest
        size = orders[oldest].size
        price = np.int64(prices[price_offset + orders[oldest].level])
        closed = min(size, capacity)
        capacity -= closed
        money += (size - closed) * (price if side == BID else PRICE_ONE - price)
        # A younger order may fill first and leave this one to open: the fee covers the worst.
        opening = min(size, exposed)
        if opening > 0:
            money += rate_fee(rate, fees.multiplier, price, opening)
        money += _allowance(fees, size, opening, orders[oldest].fees)
    return money


@kernel
def reserved(
    orders: np.ndarray, position: int, prices: np.ndarray, price_offset: int, fees: Any
) -> np.int64:
    """What the live orders of one market can still cost after netting.

    Closing capacity is allocated once over the orders of a side: to reduce-only orders, which
    cost nothing (about a cent under `CENT_CEILING`), then to the oldest serial. What can open
    costs its price (BID p, ASK 1 - p), the dearer of the taker's and maker's fee at the limit,
    and an allowance for fee rounding.

    The sum holds for fills and cancels in any order, as long as each fill but an order's last is
    of one contract or more. A smaller fill may need at most one unit of precision more than was
    reserved, which cancelling its order gives back.

    Args:
        orders: ORDER[SLOTS].
        position: 1e-2 contracts.
        prices: int32 array that holds the market's ladder from `price_offset` on.
        price_offset: index of the ladder's level 0 in `prices`.
        fees: FEES record.

    Returns:
        int64 money >= 0.
    """
    held = np.int64(position)
    return _reserved_side(orders, 0, -held, prices, price_offset, fees) + _reserved_side(
        orders, 1, held, prices, price_offset, fees
    )
