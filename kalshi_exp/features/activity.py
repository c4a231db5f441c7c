"""Group `activity`: time, and what the market itself did of late.

Every window is exponential: a sum in which an event of age a weighs exp(-a / window). Each family
of sums carries the time it was last decayed to, so a message touches only what it changes; those
times are also the "time since" features.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kalshi_exp.features.book import touch_prices
from kalshi_exp.features.scale import (
    CENT,
    CENTS_TOP,
    CLOSE_TOP,
    COUNT_RATE_TOP,
    HOUR_TOP,
    VOLUME_RATE_TOP,
    balance,
    clip,
    log_scale,
    squash,
)
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import BID, SECOND, SIZE_ONE

ACTIVITY_FIELDS: list[tuple[str, type]] = [
    ("fast", np.float64),  # one over each window, 1/ns
    ("slow", np.float64),
    ("mid", np.int64),  # bid + ask, 1e-4 dollars, when last two-sided; -1 never
    ("mid_ts", np.int64),  # when it last changed, ns; -1 never
    ("quote_ts", np.int64),  # last add or cancel, ns
    ("print_ts", np.int64),  # last trade, ns; -1 never
    ("move_fast", np.float64),  # changes of mid, in its unit
    ("move_slow", np.float64),
    ("variance_slow", np.float64),  # squared changes of mid
    ("adds", np.float64),  # counts, fast window
    ("cancels", np.float64),
    ("prints_fast", np.float64),  # trades
    ("volume_fast", np.float64),  # contracts traded
    ("volume_slow", np.float64),
    ("flow_fast", np.float64),  # contracts bought less sold by takers
    ("flow_slow", np.float64),
]
"""What the engine remembers for this group."""

_ADD, _CANCEL, _FILL, _PRINT = 0, 1, 2, 4  # tape.Kind, as plain numbers for the kernels


@lean_kernel
def reset_activity(state: Any, fast: float, slow: float) -> None:
    """Forget everything; one over each window, 1/ns."""
    state.fast, state.slow = fast, slow
    state.mid = state.mid_ts = state.quote_ts = state.print_ts = -1
    state.move_fast = state.move_slow = state.variance_slow = 0.0
    state.adds = state.cancels = 0.0
    state.prints_fast = state.volume_fast = state.volume_slow = 0.0
    state.flow_fast = state.flow_slow = 0.0


@lean_kernel
def _weight(age_ns: float, rate: float) -> float:
    return math.exp(-age_ns * rate)


@lean_kernel
def _moves(state: Any, bid: int, ask: int) -> tuple[int, int, float, float, float]:
    """Mid and its sums with the change, if any, that the last message time brought.

    A mid is compared only across message times: what happens within one time (a snapshot loading,
    an order amended by cancel and add) is one change.

    Returns:
        (mid, mid_ts, move_fast, move_slow, variance_slow), the sums as of mid_ts.
    """
    mid = bid + ask
    if bid < 0 or ask < 0 or mid == state.mid:
        return state.mid, state.mid_ts, state.move_fast, state.move_slow, state.variance_slow
    if state.mid < 0:
        return mid, state.ts, 0.0, 0.0, 0.0
    change = float(mid - state.mid)
    fast = _weight(state.ts - state.mid_ts, state.fast)
    slow = _weight(state.ts - state.mid_ts, state.slow)
    return (
        mid,
        state.ts,
        state.move_fast * fast + change,
        state.move_slow * slow + change,
        state.variance_slow * slow + change * change,
    )


@lean_kernel
def advance_activity(state: Any, bid: int, ask: int) -> None:
    """Take in the mid as the last message time left it; called before time moves on."""
    if bid >= 0 and ask >= 0 and bid + ask != state.mid:
        mid, mid_ts, move_fast, move_slow, variance_slow = _moves(state, bid, ask)
        state.mid, state.mid_ts = mid, mid_ts
        state.move_fast, state.move_slow = move_fast, move_slow
        state.variance_slow = variance_slow


@lean_kernel
def count_activity(state: Any, kind: int, side: int, size: int) -> None:
    """Count one message at time state.ts; a snapshot or a gap is not activity."""
    now = state.ts
    if kind in (_ADD, _CANCEL):
        if now != state.quote_ts:
            weight = _weight(now - state.quote_ts, state.fast)
            state.adds *= weight
            state.cancels *= weight
            state.quote_ts = now
        if kind == _ADD:
            state.adds += 1.0
        else:
            state.cancels += 1.0
    elif kind in (_FILL, _PRINT):
        contracts = abs(size) / SIZE_ONE
        flow = -contracts if side == BID else contracts
        fast = _weight(now - state.print_ts, state.fast)
        slow = _weight(now - state.print_ts, state.slow)
        state.prints_fast = state.prints_fast * fast + 1.0
        state.volume_fast = state.volume_fast * fast + contracts
        state.volume_slow = state.volume_slow * slow + contracts
        state.flow_fast = state.flow_fast * fast + flow
        state.flow_slow = state.flow_slow * slow + flow
        state.print_ts = now


@lean_kernel
def _since(ts: int, now: int) -> float:
    return log_scale((now - ts) / SECOND, HOUR_TOP) if ts >= 0 else 1.0


@lean_kernel
def observe_activity(
    state: Any, best: np.ndarray, prices: np.ndarray, now: int, out: np.ndarray
) -> None:
    """Write the activity group without changing the state.

    Args:
        state: STATE record.
        best: int32[2], touch levels.
        prices: int32[n], 1e-4 dollars.
        now: ns, no earlier than the last message.
        out: float32[14], in the table's order.
    """
    bid, ask = touch_prices(best, prices)
    _, mid_ts, move_fast, move_slow, variance = _moves(state, bid, ask)
    fast, slow = state.fast * SECOND, state.slow * SECOND
    print_fast = _weight(now - state.print_ts, state.fast)
    print_slow = _weight(now - state.print_ts, state.slow)
    quotes = _weight(now - state.quote_ts, state.fast)
    mid_slow = _weight(now - mid_ts, state.slow)
    volume_fast, volume_slow = state.volume_fast * print_fast, state.volume_slow * print_slow
    flow_fast, flow_slow = state.flow_fast * print_fast, state.flow_slow * print_slow
    adds, cancels = state.adds * quotes, state.cancels * quotes
    cents = 1.0 / (2.0 * CENT)  # mid is a sum of two prices
    out[0] = log_scale(max(state.close - now, 0) / SECOND, CLOSE_TOP)
    out[1] = clip((now - state.start) / max(state.close - state.start, 1), 0.0, 1.0)
    out[2] = log_scale(state.prints_fast * print_fast * fast, COUNT_RATE_TOP)
    out[3] = log_scale(volume_fast * fast, VOLUME_RATE_TOP)
    out[4] = log_scale(volume_slow * slow, VOLUME_RATE_TOP)
    # One contract of prior: the share fades with the volume it is a share of.
    out[5] = clip(flow_fast / (volume_fast + 1.0), -1.0, 1.0)
    out[6] = clip(flow_slow / (volume_slow + 1.0), -1.0, 1.0)
    out[7] = log_scale(adds * fast, COUNT_RATE_TOP)
    out[8] = squash(10.0 * balance(adds, cancels, 1.0))
    out[9] = squash(move_fast * _weight(now - mid_ts, state.fast) * cents / 2.0)
    out[10] = squash(move_slow * mid_slow * cents / 5.0)
    out[11] = log_scale(math.sqrt(variance * mid_slow) * cents, CENTS_TOP)
    out[12] = _since(state.print_ts, now)
    out[13] = _since(mid_ts, now)
