"""One session of a pack streamed through the engine, all its markets side by side in time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kalshi_exp.features.anchor import EVIDENCE, observe_evidence
from kalshi_exp.features.book import touch_prices
from kalshi_exp.features.cross_market import observe_cross_market
from kalshi_exp.features.engine import STATE, due, observe, reset, sample, update
from kalshi_exp.features.siblings import (
    RELATIONS,
    Siblings,
    new_siblings,
    observe_relations,
    reset_siblings,
    sample_siblings,
)
from kalshi_exp.features.table import group_columns
from kalshi_exp.market.book import clear
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.tape import Pack

BESIDE: tuple[str, ...] = (*EVIDENCE, *RELATIONS)
"""What detectors read of a market beside its features."""

_EVIDENCE = len(EVIDENCE)
# A literal would have all that it is passed to compiled once more.
ONLY, _YES, _NO = np.int64(0), np.bool_(True), np.bool_(False)
_CROSS = group_columns("cross_market")
_CROSS_FROM, _CROSS_TO = _CROSS.start, _CROSS.stop


class Walk(NamedTuple):
    """Where a session's markets are.

    Attributes:
        states: STATE[M].
        siblings: of one event.
        sizes: int64[...], the books one after another, 1e-2 contracts.
        book: int64[M], where each begins.
        best: int32[M, 2], their touch levels.
        next: int64[M], global index of the next message of each.
    """

    states: np.ndarray
    siblings: Siblings
    sizes: np.ndarray
    book: np.ndarray
    best: np.ndarray
    next: np.ndarray


def new_walk(pack: Pack) -> Walk:
    """Room for any session of a pack."""
    owner = pack.markets["session"]
    most = int(np.bincount(owner).max())
    room = int(np.bincount(owner, 2 * pack.markets["levels"]).max())
    return Walk(
        np.zeros(most, STATE),
        new_siblings(1, most),
        np.zeros(room, np.int64),
        np.zeros(most, np.int64),
        np.zeros((most, 2), np.int32),
        np.zeros(most, np.int64),
    )


@lean_kernel
def begin_walk(settings: Any, pack: Pack, first: int, markets: int, walk: Walk) -> None:
    """Begin a session: its first market in the pack, and how many it has."""
    room = 0
    for m in range(markets):
        row = pack.markets[first + m]
        sizes = walk.sizes[room : room + 2 * row.levels].reshape((2, row.levels))
        prices = pack.prices[row.price : row.price + row.levels]
        walk.book[m], walk.next[m] = room, row.first
        room += 2 * row.levels
        clear(sizes, walk.best[m])
        reset(settings, walk.states[m], prices, row.start, row.close)
    reset_siblings(walk.siblings, ONLY)


@lean_kernel
def _take(
    settings: Any, pack: Pack, first: int, m: int, walk: Walk, now: int, sampling: bool
) -> None:
    """Take in one market's messages up to `now`, and then a sample."""
    row, book = pack.markets[first + m], walk.book[m]
    sizes = walk.sizes[book : book + 2 * row.levels].reshape((2, row.levels))
    prices = pack.prices[row.price : row.price + row.levels]
    state, best, message = walk.states[m], walk.best[m], walk.next[m]
    while message < row.last and pack.messages[message].ts <= now:
        update(settings, state, sizes, best, prices, pack.messages[message])
        message += 1
    walk.next[m] = message
    if sampling:
        sample(settings, state, sizes, best, prices)


@lean_kernel
def walk_to(settings: Any, pack: Pack, first: int, markets: int, walk: Walk, now: int) -> None:
    """Take in every message up to `now` (ns), and every sample due by then."""
    while due(walk.states[0]) <= now:
        at = due(walk.states[0])
        for m in range(markets):
            _take(settings, pack, first, m, walk, at, _YES)
        sample_siblings(settings, walk.siblings, ONLY, walk.states, ONLY, markets)
    for m in range(markets):
        _take(settings, pack, first, m, walk, now, _NO)


@lean_kernel
def see(
    settings: Any, pack: Pack, first: int, markets: int, walk: Walk, now: int, m: int,
    out: np.ndarray, beside: np.ndarray,
) -> None:  # fmt: skip
    """Write what one market shows at `now`, to which the walk has come.

    Args:
        settings: SETTINGS record.
        pack: the pack.
        first: the session's first market in it.
        markets: how many it has.
        walk: where they are.
        now: ns.
        m: the market's place in its session; of the first, every sibling's touch is taken.
        out: float32[MARKET_FEATURES].
        beside: float32[len(BESIDE)].
    """
    if m == 0:
        for other in range(markets):
            row, touch = pack.markets[first + other], walk.siblings.touch[0, other]
            prices = pack.prices[row.price : row.price + row.levels]
            touch[0], touch[1] = touch_prices(walk.best[other], prices)
    row, book = pack.markets[first + m], walk.book[m]
    sizes = walk.sizes[book : book + 2 * row.levels].reshape((2, row.levels))
    prices = pack.prices[row.price : row.price + row.levels]
    observe(settings, walk.states[m], sizes, walk.best[m], prices, now, out)
    observe_cross_market(walk.siblings, ONLY, m, markets, out[_CROSS_FROM:_CROSS_TO])
    bid, ask = touch_prices(walk.best[m], prices)
    observe_evidence(settings, walk.states[m], prices, bid, ask, beside[:_EVIDENCE])
    observe_relations(walk.siblings, ONLY, m, markets, beside[_EVIDENCE:])
