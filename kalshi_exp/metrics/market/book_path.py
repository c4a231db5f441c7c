"""One pass through a market's messages: the book's best levels, and what it shows each second."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.market.book import apply, clear
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import BID, SECOND
from kalshi_exp.tape.session import Kind

ADD, CANCEL, FILL, PRINT = int(Kind.ADD), int(Kind.CANCEL), int(Kind.FILL), int(Kind.PRINT)
DEPTHS = 6
NEAR = 2
CENT = 100  # 1e-4 dollars

TIME, TWO_SIDED, SPREAD_1, SPREAD_2, SPREAD_3, ADDS, NEAR_ADDS, CANCELLED, FILLED = range(9)
COUNTS = 9


class BookPath(NamedTuple):
    """What one pass finds; T messages, G grid points: each whole second from the first message.

    Attributes:
        bid: int32[T], best YES bid level after each message; -1 for none.
        ask: int32[T], best YES ask level; the number of levels for none.
        after: int64[T], size of the message's own level after it, 1e-2 contracts.
        second: int64[G], the last message at or before each grid point.
        depth: int64[G, 2, DEPTHS], size so many levels behind the side's touch; -1 where there is
            no such level, or no touch.
        held: int64[G, 2], levels of a side that hold size.
        counts: int64[COUNTS], times in ns, orders, and volumes in 1e-2 contracts.
    """

    bid: np.ndarray
    ask: np.ndarray
    after: np.ndarray
    second: np.ndarray
    depth: np.ndarray
    held: np.ndarray
    counts: np.ndarray


@kernel
def _look(sizes: np.ndarray, best: np.ndarray, depth: np.ndarray, held: np.ndarray) -> None:
    levels = sizes.shape[1]
    for side in range(2):
        touch = best[side]
        if touch < 0 or touch >= levels:
            continue
        for k in range(DEPTHS):
            level = touch - k if side == BID else touch + k
            if 0 <= level < levels:
                depth[side, k] = sizes[side, level]
        for level in range(levels):
            if sizes[side, level] > 0:
                held[side] += 1


@kernel
def _walk(
    messages: np.ndarray,
    prices: np.ndarray,
    bid: np.ndarray,
    ask: np.ndarray,
    after: np.ndarray,
    second: np.ndarray,
    depth: np.ndarray,
    held: np.ndarray,
    counts: np.ndarray,
) -> None:
    levels = len(prices)
    sizes = np.zeros((2, levels), np.int64)
    best = np.zeros(2, np.int32)
    clear(sizes, best)
    point = 0
    due = last = messages[0].ts
    for i in range(len(messages)):
        ts, size = messages[i].ts, messages[i].size
        side, level, kind = messages[i].side, messages[i].level, messages[i].kind
        while due < ts:
            second[point] = i - 1
            _look(sizes, best, depth[point], held[point])
            point += 1
            due += SECOND
        counts[TIME] += ts - last
        if best[0] >= 0 and best[1] < levels:
            counts[TWO_SIDED] += ts - last
            spread = prices[best[1]] - prices[best[0]]
            band = SPREAD_1 if spread <= CENT else SPREAD_2 if spread <= 2 * CENT else SPREAD_3
            counts[band] += ts - last
        last = ts
        if kind == ADD:
            counts[ADDS] += 1
            if (best[0] - level if side == BID else level - best[1]) <= NEAR:
                counts[NEAR_ADDS] += 1
        elif kind == CANCEL:
            counts[CANCELLED] -= size
        elif kind == FILL:
            counts[FILLED] -= size
        if kind < PRINT:
            apply(sizes, best, side, level, size)
        after[i] = sizes[side, level]
        bid[i] = best[0]
        ask[i] = best[1]
    if point < len(second):  # the last message may itself fall on a grid point
        second[point] = len(messages) - 1
        _look(sizes, best, depth[point], held[point])


def book_path(messages: np.ndarray, prices: np.ndarray) -> BookPath:
    """Replay one market.

    Args:
        messages: MESSAGE[T], T at least 1, from an empty book.
        prices: int32[n], its ladder, 1e-4 dollars.
    """
    total = len(messages)
    points = int(messages["ts"][-1] - messages["ts"][0]) // SECOND + 1
    path = BookPath(
        np.zeros(total, np.int32),
        np.zeros(total, np.int32),
        np.zeros(total, np.int64),
        np.zeros(points, np.int64),
        np.full((points, 2, DEPTHS), -1, np.int64),
        np.zeros((points, 2), np.int64),
        np.zeros(COUNTS, np.int64),
    )
    _walk(messages, prices, *path)
    return path


def double_mids(bid: np.ndarray, ask: np.ndarray, prices: np.ndarray) -> np.ndarray:
    """Bid plus ask, 1e-4 dollars, int64; -1 where the book is not two-sided."""
    two_sided = (bid >= 0) & (ask < len(prices))
    ladder = np.append(prices.astype(np.int64), 0)
    return np.where(two_sided, ladder[bid] + ladder[ask], -1)
