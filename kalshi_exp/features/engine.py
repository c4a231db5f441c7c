"""The streaming engine: one record and a ladder a market, the same code in every world.

`update` takes one message into the book and the state. Where something else owns the book (the
matching engine), call `advance` before it changes and `count` after. `sample` is called at each
whole second, between the last message up to it and the first one after. `observe` reads and
changes nothing, so it may be called at any time and any number of times.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.features.activity import (
    ACTIVITY_FIELDS,
    advance_activity,
    count_activity,
    observe_activity,
    reset_activity,
)
from kalshi_exp.features.algorithm import (
    ALGORITHM_FIELDS,
    count_algorithm,
    observe_algorithm,
    reset_algorithm,
    sample_algorithm,
)
from kalshi_exp.features.anchor import (
    ANCHOR_FIELDS,
    observe_anchor,
    reset_anchor,
    sample_anchor,
)
from kalshi_exp.features.book import observe_book, touch_prices
from kalshi_exp.features.level_orders import count_levels
from kalshi_exp.features.samples import (
    SAMPLE_FIELDS,
    hold_spread,
    reset_samples,
    sample_mid,
    sample_spread,
)
from kalshi_exp.features.table import group_columns
from kalshi_exp.features.volatility import (
    VOLATILITY_FIELDS,
    advance_volatility,
    count_volatility,
    observe_volatility,
    reset_volatility,
    sample_volatility,
)
from kalshi_exp.market.book import NEGATIVE, OK, apply
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import PRICE_ONE, SECOND

STATE = np.dtype(
    [
        ("ts", np.int64),  # last message, ns; -1 none
        ("start", np.int64),  # the session's first message, ns
        ("close", np.int64),  # end of trading, ns
        ("mark_bid", np.int64),  # last touch that was there when time moved on, 1e-4 dollars
        ("mark_ask", np.int64),
        *ACTIVITY_FIELDS,
        *SAMPLE_FIELDS,
        *ANCHOR_FIELDS,
        *VOLATILITY_FIELDS,
        *ALGORITHM_FIELDS,
    ],
    align=True,
)
"""What the engine remembers of one market beside its ladder."""

_FROM = {name: group_columns(name).start for name in ("book", "activity", "anchor", "volatility")}
_BOOK, _ACTIVITY, _ANCHOR, _VOLATILITY = _FROM.values()
_CROSS, _ALGORITHM = group_columns("cross_market").start, group_columns("algorithm").start
_END = group_columns("algorithm").stop
_THIN = 0.5  # usual touches that a spread looks past
_GRID_KINDS = 4  # kinds below this change the book; tape.Kind


@lean_kernel
def reset(settings: Any, state: Any, prices: np.ndarray, start: int, close: int) -> None:
    """Begin a market.

    Args:
        settings: SETTINGS record.
        state: STATE record.
        prices: int32[n], 1e-4 dollars.
        start: the session's first message, ns.
        close: end of trading, ns.
    """
    state.ts, state.start, state.close = -1, start, close
    state.mark_bid, state.mark_ask = 0, PRICE_ONE
    reset_activity(state, settings.fast, settings.slow)
    reset_samples(state)
    reset_anchor(settings, state, prices)
    reset_volatility(state)
    reset_algorithm(state)


@lean_kernel
def marks(state: Any, best: np.ndarray, prices: np.ndarray) -> tuple[int, int]:
    """Exit marks now: the touch, or the last one known; 0 and PRICE_ONE before any."""
    bid, ask = touch_prices(best, prices)
    return (bid if bid >= 0 else state.mark_bid), (ask if ask >= 0 else state.mark_ask)


@lean_kernel
def advance(state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, ts: int) -> None:
    """Move the state to a message's time; book and touch are those before the message.

    Args:
        state: STATE record.
        sizes: int64[2, n], 1e-2 contracts.
        best: int32[2], touch levels.
        prices: int32[n], 1e-4 dollars.
        ts: ns; an earlier time than the last changes nothing.
    """
    state.fresh = 1 if ts > state.ts else 0
    if ts <= state.ts:
        return
    state.touched[0], state.touched[1] = best[0], best[1]
    bid, ask = touch_prices(best, prices)
    if bid >= 0:
        state.mark_bid = bid
    if ask >= 0:
        state.mark_ask = ask
    hold_spread(state, sizes, best, prices, _THIN * state.usual_touch, ts)
    advance_activity(state, bid, ask)
    advance_volatility(state, sizes, best, prices, ts)
    state.ts = ts


@lean_kernel
def count(
    settings: Any, state: Any, best: np.ndarray, kind: int, side: int, level: int, size: int
) -> None:
    """Count a message that the book has taken in; `advance` came before it.

    Args:
        settings: SETTINGS record.
        state: STATE record.
        best: int32[2], touch levels after the message.
        kind: tape.Kind.
        side: BID or ASK.
        level: ladder level.
        size: 1e-2 contracts, signed.
    """
    count_activity(state, kind, side, size)
    count_levels(settings, state, best, kind, side, level, size)
    count_volatility(state, kind, side, level, size)
    count_algorithm(settings, state, best, kind, side, level)


@lean_kernel
def due(state: Any) -> int:
    """When the next sample is due, ns: it sees every message up to then, and none after."""
    return state.start + (state.samples + 1) * SECOND


@lean_kernel
def sample(
    settings: Any, state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray
) -> None:
    """Take the sample that is due.

    Args:
        settings: SETTINGS record.
        state: STATE record.
        sizes: int64[2, n], 1e-2 contracts.
        best: int32[2], touch levels.
        prices: int32[n], 1e-4 dollars.
    """
    at, (bid, ask) = due(state), touch_prices(best, prices)
    hold_spread(state, sizes, best, prices, _THIN * state.usual_touch, at)
    mid, (spread, thick) = sample_mid(state, bid, ask), sample_spread(state)
    sample_anchor(settings, state, sizes, best, prices, spread, thick, mid, at)
    sample_volatility(settings, state, sizes, best, prices, bid, ask, mid, at)
    sample_algorithm(settings, state, bid, ask, mid)


@lean_kernel
def update(
    settings: Any, state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, message: Any
) -> int:
    """Take one message in; samples that were due before it have been taken.

    Args:
        settings: SETTINGS record.
        state: STATE record.
        sizes: int64[2, n], 1e-2 contracts; the book, changed in place.
        best: int32[2], touch levels; changed in place.
        prices: int32[n], 1e-4 dollars.
        message: MESSAGE record.

    Returns:
        The book's status: OK, NEGATIVE (refused, and not counted) or CROSSED (taken in).
    """
    advance(state, sizes, best, prices, message.ts)
    status = OK
    if message.kind < _GRID_KINDS:
        status = apply(sizes, best, int(message.side), int(message.level), message.size)
        if status == NEGATIVE:
            return status
    count(settings, state, best, message.kind, message.side, message.level, message.size)
    return status


@lean_kernel
def observe(
    settings: Any, state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, now: int,
    out: np.ndarray,
) -> None:  # fmt: skip
    """Write the features of the market itself as of `now`; changes nothing.

    Args:
        settings: SETTINGS record.
        state: STATE record.
        sizes: int64[2, n], 1e-2 contracts.
        best: int32[2], touch levels.
        prices: int32[n], 1e-4 dollars.
        now: ns, no earlier than the last message; samples due by then have been taken.
        out: float32[MARKET_FEATURES]; the cross-market group is left to `observe_cross_market`.
    """
    bid, ask = touch_prices(best, prices)
    observe_book(sizes, best, prices, out[_BOOK:_ACTIVITY])
    observe_activity(state, best, prices, now, out[_ACTIVITY:_ANCHOR])
    observe_anchor(settings, state, prices, bid, ask, out[_ANCHOR:_VOLATILITY])
    observe_volatility(settings, state, bid, ask, out[_VOLATILITY:_CROSS])
    observe_algorithm(settings, state, bid, ask, out[_ALGORITHM:_END])
