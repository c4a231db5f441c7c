"""The streaming engine: one record and a ladder a market, the same code in every world.

`update` takes one message into the book and the state. Where something else owns the book (the
matching engine), call `advance` before it changes and `count` after. `observe` reads and changes
nothing, so it may be called at any time and any number of times.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.config import ActivityFeatures, FeatureGroup
from kalshi_exp.features.activity import (
    ACTIVITY_FIELDS,
    advance_activity,
    count_activity,
    observe_activity,
    reset_activity,
)
from kalshi_exp.features.book import observe_book, touch_prices
from kalshi_exp.features.table import group_columns
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
    ],
    align=True,
)
"""What the engine remembers of one market beside its ladder."""

_BOOK = group_columns("book")
_ACTIVITY = group_columns("activity")
_BOOK_FROM, _BOOK_TO = _BOOK.start, _BOOK.stop
_ACTIVITY_FROM, _ACTIVITY_TO = _ACTIVITY.start, _ACTIVITY.stop
_GRID_KINDS = 4  # kinds below this change the book; tape.Kind


def window_ns(features: dict[str, FeatureGroup]) -> tuple[float, float]:
    """The fast and slow window of a configuration in ns; the defaults when activity is off."""
    found = [group for group in features.values() if isinstance(group, ActivityFeatures)]
    group = found[0] if found else ActivityFeatures()
    return group.fast_s * SECOND, group.slow_s * SECOND


@lean_kernel
def reset(state: Any, start: int, close: int, fast_ns: float, slow_ns: float) -> None:
    """Begin a market.

    Args:
        state: STATE record.
        start: the session's first message, ns.
        close: end of trading, ns.
        fast_ns: fast window, float ns.
        slow_ns: slow window, float ns.
    """
    state.ts, state.start, state.close = -1, start, close
    state.mark_bid, state.mark_ask = 0, PRICE_ONE
    reset_activity(state, fast_ns, slow_ns)


@lean_kernel
def marks(state: Any, best: np.ndarray, prices: np.ndarray) -> tuple[int, int]:
    """Exit marks now: the touch, or the last one known; 0 and PRICE_ONE before any."""
    bid, ask = touch_prices(best, prices)
    return (bid if bid >= 0 else state.mark_bid), (ask if ask >= 0 else state.mark_ask)


@lean_kernel
def advance(state: Any, best: np.ndarray, prices: np.ndarray, ts: int) -> None:
    """Move the state to a message's time; `best` is the touch before the message.

    Args:
        state: STATE record.
        best: int32[2], touch levels.
        prices: int32[n], 1e-4 dollars.
        ts: ns; an earlier time than the last changes nothing.
    """
    if ts <= state.ts:
        return
    bid, ask = touch_prices(best, prices)
    if bid >= 0:
        state.mark_bid = bid
    if ask >= 0:
        state.mark_ask = ask
    advance_activity(state, bid, ask)
    state.ts = ts


@lean_kernel
def count(state: Any, kind: int, side: int, size: int) -> None:
    """Count a message that the book has taken in; `advance` came before it."""
    count_activity(state, kind, side, size)


@lean_kernel
def update(
    state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, message: Any
) -> int:
    """Take one message in.

    Args:
        state: STATE record.
        sizes: int64[2, n], 1e-2 contracts; the book, changed in place.
        best: int32[2], touch levels; changed in place.
        prices: int32[n], 1e-4 dollars.
        message: MESSAGE record.

    Returns:
        The book's status: OK, NEGATIVE (refused, and not counted) or CROSSED (taken in).
    """
    advance(state, best, prices, message.ts)
    status = OK
    if message.kind < _GRID_KINDS:
        status = apply(sizes, best, int(message.side), int(message.level), message.size)
        if status == NEGATIVE:
            return status
    count(state, message.kind, message.side, message.size)
    return status


@lean_kernel
def observe(
    state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray, now: int, out: np.ndarray
) -> None:
    """Write the market features as of `now`; changes nothing.

    Args:
        state: STATE record.
        sizes: int64[2, n], 1e-2 contracts.
        best: int32[2], touch levels.
        prices: int32[n], 1e-4 dollars.
        now: ns, no earlier than the last message.
        out: float32[MARKET_FEATURES].
    """
    observe_book(sizes, best, prices, out[_BOOK_FROM:_BOOK_TO])
    observe_activity(state, best, prices, now, out[_ACTIVITY_FROM:_ACTIVITY_TO])
