"""The market track: what the markets show at each decision, computed once and shared.

Nothing in it depends on what we do, so every environment reads the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from kalshi_exp.config import Decision, FeatureGroup
from kalshi_exp.features.book import touch_prices
from kalshi_exp.features.clock import decision_times
from kalshi_exp.features.engine import STATE, marks, observe, reset, update, window_ns
from kalshi_exp.features.table import MARKET_FEATURES
from kalshi_exp.market.book import clear
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.tape import Pack, Session


class Tracks(NamedTuple):
    """Decision rows of all markets of a pack, one market after another.

    The markets of a session share their decision times. Groups that are switched off are here all
    the same: the environment masks them.

    Attributes:
        row: int64[M + 1], market m owns rows row[m] to row[m + 1].
        ts: int64[K], decision time, ns.
        message: int64[K], global index of its last message with time <= ts; its first less one
            when there is none.
        news: bool[K], a message of this market came since the decision before.
        bid_price: int32[K], touch now, 1e-4 dollars; -1 when the side is empty.
        ask_price: int32[K], so too.
        mark_bid: int32[K], exit mark: last known touch, 1e-4 dollars; 0 before any.
        mark_ask: int32[K], so too; PRICE_ONE before any.
        features: float32[K, MARKET_FEATURES].
    """

    row: np.ndarray
    ts: np.ndarray
    message: np.ndarray
    news: np.ndarray
    bid_price: np.ndarray
    ask_price: np.ndarray
    mark_bid: np.ndarray
    mark_ask: np.ndarray
    features: np.ndarray


@lean_kernel
def _walk(
    pack: Pack,
    tracks: Tracks,
    market: int,
    state: Any,
    sizes: np.ndarray,
    best: np.ndarray,
    fast_ns: float,
    slow_ns: float,
) -> None:
    """Stream one market through the engine and read it at each of its decisions."""
    m = pack.markets[market]
    prices = pack.prices[m.price : m.price + m.levels]
    clear(sizes, best)
    reset(state, m.start, m.close, fast_ns, slow_ns)
    i = m.first
    for k in range(tracks.row[market], tracks.row[market + 1]):
        before, now = i, tracks.ts[k]
        while i < m.last and pack.messages[i].ts <= now:
            update(state, sizes, best, prices, pack.messages[i])
            i += 1
        tracks.message[k] = i - 1
        tracks.news[k] = i > before
        tracks.bid_price[k], tracks.ask_price[k] = touch_prices(best, prices)
        tracks.mark_bid[k], tracks.mark_ask[k] = marks(state, best, prices)
        observe(state, sizes, best, prices, now, tracks.features[k])


def build_tracks(
    pack: Pack,
    sessions: Sequence[Session],
    decision: Decision,
    features: dict[str, FeatureGroup],
) -> Tracks:
    """Compute the tracks of every market of a pack.

    Args:
        pack: the pack of `sessions`.
        sessions: the sessions, in the pack's order.
        decision: the decision clock.
        features: the feature groups; their windows are read.

    Returns:
        The tracks.

    Raises:
        ValueError: `pack` was not made of `sessions`, or the decision clock is impossible.
    """
    numbers = pack.markets["session"]
    if len(numbers) != sum(len(session.markets) for session in sessions):
        raise ValueError(
            f"the pack holds {len(numbers)} markets but the {len(sessions)} sessions given hold "
            f"{sum(len(s.markets) for s in sessions)}; pass the sessions that were packed"
        )
    times: list[np.ndarray] = []
    for number in range(len(sessions)):
        markets = np.flatnonzero(numbers == number)
        times += [decision_times(pack, markets, decision)] * len(markets)
    row = np.zeros(len(numbers) + 1, np.int64)
    row[1:] = np.cumsum([len(t) for t in times])
    total = int(row[-1])
    tracks = Tracks(
        row=row,
        ts=np.concatenate(times),
        message=np.zeros(total, np.int64),
        news=np.zeros(total, np.bool_),
        bid_price=np.zeros(total, np.int32),
        ask_price=np.zeros(total, np.int32),
        mark_bid=np.zeros(total, np.int32),
        mark_ask=np.zeros(total, np.int32),
        features=np.zeros((total, MARKET_FEATURES), np.float32),
    )
    state = np.zeros(1, STATE)
    fast_ns, slow_ns = window_ns(features)
    for market in range(len(numbers)):
        sizes = np.zeros((2, int(pack.markets["levels"][market])), np.int64)
        _walk(pack, tracks, market, state[0], sizes, np.zeros(2, np.int32), fast_ns, slow_ns)
    return tracks
