"""The one-second clock: what is slow is sampled at whole seconds since the session's start.

A sample sees every message up to its second and none after, whoever asks and whenever: nothing
depends on the rhythm of decisions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, SIZE_ONE

REMEMBERED = 64
"""Seconds of mids kept: more than the longest window that looks back."""

_DEEPEST = 1000  # 1e-4 dollars

SAMPLE_FIELDS: list[tuple[Any, ...]] = [
    ("samples", np.int64),  # seconds sampled so far
    ("trail", np.float64, (REMEMBERED,)),  # mid by second, cents; a ring, -1: none known yet
    ("spread_sum", np.int64),  # spread times time since the last sample, 1e-4 dollars x ns
    ("thick_sum", np.int64),  # so of the spread behind thin orders
    ("spread_time", np.int64),  # how long of it the book was two-sided, ns
    ("spread_from", np.int64),  # up to when that is counted, ns
]
"""What the engine remembers for the clock."""


@lean_kernel
def reset_samples(state: Any) -> None:
    """Forget everything."""
    state.samples = 0
    state.trail[:] = -1.0
    state.spread_sum = state.thick_sum = state.spread_time = 0
    state.spread_from = state.start


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
def _thick(
    sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, side: int, contracts: float
) -> int:
    """Price of a side up to which so many contracts stand, 1e-4 dollars; not beyond `_DEEPEST`."""
    level, step = np.int64(best[side]), -1 if side == BID else 1
    touch, total = prices[level], float(sizes[side, level])
    while total < contracts * SIZE_ONE and 0 <= level + step < prices.size:
        if abs(prices[level + step] - touch) > _DEEPEST:
            break
        level += step
        total += sizes[side, level]
    return prices[level]


@lean_kernel
def hold_spread(
    state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, thin: float, ts: int
) -> None:
    """Count the spread that stood until `ts`.

    Args:
        state: STATE record.
        sizes: int64[2, n], 1e-2 contracts.
        best: int32[2], touch levels.
        prices: int32[n], 1e-4 dollars.
        thin: contracts; up to fewer the second spread looks past.
        ts: ns.
    """
    past = ts - state.spread_from
    if past > 0 and best[BID] >= 0 and best[ASK] < prices.size:
        bid, ask = _thick(sizes, best, prices, BID, thin), _thick(sizes, best, prices, ASK, thin)
        state.spread_sum += past * (prices[best[ASK]] - prices[best[BID]])
        state.thick_sum += past * (ask - bid)
        state.spread_time += past
    state.spread_from = ts


@lean_kernel
def sample_spread(state: Any) -> tuple[float, float]:
    """Mean spread since the last sample, and that behind thin orders, cents; -1: none."""
    spread = thick = -1.0
    if state.spread_time > 0:
        spread = state.spread_sum / (100.0 * state.spread_time)
        thick = state.thick_sum / (100.0 * state.spread_time)
    state.spread_sum = state.thick_sum = state.spread_time = 0
    return spread, thick


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
