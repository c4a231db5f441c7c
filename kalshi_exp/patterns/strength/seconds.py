"""A market second by second: its mid, its spread and what rests near the touch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.market.book import apply, clear
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import ASK, BID, SECOND, SIZE_ONE
from kalshi_exp.tape import Kind, MarketTape

CENT = 100  # 1e-4 dollars
CENTS = 100  # places of a whole-cent ladder; 0 stays empty
NEAR_CENTS = 3
"""Near the touch: less than so many cents behind a side's own best price."""

_GAP, _PRINT = int(Kind.GAP), int(Kind.PRINT)


class Seconds(NamedTuple):
    """A market at each whole second before its session's end, G of them.

    Where the book is one-sided or crossed, the market closed or messages are known to be missing,
    `mid` and `spread` are nan and the others hold what was seen.

    Attributes:
        mid: float64[G], cents.
        spread: float64[G], cents.
        best: int64[G, 2], prices, 1e-4 dollars; meaningless where the mid is nan.
        touch: int64[G, 2], size at a side's best price, 1e-2 contracts.
        near: int64[G, 2], size within NEAR_CENTS of it.
        cents: int64[G, 2, CENTS], size at each whole cent; -1 where no order may be.
        end: ns, of the last second.
    """

    mid: np.ndarray
    spread: np.ndarray
    best: np.ndarray
    touch: np.ndarray
    near: np.ndarray
    cents: np.ndarray
    end: int

    @property
    def typical(self) -> float:
        """Median size of a touch, 1e-2 contracts; one contract where none was seen."""
        seen = self.touch[np.isfinite(self.mid)]
        return max(float(np.median(seen)), float(SIZE_ONE)) if len(seen) else float(SIZE_ONE)


@kernel
def _look(
    sizes: np.ndarray,
    best: np.ndarray,
    prices: np.ndarray,
    whole: np.ndarray,
    valid: bool,
    g: int,
    mid: np.ndarray,
    spread: np.ndarray,
    bests: np.ndarray,
    touch: np.ndarray,
    near: np.ndarray,
    cents: np.ndarray,
) -> None:
    levels = len(prices)
    for side in range(2):
        for cent in range(len(whole)):
            cents[g, side, cent] = sizes[side, whole[cent]] if whole[cent] >= 0 else -1
    if best[0] < 0 or best[1] >= levels:
        return
    for side in range(2):
        top = best[side]
        bests[g, side] = prices[top]
        touch[g, side] = sizes[side, top]
        step = -1 if side == 0 else 1
        level = top
        while 0 <= level < levels and abs(prices[level] - prices[top]) < NEAR_CENTS * CENT:
            near[g, side] += sizes[side, level]
            level += step
    if valid and bests[g, 0] < bests[g, 1]:
        mid[g] = (bests[g, 0] + bests[g, 1]) / (2.0 * CENT)
        spread[g] = (bests[g, 1] - bests[g, 0]) / CENT


@kernel
def _walk(
    messages: np.ndarray,
    prices: np.ndarray,
    whole: np.ndarray,
    first: int,
    close: int,
    mid: np.ndarray,
    spread: np.ndarray,
    bests: np.ndarray,
    touch: np.ndarray,
    near: np.ndarray,
    cents: np.ndarray,
) -> None:
    sizes = np.zeros((2, len(prices)), np.int64)
    best = np.zeros(2, np.int32)
    clear(sizes, best)
    g, due, points = 0, first, len(mid)
    for i in range(len(messages) + 1):
        last = i == len(messages)
        stale = not last and messages[i].kind == _GAP
        while g < points and (last or due < messages[i].ts):
            _look(
                sizes, best, prices, whole, not stale and due <= close, g,
                mid, spread, bests, touch, near, cents,
            )  # fmt: skip
            g += 1
            due += SECOND
        if not last and messages[i].kind < _PRINT:
            apply(sizes, best, messages[i].side, messages[i].level, messages[i].size)


def seconds_of(market: MarketTape, start: int, end: int) -> Seconds:
    """Replay a market.

    Args:
        market: its tape.
        start: of the session, ns.
        end: of the session, ns: the seconds are counted back from here, so that those of different
            sessions stand at the same time to the close.
    """
    points = int(end - start) // SECOND + 1
    whole = market.ladder.lookup[np.arange(CENTS) * CENT].astype(np.int64)
    found = Seconds(
        np.full(points, np.nan),
        np.full(points, np.nan),
        np.zeros((points, 2), np.int64),
        np.zeros((points, 2), np.int64),
        np.zeros((points, 2), np.int64),
        np.zeros((points, 2, CENTS), np.int64),
        int(end),
    )
    _walk(
        market.messages,
        market.ladder.prices,
        whole,
        int(end) - (points - 1) * SECOND,
        int(market.close_ts),
        *found[:-1],
    )
    return found


def log_depth(path: Seconds) -> np.ndarray:
    """Logarithm of what rests near the touch on both sides, float64[G]; nan without a mid.

    A median touch is added, so that an emptied book is finite and a wall of ten thousand contracts
    does not outweigh an hour of ordinary depth.
    """
    total = path.near[:, BID] + path.near[:, ASK]
    return np.where(np.isfinite(path.mid), np.log(total + path.typical), np.nan)
