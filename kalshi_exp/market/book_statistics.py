"""Plain statistics of a book on its ladder, as kernels."""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import BID


@kernel
def two_sided(sizes: np.ndarray, best: np.ndarray) -> bool:
    """Whether the book has both a bid and an ask."""
    return best[0] >= 0 and best[1] < sizes.shape[1]


@kernel
def depth(sizes: np.ndarray, best: np.ndarray, side: int, ticks: int) -> np.int64:
    """Size on one side within so many ladder levels of its own touch.

    Args:
        sizes: int64[2, n].
        best: int32[2].
        side: BID or ASK.
        ticks: 0 counts the touch alone.

    Returns:
        int64, 1e-2 contracts; 0 when the side is empty.
    """
    levels = sizes.shape[1]
    total = np.int64(0)
    if side == BID:
        for level in range(max(best[0] - ticks, 0), best[0] + 1):
            total += sizes[0, level]
    else:
        for level in range(best[1], min(best[1] + ticks + 1, levels)):
            total += sizes[1, level]
    return total


@kernel
def imbalance(sizes: np.ndarray, best: np.ndarray, ticks: int) -> float:
    """(bid - ask) / (bid + ask) of the depth within so many levels of each touch.

    Returns:
        float64 in [-1, 1]; 0 when the book is empty.
    """
    bid = depth(sizes, best, 0, ticks)
    ask = depth(sizes, best, 1, ticks)
    total = bid + ask
    return (bid - ask) / total if total > 0 else 0.0


@kernel
def microprice(sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, price_offset: int) -> float:
    """Mean of the touch prices, each weighted by the size on the other side.

    Args:
        sizes: int64[2, n].
        best: int32[2].
        prices: int32 array that holds the ladder from `price_offset` on, 1e-4 dollars.
        price_offset: index of level 0 in `prices`.

    Returns:
        float64, 1e-4 dollars, within [bid, ask]; -1 when the book is not two-sided.
    """
    if not two_sided(sizes, best):
        return -1.0
    bid, ask = prices[price_offset + best[0]], prices[price_offset + best[1]]
    bid_size, ask_size = sizes[0, best[0]], sizes[1, best[1]]
    return bid + (ask - bid) * (bid_size / (bid_size + ask_size))


@kernel
def spread(sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, price_offset: int) -> np.int64:
    """Ask less bid, int64 in 1e-4 dollars; -1 when the book is not two-sided."""
    if not two_sided(sizes, best):
        return np.int64(-1)
    return np.int64(prices[price_offset + best[1]] - prices[price_offset + best[0]])
