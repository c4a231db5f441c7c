"""Group `algorithm`: how the other programs behave."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kalshi_exp.features.scale import CENT, clip, squash
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import BID, MILLISECOND, PRICE_ONE

ALGORITHM_FIELDS: list[tuple[Any, ...]] = [
    ("middle_depth", np.float64),  # contracts near the touches at middle prices; -1: not seen
    ("middle_spread", np.float64),  # cents, so too
    ("waiting", np.int64),  # trade that no quote has answered yet, ns; -1 none
    ("response", np.float64),  # logarithm of 1 + ms from a trade to a quote, mean; -1 never
    ("paired", np.float64),  # share of quotes near the touch with one opposite
    ("add_ts", np.int64, (2,)),  # last quote near each touch, ns; -1 never
]
"""What the engine remembers for this group."""

RESPONSE_TOP = 1.0 / math.log1p(1e4)
_ADD, _FILL, _PRINT = 0, 2, 4
_NEAR = 3  # ticks behind the touch
_RESPONSES, _QUOTES = 0.1, 0.05  # shares that a new one replaces


@lean_kernel
def reset_algorithm(state: Any) -> None:
    """Forget everything."""
    state.middle_depth = state.middle_spread = state.response = -1.0
    state.waiting = state.add_ts[0] = state.add_ts[1] = -1
    state.paired = 0.0


@lean_kernel
def is_extreme(settings: Any, mid: float) -> bool:
    """Whether a mid in cents lies beyond the thresholds."""
    return mid * CENT < settings.low or mid * CENT > settings.high


@lean_kernel
def sample_algorithm(settings: Any, state: Any, bid: int, ask: int, mid: float) -> None:
    """Take a second's sample after the volatility group has; at middle prices it is usual."""
    if bid < 0 or ask < 0 or is_extreme(settings, mid):
        return
    if state.middle_depth < 0.0:
        state.middle_depth, state.middle_spread = state.depth, state.spread
    state.middle_depth += (state.depth - state.middle_depth) * settings.middle
    state.middle_spread += (state.spread - state.middle_spread) * settings.middle


@lean_kernel
def count_algorithm(
    settings: Any, state: Any, best: np.ndarray, kind: int, side: int, level: int
) -> None:
    """Count a message that the book has taken in; time is state.ts."""
    now = state.ts
    if kind in (_FILL, _PRINT):
        if state.waiting < 0:
            state.waiting = now
        return
    behind = best[BID] - level if side == BID else level - best[1]
    if kind != _ADD or behind > _NEAR:
        return
    if state.waiting >= 0:
        told = math.log1p((now - state.waiting) / MILLISECOND)
        state.response = (
            told if state.response < 0.0 else state.response + (told - state.response) * _RESPONSES
        )
        state.waiting = -1
    opposite = state.add_ts[1 - side]
    both = 1.0 if opposite >= 0 and now - opposite <= settings.paired else 0.0
    state.paired += (both - state.paired) * _QUOTES
    state.add_ts[side] = now


@lean_kernel
def observe_algorithm(settings: Any, state: Any, bid: int, ask: int, out: np.ndarray) -> None:
    """Write the algorithm group without changing the state.

    Args:
        settings: SETTINGS record.
        state: STATE record.
        bid: best bid, 1e-4 dollars; -1 none.
        ask: best ask, so too.
        out: float32[3], in the table's order.
    """
    mid = (max(bid, 0) + (ask if ask >= 0 else PRICE_ONE)) / 200.0
    out[0] = 0.0
    if is_extreme(settings, mid) and state.middle_depth > 0.0 and state.spread >= 0.0:
        gone = clip(1.0 - state.depth / state.middle_depth, -1.0, 1.0)
        out[0] = 0.5 * (gone + squash(state.spread - state.middle_spread))
    out[1] = min(state.response * RESPONSE_TOP, 1.0) if state.response >= 0.0 else 1.0
    out[2] = state.paired
