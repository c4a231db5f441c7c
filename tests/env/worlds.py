"""Hand-made sessions in cents, contracts and seconds, and worlds over any sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.features import (
    ActivityFeatures,
    AlgorithmFeatures,
    AnchorFeatures,
    BookFeatures,
    CrossMarketFeatures,
    FeatureGroup,
    OrderFeatures,
    PortfolioFeatures,
    VolatilityFeatures,
)
from kalshi_exp.config.fill import Delay, Fees, Fill, Latency, LatencyShape, QueueFill
from kalshi_exp.config.world import Clock, Decision, TapeWorld
from kalshi_exp.env import ACTIONS
from kalshi_exp.env import TapeWorld as World
from kalshi_exp.features.track import build_tracks
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import PRICE_ONE, SECOND, SIZE_ONE
from kalshi_exp.tape.pack import pack_sessions
from kalshi_exp.tape.session import MESSAGE, Kind, MarketTape, Session

FEATURES: dict[str, FeatureGroup] = {
    "book": BookFeatures(),
    "activity": ActivityFeatures(),
    "anchor": AnchorFeatures(),
    "volatility": VolatilityFeatures(),
    "cross_market": CrossMarketFeatures(),
    "algorithm": AlgorithmFeatures(),
    "portfolio": PortfolioFeatures(),
    "orders": OrderFeatures(),
}
ADD, CANCEL, TRADE, SNAPSHOT, PRINT = Kind.ADD, Kind.CANCEL, Kind.FILL, Kind.SNAPSHOT, Kind.PRINT
CENT = PRICE_ONE // 100
Row = tuple[float, Kind, int, float, float]  # seconds, kind, side, cents, signed contracts
FREE = Fees(taker_rate=0.0)


def same_way(shape: LatencyShape, median_ms: float, spread: float = 0.35) -> Latency:
    """Orders and cancels that travel alike."""
    delay = Delay(shape, median_ms, spread)
    return Latency(order=delay, cancel=delay)


AT_ONCE = same_way(LatencyShape.constant, 60.0)
NUMBER = {action.name: number for number, action in enumerate(ACTIONS)}
"""Action numbers by name, e.g. NUMBER["BUY_YES 25"]."""


def market(
    rows: Sequence[Row],
    close: float = 60.0,
    settlement: int = 10_000,
    ladder: PriceGrid | None = None,
    epochs: Sequence[tuple[float, PriceGrid]] = (),
) -> MarketTape:
    """A market's tape; `epochs` gives the grids in force, (from when, which)."""
    grids = list(epochs) or [(0.0, ladder or PriceGrid.structure("linear_cent"))]
    ladder = ladder or PriceGrid.union(grid for _, grid in grids)
    messages = np.zeros(len(rows), MESSAGE)
    for message, (seconds, kind, side, cents, contracts) in zip(messages, rows, strict=True):
        message["ts"], message["kind"], message["side"] = round(seconds * SECOND), kind, side
        message["level"] = ladder.index(round(cents * CENT))
        message["size"] = round(contracts * SIZE_ONE)
    return MarketTape(
        ticker="HAND",
        ladder=ladder,
        messages=messages,
        close_ts=round(close * SECOND),
        settlement=settlement,
        epoch_ts=np.array([round(seconds * SECOND) for seconds, _ in grids], np.int64),
        valid=np.stack([grid.mask_in(ladder) for _, grid in grids]),
    )


def session(*markets: MarketTape, name: str = "hand") -> Session:
    """One event's markets, from time zero."""
    return Session(name, name, "HAND", 0, max(m.close_ts for m in markets), markets)


def make_world(
    sessions: Sequence[Session] | Session,
    fill: Fill | None = None,
    placement: Placement = Placement.join,
    *,
    environments: int = 1,
    seed: int = 0,
    whole_sessions: bool = True,
    features: dict[str, FeatureGroup] | None = None,
    every: float = 1.0,
    unit: Clock = Clock.seconds,
    **rules: Any,
) -> World:
    """A world that records its fills; without fees and at 60 ms unless a fill model is given."""
    listed = [sessions] if isinstance(sessions, Session) else list(sessions)
    config = TapeWorld(decision=Decision(every=every, unit=unit), **rules)
    pack = pack_sessions(listed)
    groups = FEATURES if features is None else features
    return World(
        pack,
        build_tracks(pack, listed, config.decision, groups),
        config,
        fill or QueueFill(fees=FREE, latency=AT_ONCE),
        placement,
        groups,
        environments=environments,
        seed=seed,
        whole_sessions=whole_sessions,
        record_fills=True,
    )


def act(world: World, *names: str) -> None:
    """One step with the named action of each row; HOLD for those not named."""
    actions = np.zeros(world.n, np.int64)
    actions[: len(names)] = [NUMBER[name] for name in names]
    world.step(actions)
