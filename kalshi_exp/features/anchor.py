"""Group `anchor`: behaviour near three round prices.

What concerns one level concerns the nearest one, and is neutral while the mid is not near it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kalshi_exp.features.level_orders import (
    LEVEL_FIELDS,
    ORDER_EVIDENCE,
    observe_levels,
    reset_levels,
    sample_levels,
)
from kalshi_exp.features.profile import (
    PROFILE_FIELDS,
    reset_profile,
    sample_profile,
    usual_at,
)
from kalshi_exp.features.samples import mid_ago
from kalshi_exp.features.scale import CENT, CENTS_TOP, SIZE_TOP, log_scale, squash
from kalshi_exp.features.settings import LEVELS
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SIZE_ONE

POINTS = 7
"""Prices watched around a level: a cent apart, the level in the middle."""

ANCHOR_FIELDS: list[tuple[Any, ...]] = [
    ("points", np.int64, (LEVELS, POINTS)),  # their ladder levels; -1: not on the ladder
    ("lasting", np.float64, (LEVELS, POINTS)),  # contracts that can be counted on at each
    ("near_spread", np.float64),  # cents, near a level; -1: not near
    ("usual_spread", np.float64),  # cents, away from all; -1: not known yet
    ("spread_3", np.float64),  # cents, over so many seconds; -1: not known yet
    ("spread_10", np.float64),
    ("thick_10", np.float64),  # behind thin orders
    ("dwell", np.float64),
    ("at", np.int64, (LEVELS,)),  # ladder level of each; -1: not on the ladder
    *LEVEL_FIELDS,
    *PROFILE_FIELDS,
]
"""What the engine remembers for this group."""

_MIDDLE = POINTS // 2
_THREE, _TEN = 1.0 - math.exp(-1.0 / 3.0), 1.0 - math.exp(-1.0 / 10.0)  # forgotten a second


EVIDENCE: tuple[str, ...] = (
    *ORDER_EVIDENCE,
    "level_lasting",
    "level_behind",
    "level_size",
    "level_usual",
    "level_excess",
    "usual_touch",
    "spread_3",
    "spread_10",
    "thick_10",
)
"""What a detector sees of the nearest level beside the features."""

_OF_ORDERS = len(ORDER_EVIDENCE)


@lean_kernel
def reset_anchor(settings: Any, state: Any, prices: np.ndarray) -> None:
    """Forget everything, and find the levels on the market's ladder.

    Args:
        settings: SETTINGS record.
        state: STATE record.
        prices: int32[n], 1e-4 dollars.
    """
    for k in range(LEVELS):
        for j in range(POINTS):
            price = settings.levels[k] + (j - _MIDDLE) * 100
            at = np.searchsorted(prices, price)
            on = at < prices.size and prices[at] == price
            state.points[k, j] = at if on else -1
            state.lasting[k, j] = 0.0
        state.at[k] = state.points[k, _MIDDLE]
    reset_levels(state)
    reset_profile(state)
    state.near_spread = state.usual_spread = -1.0
    state.spread_3 = state.spread_10 = state.thick_10 = -1.0
    state.dwell = 0.0


@lean_kernel
def nearest(settings: Any, mid: float) -> int:
    """Which level is nearest to a mid in cents."""
    found, least = 0, 1e9
    for k in range(LEVELS):
        distance = abs(mid * CENT - settings.levels[k])
        if distance < least:
            found, least = k, distance
    return found


@lean_kernel
def is_near(settings: Any, mid: float, k: int) -> bool:
    """Whether a mid in cents is near level `k`."""
    return abs(mid * CENT - settings.levels[k]) <= settings.near


@lean_kernel
def sample_anchor(
    settings: Any, state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray,
    spread: float, thick: float, mid: float, at: int,
) -> None:  # fmt: skip
    """Take a second's sample, that of time `at` in ns.

    `spread` and `thick` are the second's means in cents, -1 none; `mid` in cents, -1 none yet.
    """
    sample_levels(settings, state, sizes, best, at)
    if best[BID] >= 0 and best[ASK] < prices.size:
        sample_profile(state, sizes, best, prices)
    for k in range(LEVELS):
        for j in range(POINTS):
            point = state.points[k, j]
            if point >= 0:
                size = (sizes[BID, point] + sizes[ASK, point]) / SIZE_ONE
                lasts = state.lasting[k, j]
                state.lasting[k, j] = min(size, lasts + (size - lasts) * settings.persistence)
    near = mid >= 0.0 and is_near(settings, mid, nearest(settings, mid))
    state.dwell += ((1.0 if near else 0.0) - state.dwell) * settings.dwell
    if spread < 0.0:
        return
    if state.spread_3 < 0.0:
        state.spread_3, state.spread_10, state.thick_10 = spread, spread, thick
    state.spread_3 += (spread - state.spread_3) * _THREE
    state.spread_10 += (spread - state.spread_10) * _TEN
    state.thick_10 += (thick - state.thick_10) * _TEN
    if near:
        if state.near_spread < 0.0:
            state.near_spread = spread
        state.near_spread += (spread - state.near_spread) * settings.tightness
    else:
        state.near_spread = -1.0
        if state.usual_spread < 0.0:
            state.usual_spread = spread
        state.usual_spread += (spread - state.usual_spread) * settings.usual


@lean_kernel
def _concentration(state: Any, prices: np.ndarray, bid: int, ask: int, k: int) -> float:
    """Lasting size at the level over that of its neighbours on the same side, as a logarithm."""
    at = state.points[k, _MIDDLE]
    if at < 0:
        return 0.0
    level, total, count = prices[at], 0.0, 0
    below = level <= bid
    for j in range(POINTS):
        point = state.points[k, j]
        if j == _MIDDLE or point < 0:
            continue
        if prices[point] <= bid if below else prices[point] >= ask:
            total += state.lasting[k, j]
            count += 1
    if count == 0:
        return 0.0
    # One contract of prior: two empty prices are alike.
    return math.log((state.lasting[k, _MIDDLE] + 1.0) / (total / count + 1.0))


@lean_kernel
def observe_anchor(
    settings: Any, state: Any, prices: np.ndarray, bid: int, ask: int, out: np.ndarray
) -> None:
    """Write the anchor group without changing the state.

    Args:
        settings: SETTINGS record.
        state: STATE record.
        prices: int32[n], 1e-4 dollars.
        bid: best bid, 1e-4 dollars; -1 none.
        ask: best ask, so too.
        out: float32[8], in the table's order.
    """
    mid = (max(bid, 0) + (ask if ask >= 0 else PRICE_ONE)) / 200.0
    for k in range(LEVELS):
        out[k] = squash((mid - settings.levels[k] / CENT) / 5.0)
    out[3:8] = 0.0
    k = nearest(settings, mid)
    out[5] = state.dwell
    if bid < 0 or ask < 0 or not is_near(settings, mid, k):
        return
    if state.near_spread >= 0.0 and state.usual_spread >= 0.0:
        out[3] = squash(state.usual_spread - state.near_spread)
    touch = max(state.usual_touch, 1.0)
    out[4] = squash(state.alone_size[k] / touch)
    before = mid_ago(state, settings.approach)
    if before >= 0.0:
        level = settings.levels[k] / CENT
        out[6] = squash((abs(before - level) - abs(mid - level)) / 2.0)
    out[7] = squash(state.retaken[k] / touch)


@lean_kernel
def observe_evidence(
    settings: Any, state: Any, prices: np.ndarray, bid: int, ask: int, out: np.ndarray
) -> None:
    """Write what a detector sees of the nearest level beside the features.

    Args:
        settings: SETTINGS record.
        state: STATE record.
        prices: int32[n], 1e-4 dollars.
        bid: best bid, 1e-4 dollars; -1 none.
        ask: best ask, so too.
        out: float32[len(EVIDENCE)]; zero while the mid is not near a level.
    """
    out[:] = 0.0
    if bid < 0 or ask < 0:
        return
    mid = (bid + ask) / 200.0
    k = nearest(settings, mid)
    if not is_near(settings, mid, k):
        return
    below = mid * CENT > settings.levels[k]
    observe_levels(state, k, BID if below else ASK, out)
    behind = bid - settings.levels[k] if below else settings.levels[k] - ask
    out[_OF_ORDERS] = squash(_concentration(state, prices, bid, ask, k))
    out[_OF_ORDERS + 1] = squash(behind / (5.0 * CENT))
    size = state.lasting[k, _MIDDLE] / max(state.usual_touch, 1.0)
    usual = usual_at(state, BID if below else ASK, behind) / max(state.usual_touch, 1.0)
    out[_OF_ORDERS + 2], out[_OF_ORDERS + 3] = squash(size), squash(usual)
    out[_OF_ORDERS + 4] = squash(size - usual)
    out[_OF_ORDERS + 5] = log_scale(max(state.usual_touch, 0.0), SIZE_TOP)
    out[_OF_ORDERS + 6] = log_scale(max(state.spread_3, 0.0), CENTS_TOP)
    out[_OF_ORDERS + 7] = log_scale(max(state.spread_10, 0.0), CENTS_TOP)
    out[_OF_ORDERS + 8] = log_scale(max(state.thick_10, 0.0), CENTS_TOP)
