"""The one-second clock: what is slow is sampled at whole seconds since the session's start.

A sample sees every message up to its second and none after, whoever asks and whenever: nothing
depends on the rhythm of decisions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import BID, SIZE_ONE

REMEMBERED = 64
"""Seconds of mids kept: more than the longest window that looks back."""

SAMPLE_FIELDS: list[tuple[Any, ...]] = [
    ("samples", np.int64),  # seconds sampled so far
    ("trail", np.float64, (REMEMBERED,)),  # mid by second, cents; a ring, -1: none known yet
]
"""What the engine remembers for the clock."""


@lean_kernel
def reset_samples(state: Any) -> None:
    """Forget everything."""
    state.samples = 0
    state.trail[:] = -1.0


@lean_kernel
def mid_ago(state: Any, seconds: int) -> float:
    """The mid so many samples before the last, cents; the first one where there are fewer.

    Args:
        state: STATE record.
        seconds: 0 for the last sample, less than REMEMBERED.

    Returns:
        -1 when none was known.
    """
    back = min(seconds, state.samples - 1)
    return state.trail[(state.samples - 1 - back) % REMEMBERED] if back >= 0 else -1.0


@lean_kernel
def sample_mid(state: Any, bid: int, ask: int) -> float:
    """Take the next sample: the mid of a two-sided book, or else the last there was.

    Args:
        state: STATE record.
        bid: best bid, 1e-4 dollars; -1 none.
        ask: best ask, so too.

    Returns:
        The sample, cents.
    """
    mid = (bid + ask) / 200.0 if bid >= 0 and ask >= 0 else mid_ago(state, 0)
    state.trail[state.samples % REMEMBERED] = mid
    state.samples += 1
    return mid


@lean_kernel
def largest_move(state: Any, mid: float, seconds: int) -> float:
    """The largest move to `mid` from any sample of the last `seconds`, cents, signed."""
    low = high = mid
    for back in range(min(seconds, state.samples)):
        was = state.trail[(state.samples - 1 - back) % REMEMBERED]
        if was >= 0.0:
            low, high = min(low, was), max(high, was)
    return mid - low if mid - low > high - mid else mid - high


@lean_kernel
def side_depth(
    sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, side: int, cents: int
) -> float:
    """Contracts of one side within so many cents (excluded) of its touch."""
    reach, total, level = 100 * cents, np.int64(0), np.int64(best[side])
    step, stop = (-1, -1) if side == BID else (1, prices.size)
    if level < 0 or level >= prices.size:
        return 0.0
    touch = prices[level]
    while level != stop and abs(prices[level] - touch) < reach:
        total += sizes[side, level]
        level += step
    return total / SIZE_ONE


@lean_kernel
def near_edge(best: np.ndarray, prices: np.ndarray, side: int, cents: int) -> int:
    """The last ladder level within so many cents (excluded) of a side's touch, occupied or not."""
    reach, level = 100 * cents, int(best[side])
    step, stop = (-1, -1) if side == BID else (1, prices.size)
    if level < 0 or level >= prices.size:
        return level
    touch = prices[level]
    while level + step != stop and abs(prices[level + step] - touch) < reach:
        level += step
    return level
