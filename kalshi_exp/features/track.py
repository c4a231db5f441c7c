"""The market track: what the markets show at each decision, computed once and shared.

Nothing in it depends on what we do, so every environment reads the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from kalshi_exp.config import Decision, FeatureGroup
from kalshi_exp.features.book import touch_prices
from kalshi_exp.features.clock import decision_times
from kalshi_exp.features.engine import marks
from kalshi_exp.features.settings import make_settings
from kalshi_exp.features.siblings import Siblings
from kalshi_exp.features.table import MARKET_FEATURES
from kalshi_exp.features.walk import BESIDE, Walk, begin_walk, new_walk, see, walk_to
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import SECOND
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
        beside: float32[K, len(BESIDE)], what detectors read beside them.
        patterns: float32[K, P], what a detector says; none as `build_tracks` makes it (P = 0).
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
    beside: np.ndarray
    patterns: np.ndarray


@lean_kernel
def _follow(
    settings: Any, pack: Pack, tracks: Tracks, place: int, first: int, markets: int, walk: Walk
) -> None:
    """Stream one session through the engine and read its markets at each decision.

    Args:
        settings: SETTINGS record.
        pack: the pack.
        tracks: written.
        place: of the session's first market in `tracks.row`.
        first: its number in the pack.
        markets: how many it has.
        walk: scratch.
    """
    begin_walk(settings, pack, first, markets, walk)
    begun = tracks.row[place]
    for k in range(tracks.row[place + 1] - begun):
        now = tracks.ts[begun + k]
        for m in range(markets):
            tracks.message[tracks.row[place + m] + k] = walk.next[m]
        walk_to(settings, pack, first, markets, walk, now)
        for m in range(markets):
            at = tracks.row[place + m] + k
            row = pack.markets[first + m]
            prices = pack.prices[row.price : row.price + row.levels]
            best = walk.best[m]
            tracks.news[at] = walk.next[m] > tracks.message[at]
            tracks.message[at] = walk.next[m] - 1
            tracks.bid_price[at], tracks.ask_price[at] = touch_prices(best, prices)
            tracks.mark_bid[at], tracks.mark_ask[at] = marks(walk.states[m], best, prices)
            see(
                settings, pack, first, markets, walk, now, m, tracks.features[at],
                tracks.beside[at],
            )  # fmt: skip


def _room(times: Sequence[np.ndarray]) -> Tracks:
    """Empty tracks of markets that decide at these times."""
    row = np.zeros(len(times) + 1, np.int64)
    row[1:] = np.cumsum([len(t) for t in times])
    total = int(row[-1])
    return Tracks(
        row=row,
        ts=np.concatenate([np.zeros(0, np.int64), *times]),
        message=np.zeros(total, np.int64),
        news=np.zeros(total, np.bool_),
        bid_price=np.zeros(total, np.int32),
        ask_price=np.zeros(total, np.int32),
        mark_bid=np.zeros(total, np.int32),
        mark_ask=np.zeros(total, np.int32),
        features=np.zeros((total, MARKET_FEATURES), np.float32),
        beside=np.zeros((total, len(BESIDE)), np.float32),
        patterns=np.zeros((total, 0), np.float32),
    )


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
    tracks, settings, walk = _room(times), make_settings(features), new_walk(pack)
    sizes = np.bincount(numbers)
    for first, markets in zip(np.cumsum(sizes) - sizes, sizes, strict=True):
        place = np.int64(first)
        _follow(settings[0], pack, tracks, place, place, np.int64(markets), walk)
    return tracks


def by_second(pack: Pack, features: dict[str, FeatureGroup]) -> Iterator[tuple[Tracks, Siblings]]:
    """Tracks of one session after another, read at every whole second since its start.

    Args:
        pack: the pack.
        features: the feature groups; their settings are read.

    Yields:
        The tracks of a session's markets, each with as many rows as the session has seconds to its
        last close; and what its markets have to do with each other at the end.
    """
    settings, walk = make_settings(features), new_walk(pack)
    sizes = np.bincount(pack.markets["session"])
    for first, markets in zip(np.cumsum(sizes) - sizes, sizes, strict=True):
        rows = pack.markets[first : first + markets]
        start = int(rows["start"][0])
        seconds = max(int(rows["close"].max()) - start, 0) // SECOND
        tracks = _room([start + SECOND * np.arange(1, seconds + 1)] * int(markets))
        _follow(settings[0], pack, tracks, np.int64(0), np.int64(first), np.int64(markets), walk)
        yield tracks, walk.siblings
