"""One side of the book in one pass, outward from the touch.

Distances are prices, not levels, so that a finer grid later in a market's life does not change
what is seen now.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import BID, PRICE_ONE

TAKER_LOT = 10_000
"""Size of the taker whose slip is measured, 1e-2 contracts."""

NEAR_3, NEAR_5, NEAR_10 = 300, 500, 1000
"""A level is near when it lies less than this behind the touch, 1e-4 dollars."""


class SideDepth(NamedTuple):
    """One side of a book: sizes in 1e-2 contracts, distances in 1e-4 dollars.

    Attributes:
        touch: size at the best price; 0 on an empty side.
        near_3: size less than 3 cents behind the touch, the touch included; so `near_5`, `near_10`.
        total: size of the whole side.
        levels: prices with size.
        gap: from the touch to the second price; to the end of the scale where there is none.
        slip: what a taker of TAKER_LOT pays beyond the touch, times size; what the side cannot
            fill is priced at the end of the scale.
        squares: sum of squared sizes of the levels within `near_10`.
    """

    touch: np.int64
    near_3: np.int64
    near_5: np.int64
    near_10: np.int64
    total: np.int64
    levels: np.int64
    gap: np.int64
    slip: np.int64
    squares: float


@lean_kernel
def scan_side(sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, side: int) -> SideDepth:
    """Measure one side.

    Args:
        sizes: int64[2, n], 1e-2 contracts.
        best: int32[2], touch levels; -1 no bid, n no ask.
        prices: int32[n], 1e-4 dollars.
        side: BID or ASK.

    Returns:
        SideDepth.
    """
    zero = np.int64(0)
    n = len(prices)
    level, dollar = np.int64(best[side]), np.int64(PRICE_ONE)
    if level < 0 or level >= n:
        return SideDepth(zero, zero, zero, zero, zero, zero, dollar, TAKER_LOT * dollar, 0.0)
    step = -1 if side == BID else 1
    stop = -1 if side == BID else n
    start = np.int64(prices[level])
    edge = start if side == BID else dollar - start
    touch = sizes[side, level]
    near_3, near_5, near_10, total, levels = zero, zero, zero, zero, zero
    gap = edge
    slip = zero
    left = np.int64(TAKER_LOT)
    squares = 0.0
    while level != stop:
        size = sizes[side, level]
        if size > 0:
            distance = abs(np.int64(prices[level]) - start)
            levels += 1
            total += size
            if levels == 2:
                gap = distance
            if left > 0:
                taken = min(size, left)
                slip += taken * distance
                left -= taken
            if distance < NEAR_10:
                near_10 += size
                squares += float(size) * float(size)
                if distance < NEAR_5:
                    near_5 += size
                    if distance < NEAR_3:
                        near_3 += size
        level += step
    slip += left * edge
    return SideDepth(touch, near_3, near_5, near_10, total, levels, gap, slip, squares)
