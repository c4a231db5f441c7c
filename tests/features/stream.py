"""One market streamed by hand, and sessions walked by hand: samples are taken as they fall due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kalshi_exp.config import FeatureGroup
from kalshi_exp.features import (
    FEATURES,
    MARKET_FEATURES,
    STATE,
    begin_walk,
    due,
    group_columns,
    make_settings,
    new_walk,
    observe,
    reset,
    sample,
    see,
    update,
    walk_to,
)
from kalshi_exp.features.anchor import EVIDENCE, observe_evidence
from kalshi_exp.features.book import touch_prices
from kalshi_exp.features.walk import BESIDE
from kalshi_exp.market.book import clear
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape import MESSAGE, Kind, Session, pack_sessions

ROWS = FEATURES[:MARKET_FEATURES]
NAMES = [feature.name for feature in ROWS]
CROSS = group_columns("cross_market")
ALONE = [feature.name for feature in ROWS if feature.group != "cross_market"]
"""Market features that need no other market."""


class Stream:
    """One market's state and ladder."""

    def __init__(
        self, features: dict[str, FeatureGroup], start: int, close: int, grid: str = "linear_cent"
    ) -> None:
        self.settings = make_settings(features)[0]
        self.prices = PriceGrid.structure(grid).prices
        self.sizes = np.zeros((2, len(self.prices)), np.int64)
        self.best = np.zeros(2, np.int32)
        self.states = np.zeros(1, STATE)
        clear(self.sizes, self.best)
        reset(self.settings, self.states[0], self.prices, start, close)

    def sample_before(self, now: int) -> None:
        """Take the samples that are due before a time."""
        while due(self.states[0]) < now:
            sample(self.settings, self.states[0], self.sizes, self.best, self.prices)

    def take(self, message: np.void) -> int:
        self.sample_before(int(message["ts"]))
        return int(
            update(self.settings, self.states[0], self.sizes, self.best, self.prices, message)
        )

    def see(self, now: int) -> np.ndarray:
        """float32[MARKET_FEATURES]; not a number where the market alone does not tell."""
        self.sample_before(now + 1)
        out = np.full(MARKET_FEATURES, np.nan, np.float32)
        observe(self.settings, self.states[0], self.sizes, self.best, self.prices, now, out)
        return out

    def evidence(self) -> np.ndarray:
        """What a detector sees beside them at the time that was last seen."""
        out = np.full(len(EVIDENCE), np.nan, np.float32)
        bid, ask = touch_prices(self.best, self.prices)
        observe_evidence(self.settings, self.states[0], self.prices, bid, ask, out)
        return out


class Market(Stream):
    """The same in seconds, contracts and cents, from time zero."""

    def __init__(self, close: float = 900.0, **features: FeatureGroup) -> None:
        super().__init__(features, 0, int(close * SECOND))

    def send(self, t: float, kind: Kind, side: int, cents: int, contracts: float) -> None:
        row = (round(t * SECOND), round(contracts * 100), cents - 1, side, kind)
        self.take(np.array([row], MESSAGE)[0])

    def read(self, t: float) -> dict[str, float]:
        """The features by name, but for the cross-market ones."""
        seen = dict(zip(NAMES, self.see(round(t * SECOND)).tolist(), strict=True))
        return {name: seen[name] for name in ALONE}

    def open(self, t: float = 0.0, bid: int = 48, ask: int = 52, contracts: float = 100) -> None:
        self.send(t, Kind.SNAPSHOT, 0, bid, contracts)
        self.send(t, Kind.SNAPSHOT, 1, ask, contracts)

    def replace(self, t: float, side: int, cents: int, new: int, contracts: float = 100) -> None:
        """Cancel a level and add it somewhere else, both at one time."""
        self.send(t, Kind.CANCEL, side, cents, -contracts)
        self.send(t, Kind.ADD, side, new, contracts)


def walk(
    session: Session, times: Sequence[int], features: dict[str, FeatureGroup]
) -> Iterator[np.ndarray]:
    """float32[markets, MARKET_FEATURES] at each of the times (ns, rising)."""
    pack, markets = pack_sessions([session]), len(session.markets)
    settings, room = make_settings(features)[0], new_walk(pack)
    begin_walk(settings, pack, 0, markets, room)
    for now in times:
        walk_to(settings, pack, 0, markets, room, int(now))
        out = np.full((markets, MARKET_FEATURES), np.nan, np.float32)
        beside = np.zeros((markets, len(BESIDE)), np.float32)
        for m in range(markets):
            see(settings, pack, 0, markets, room, int(now), m, out[m], beside[m])
        yield out
