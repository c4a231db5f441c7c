"""Group `volatility`: large moves, and what liquidity does after them.

A *shock* is a move of the mid by more than so many cents in less than so many seconds. The
liquidity it is held against is the usual one before it; a shock counts for a while only.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.features.samples import largest_move, mid_ago, near_edge, side_depth
from kalshi_exp.features.scale import CENT, HOUR_TOP, balance, clip, log_scale, squash
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import BID, MILLISECOND, SIZE_ONE

VOLATILITY_FIELDS: list[tuple[Any, ...]] = [
    ("burst", np.int64),  # when the last burst of messages began, ns; -1: it was looked at
    ("held", np.float64, (2,)),  # contracts near each touch when it began
    ("edge", np.int64, (2,)),  # ladder level up to which that was
    ("gone", np.float64, (2,)),  # contracts that owners took back there in it
    ("come", np.float64, (2,)),  # contracts that came to the side in it
    ("pulled", np.float64),  # share that was taken back of both sides in one burst, decayed
    ("depth", np.float64),  # contracts within NEAR cents of the touches, lately
    ("usual_depth", np.float64),  # usually; -1: nothing seen yet
    ("spread", np.float64),  # cents, lately; -1: nothing seen yet
    ("calm_spread", np.float64),  # usually
    ("rises", np.float64),  # squared changes of the mid, decayed, cents squared
    ("falls", np.float64),
    ("shock", np.int64),  # sample at which the last shock began; -1: none yet
    ("shock_sign", np.float64),
    ("before", np.float64),  # usual depth when it began
    ("least", np.float64),  # least depth since
    ("cascade", np.int64),  # sample at which liquidity was last missing after one; -1: never
]
"""What the engine remembers for this group."""

NEAR = 5
"""Cents from the touch that count as liquidity."""

_BURST = 10 * MILLISECOND  # so long counts as one instant
_ADD, _CANCEL = 0, 1
_RENEWED = 3.0
_MISSING = 0.25  # of the usual depth: less than this is no cascade


@lean_kernel
def reset_volatility(state: Any) -> None:
    """Forget everything."""
    state.burst = -1
    state.held[:] = 0.0
    state.edge[:] = 0
    state.gone[:] = 0.0
    state.come[:] = 0.0
    state.pulled = 0.0
    state.depth = state.rises = state.falls = 0.0
    state.usual_depth = state.spread = state.calm_spread = -1.0
    state.shock = state.cascade = -1
    state.shock_sign = state.before = state.least = 0.0


@lean_kernel
def shocked(settings: Any, state: Any) -> bool:
    """Whether a shock is recent enough to count."""
    return state.shock >= 0 and state.samples - state.shock <= settings.fear


@lean_kernel
def missing(settings: Any, state: Any) -> float:
    """Share of the liquidity before a shock that is not there now; 0 without one."""
    if not shocked(settings, state) or state.before <= 0.0:
        return 0.0
    return clip(1.0 - state.depth / state.before, 0.0, 1.0)


@lean_kernel
def _toward(usual: float, now: float, better: bool, settings: Any) -> float:
    """Good conditions are soon usual, bad ones only after long."""
    return usual + (now - usual) * (settings.rising if better else settings.falling)


@lean_kernel
def _look_at_burst(state: Any) -> None:
    """What was withdrawn in the burst that is over, as the share of the side that lost less.

    Quotes that are moved or renewed go and come: what came counts against what went.
    """
    share = 1.0
    for side in range(2):
        held = state.held[side]
        left = state.gone[side] - _RENEWED * state.come[side]
        share = min(share, left / held if held > 0.0 else 0.0)
    state.pulled = max(state.pulled, min(share, 1.0))
    state.burst = -1


@lean_kernel
def advance_volatility(
    state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, ts: int
) -> None:
    """A message comes at `ts`: it belongs to the burst under way, or begins another."""
    if state.burst >= 0:
        if ts - state.burst <= _BURST:
            return
        _look_at_burst(state)
    state.burst = ts
    for side in range(2):
        state.held[side] = side_depth(sizes, best, prices, side, NEAR)
        state.edge[side] = near_edge(best, prices, side, NEAR)
        state.gone[side] = state.come[side] = 0.0


@lean_kernel
def count_volatility(state: Any, kind: int, side: int, level: int, size: int) -> None:
    """Count a message: what came, wherever on its side, and what owners took back near."""
    if kind == _ADD:
        state.come[side] += size / SIZE_ONE
    elif kind == _CANCEL:
        edge = state.edge[side]
        if level >= edge if side == BID else level <= edge:
            state.gone[side] -= size / SIZE_ONE


@lean_kernel
def sample_volatility(
    settings: Any, state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray,
    bid: int, ask: int, mid: float, at: int,
) -> None:  # fmt: skip
    """Take a second's sample, that of time `at` in ns.

    Touches are in 1e-4 dollars, -1 none; `mid` in cents, -1 none yet.
    """
    state.pulled *= 1.0 - settings.pulled
    if state.burst >= 0 and at - state.burst > _BURST:
        _look_at_burst(state)
    depth = 0.0
    for side in range(2):
        depth += side_depth(sizes, best, prices, side, NEAR)
    if state.usual_depth < 0.0:
        state.depth = state.usual_depth = depth
    state.depth += (depth - state.depth) * settings.depth
    if bid >= 0 and ask >= 0:
        spread = (ask - bid) / CENT
        if state.spread < 0.0:
            state.spread = state.calm_spread = spread
        state.spread += (spread - state.spread) * settings.depth
        state.calm_spread = _toward(
            state.calm_spread, state.spread, state.spread < state.calm_spread, settings
        )
    was = mid_ago(state, 1)
    if mid >= 0.0 and was >= 0.0:
        change = mid - was
        state.rises += (max(change, 0.0) ** 2 - state.rises) * settings.skew
        state.falls += (min(change, 0.0) ** 2 - state.falls) * settings.skew
        move = largest_move(state, mid, settings.move)
        if abs(move) > settings.shock and not shocked(settings, state):
            state.shock = state.samples
            state.shock_sign = 1.0 if move > 0.0 else -1.0
            state.before = state.least = state.usual_depth
    if shocked(settings, state):
        state.least = min(state.least, state.depth)
    if missing(settings, state) >= _MISSING:
        state.cascade = state.samples
    state.usual_depth = _toward(
        state.usual_depth, state.depth, state.depth > state.usual_depth, settings
    )


@lean_kernel
def observe_volatility(settings: Any, state: Any, bid: int, ask: int, out: np.ndarray) -> None:
    """Write the volatility group without changing the state.

    Args:
        settings: SETTINGS record.
        state: STATE record.
        bid: best bid, 1e-4 dollars; -1 none.
        ask: best ask, so too.
        out: float32[7], in the table's order.
    """
    out[:] = 0.0
    out[5] = 1.0
    mid = (bid + ask) / 200.0 if bid >= 0 and ask >= 0 else mid_ago(state, 0)
    if mid >= 0.0:
        out[0] = squash(largest_move(state, mid, settings.move) / settings.shock)
    out[1] = state.pulled
    if state.spread >= 0.0:
        out[2] = squash(state.spread - state.calm_spread)
    out[3] = missing(settings, state)
    seconds = float(state.samples - state.cascade)
    out[4] = log_scale(seconds, HOUR_TOP) if state.cascade >= 0 else 1.0
    if shocked(settings, state) and state.before > state.least:
        out[5] = clip((state.depth - state.least) / (state.before - state.least), 0.0, 1.0)
    out[6] = balance(state.rises, state.falls, 0.01)  # a hundredth of a squared cent of prior
