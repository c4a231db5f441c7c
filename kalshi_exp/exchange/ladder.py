"""Where a price that is not on the ladder falls."""

from __future__ import annotations

from kalshi_exp.market.jit import lean_kernel


@lean_kernel
def level_below(prices, price):
    """Highest level at or below `price` (a float, 1e-4 dollars); -1 when there is none."""
    low, high = 0, prices.size
    while low < high:
        middle = (low + high) >> 1
        if prices[middle] <= price:
            low = middle + 1
        else:
            high = middle
    return low - 1


@lean_kernel
def level_above(prices, price):
    """Lowest level at or above `price` (a float, 1e-4 dollars); the ladder's length if none."""
    low, high = 0, prices.size
    while low < high:
        middle = (low + high) >> 1
        if prices[middle] < price:
            low = middle + 1
        else:
            high = middle
    return low
