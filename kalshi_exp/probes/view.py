"""What a probe sees at a decision: the same in every world, without its own orders in the book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from kalshi_exp.env import World
from kalshi_exp.env.masks import NO_LEVEL
from kalshi_exp.features import FEATURES
from kalshi_exp.market.draws import CHECK_PROBE, uniform
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.orders import EMPTY, SLOTS
from kalshi_exp.market.units import ASK, BID, NEVER, SIZE_ONE

_IMBALANCE = [feature.name for feature in FEATURES].index("imbalance")
NO_ORDER = -1


@final
@dataclass(frozen=True)
class View:
    """What every row sees; a row is one market of one session that one strategy plays.

    Attributes:
        tick: number of the decision.
        open: bool[N], orders may be sent: open, two-sided, with news.
        bid: int64[N], best bid's ladder level; so too `ask`. Only where open.
        ask: int64[N].
        mids: int64[T + 1, N], twice the mid at every decision so far, 1e-4 dollars, last known.
        imbalance: float32[N], touch size, bid less ask over both.
        position: float64[N], contracts, YES positive.
        standing: int64[N, 2], level of our own order on either side, NO_ORDER for none.
        luck: float64[N, 3] in [0, 1), keyed by session, market and decision.
        ladder: int32[L], prices of the ladder that all markets share, 1e-4 dollars.
    """

    tick: int
    open: np.ndarray
    bid: np.ndarray
    ask: np.ndarray
    mids: np.ndarray
    imbalance: np.ndarray
    position: np.ndarray
    standing: np.ndarray
    luck: np.ndarray
    ladder: np.ndarray

    def of(self, rows: np.ndarray) -> View:
        """What some rows see."""
        return View(
            self.tick, self.open[rows], self.bid[rows], self.ask[rows], self.mids[:, rows],
            self.imbalance[rows], self.position[rows], self.standing[rows], self.luck[rows],
            self.ladder,
        )  # fmt: skip

    def within(self, level: np.ndarray) -> np.ndarray:
        """Levels, int64[N], the nearest of the ladder where they are off it."""
        on: np.ndarray = np.clip(level, 0, len(self.ladder) - 1).astype(np.int64)
        return on

    def cents(self, level: np.ndarray) -> np.ndarray:
        """Prices of levels in cents, float64[N]."""
        prices: np.ndarray = self.ladder[self.within(level)] / 100.0
        return prices

    def level_at(self, cents: np.ndarray) -> np.ndarray:
        """The highest level at or below a price in cents, int64[N]; the lowest where none is."""
        found: np.ndarray = np.searchsorted(self.ladder, cents * 100.0 + 1e-6, "right") - 1
        return self.within(found)

    def move(self, decisions: int) -> np.ndarray:
        """Cents by which the mid moved over so many decisions, float64[N]; 0 at the start."""
        if self.tick < decisions:
            return np.zeros(len(self.open))
        return (self.mids[self.tick] - self.mids[self.tick - decisions]) / 200.0


@kernel
def _standing(rows, out):
    for number in range(len(rows)):
        out[number, BID] = out[number, ASK] = NO_ORDER
        for slot in range(SLOTS):
            order = rows[number].orders[slot]
            if order.state != EMPTY and order.cancel == NEVER:
                out[number, order.side] = order.level


@kernel
def _luck(episodes, rows, slots, out):
    for number in range(len(rows)):
        if rows[number].market < 0:
            continue
        episode = episodes[number // slots]
        for k in range(out.shape[1]):
            out[number, k] = uniform(
                episode.luck, episode.key, number % slots, episode.tick, CHECK_PROBE + k
            )


def look(world: World, tick: int, mids: np.ndarray, ladder: np.ndarray) -> View:
    """The view of a world at a decision.

    Args:
        world: placed with `join`, so that the limit levels of actions are the touch.
        tick: number of the decision.
        mids: int64[T, N] with the rows up to `tick` filled.
        ladder: int32[L], see `View`.
    """
    standing = np.empty((world.n, 2), np.int64)
    luck = np.zeros((world.n, 3))
    _standing(world.rows, standing)
    _luck(world.episodes, world.rows, world.slots, luck)
    levels = world.out.levels[:, :, 0]
    return View(
        tick,
        levels[:, BID] != NO_LEVEL,
        levels[:, BID],
        levels[:, ASK],
        mids,
        world.out.observation[:, _IMBALANCE],
        world.rows["position"] / SIZE_ONE,
        standing,
        luck,
        ladder,
    )
