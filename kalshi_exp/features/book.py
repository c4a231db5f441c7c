"""Group `book`: the ladder now."""

from __future__ import annotations

import numpy as np

from kalshi_exp.features.ladder import TAKER_LOT, scan_side
from kalshi_exp.features.scale import (
    CENT,
    CENTS_TOP,
    LEVELS_TOP,
    SIZE_TOP,
    balance,
    log_scale,
    squash,
)
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SIZE_ONE


@lean_kernel
def touch_prices(best: np.ndarray, prices: np.ndarray) -> tuple[int, int]:
    """Best bid and ask price, 1e-4 dollars; -1 for a side that is empty."""
    bid = int(prices[best[BID]]) if best[BID] >= 0 else -1
    ask = int(prices[best[ASK]]) if best[ASK] < len(prices) else -1
    return bid, ask


@lean_kernel
def observe_book(sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, out: np.ndarray) -> None:
    """Write the book group.

    Args:
        sizes: int64[2, n], 1e-2 contracts.
        best: int32[2], touch levels.
        prices: int32[n], 1e-4 dollars.
        out: float32[21], in the table's order.
    """
    bid, ask = touch_prices(best, prices)
    bids = scan_side(sizes, best, prices, BID)
    asks = scan_side(sizes, best, prices, ASK)
    low = bid if bid >= 0 else 0
    high = ask if ask >= 0 else PRICE_ONE
    touch = balance(float(bids.touch), float(asks.touch), 0.0)
    near = float(bids.near_10 + asks.near_10)
    out[0] = (low + high) / PRICE_ONE - 1.0
    out[1] = log_scale(max(high - low, 0) / CENT, CENTS_TOP)
    out[2] = log_scale(bids.touch / SIZE_ONE, SIZE_TOP)
    out[3] = log_scale(asks.touch / SIZE_ONE, SIZE_TOP)
    out[4] = touch
    two_sided = bid >= 0 and ask >= 0
    out[5] = squash(touch * (high - low) / (2.0 * CENT)) if two_sided else 0.0
    out[6] = balance(float(bids.near_3), float(asks.near_3), 0.0)
    out[7] = balance(float(bids.near_5), float(asks.near_5), 0.0)
    out[8] = balance(float(bids.near_10), float(asks.near_10), 0.0)
    out[9] = log_scale(bids.near_5 / SIZE_ONE, SIZE_TOP)
    out[10] = log_scale(asks.near_5 / SIZE_ONE, SIZE_TOP)
    out[11] = log_scale(bids.total / SIZE_ONE, SIZE_TOP)
    out[12] = log_scale(asks.total / SIZE_ONE, SIZE_TOP)
    out[13] = log_scale(float(bids.levels), LEVELS_TOP)
    out[14] = log_scale(float(asks.levels), LEVELS_TOP)
    out[15] = log_scale(bids.gap / CENT, CENTS_TOP)
    out[16] = log_scale(asks.gap / CENT, CENTS_TOP)
    out[17] = log_scale(bids.slip / (TAKER_LOT * CENT), CENTS_TOP)
    out[18] = log_scale(asks.slip / (TAKER_LOT * CENT), CENTS_TOP)
    out[19] = (bid >= 0) * 1.0 - (ask >= 0) * 1.0
    out[20] = (bids.squares + asks.squares) / (near * near) if near > 0.0 else 0.0
