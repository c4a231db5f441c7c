"""The book of one market: sizes on a ladder, the best levels kept up to date.

A book is `sizes` int64[2, n], in 1e-2 contracts, and `best` int32[2], ladder levels: BID -1 when
there is no bid, ASK n when there is no ask.
"""

from __future__ import annotations

from typing import final

import numpy as np

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import ASK, BID

OK = 0
NEGATIVE = 1
CROSSED = 2


@kernel
def clear(sizes: np.ndarray, best: np.ndarray) -> None:
    """Empty a book in place."""
    sizes[:, :] = 0
    best[0] = -1
    best[1] = sizes.shape[1]


@kernel
def apply(sizes: np.ndarray, best: np.ndarray, side: int, level: int, delta: int) -> int:
    """Change one level of a book in place.

    Args:
        sizes: int64[2, n].
        best: int32[2].
        side: BID or ASK.
        level: ladder level, 0 <= level < n.
        delta: signed change, 1e-2 contracts.

    Returns:
        OK; NEGATIVE when the level would fall below zero (the book is unchanged); CROSSED when
        the book is crossed or locked afterwards (the change is applied).
    """
    size = sizes[side, level] + delta
    if size < 0:
        return NEGATIVE
    sizes[side, level] = size
    if side == 0:
        if size > 0:
            if level > best[0]:
                best[0] = level
        elif level == best[0]:
            place = level - 1
            while place >= 0 and sizes[0, place] == 0:
                place -= 1
            best[0] = place
    elif size > 0:
        if level < best[1]:
            best[1] = level
    elif level == best[1]:
        place = level + 1
        while place < sizes.shape[1] and sizes[1, place] == 0:
            place += 1
        best[1] = place
    return CROSSED if best[0] >= best[1] else OK


@final
class Book:
    """A book addressed by price, for use outside kernels.

    Attributes:
        grid: the ladder.
        sizes: int64[2, n], 1e-2 contracts.
        best: int32[2], ladder levels.
    """

    def __init__(self, grid: PriceGrid) -> None:
        self.grid = grid
        self.sizes = np.zeros((2, grid.n), np.int64)
        self.best = np.zeros(2, np.int32)
        self.clear()

    def clear(self) -> None:
        """Empty the book."""
        clear(self.sizes, self.best)

    def apply(self, side: int, price: int, delta: int) -> int:
        """Change one level.

        Args:
            side: BID or ASK of the YES book.
            price: YES price, 1e-4 dollars.
            delta: signed change, 1e-2 contracts.

        Returns:
            OK, NEGATIVE (refused) or CROSSED (applied).

        Raises:
            OffGridError: the price is not on the ladder.
        """
        return int(apply(self.sizes, self.best, int(side), self.grid.index(price), int(delta)))

    @property
    def bid(self) -> int:
        """Best YES bid, 1e-4 dollars; -1 when there is none."""
        return int(self.grid.prices[self.best[BID]]) if self.best[BID] >= 0 else -1

    @property
    def ask(self) -> int:
        """Best YES ask, 1e-4 dollars; -1 when there is none."""
        return int(self.grid.prices[self.best[ASK]]) if self.best[ASK] < self.grid.n else -1

    def size(self, side: int, price: int) -> int:
        """Size at a price, 1e-2 contracts.

        Raises:
            OffGridError: the price is not on the ladder.
        """
        return int(self.sizes[side, self.grid.index(price)])

    def snapshot(self, levels: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """The best levels that hold size, best first.

        Args:
            levels: at most so many a side.

        Returns:
            (bids, asks), each a list of (YES price in 1e-4 dollars, size in 1e-2 contracts).
        """
        bids = np.flatnonzero(self.sizes[BID])[::-1][: max(levels, 0)]
        asks = np.flatnonzero(self.sizes[ASK])[: max(levels, 0)]
        return self._pairs(BID, bids), self._pairs(ASK, asks)

    def _pairs(self, side: int, places: np.ndarray) -> list[tuple[int, int]]:
        prices, sizes = self.grid.prices[places].tolist(), self.sizes[side, places].tolist()
        return list(zip(prices, sizes, strict=True))
