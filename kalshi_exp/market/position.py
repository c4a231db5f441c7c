"""What a position is worth and what a fill does to it.

A position is signed: positive holds YES, negative holds NO, 1e-2 contracts.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import BID, PRICE_ONE


@kernel
def closing_size(position: int, side: int, size: int) -> np.int64:
    """Part of a fill that closes what is held: NO for a BID, YES for an ASK (1e-2 contracts)."""
    held = -np.int64(position) if side == BID else np.int64(position)
    return min(np.int64(size), max(held, np.int64(0)))


@kernel
def fill_flow(position: int, side: int, price: int, size: int) -> np.int64:
    """Money received for a fill before fees; negative when paid.

    A BID fill closes NO first, each contract returning 1 - p, then opens YES at p. An ASK fill
    closes YES first, each returning p, then opens NO at 1 - p.

    Args:
        position: before the fill, 1e-2 contracts.
        side: BID or ASK of the YES book.
        price: YES price, 1e-4 dollars.
        size: 1e-2 contracts.

    Returns:
        int64 money.
    """
    paid = np.int64(price) if side == BID else PRICE_ONE - np.int64(price)
    closed = closing_size(position, side, size)
    return closed * (PRICE_ONE - paid) - (np.int64(size) - closed) * paid


@kernel
def next_position(position: int, side: int, size: int) -> np.int64:
    """Position after a fill, 1e-2 contracts."""
    return np.int64(position) + (np.int64(size) if side == BID else -np.int64(size))


@kernel
def exit_value(position: int, bid_price: int, ask_price: int) -> np.int64:
    """Money a position would bring at the touch before fees: YES at the bid, NO at 1 - ask."""
    held = np.int64(position)
    if held >= 0:
        return held * np.int64(bid_price)
    return -held * (PRICE_ONE - np.int64(ask_price))


@kernel
def settle(position: int, settlement: int) -> np.int64:
    """Money a position pays at settlement price `settlement` of YES, 1e-4 dollars."""
    return exit_value(position, settlement, settlement)
