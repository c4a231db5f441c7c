"""Windows made by hand: messages as (seconds, kind, side, price in cents, contracts)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape.session import MESSAGE, Kind, MarketTape, Session

ADD, CANCEL, FILL, SNAPSHOT, PRINT, GAP = (int(kind) for kind in Kind)
START = 1_790_000_000 * SECOND
CENTS = PriceGrid.structure("linear_cent")
Row = tuple[float, int, int, int, float]

OPENING: list[Row] = [(0, SNAPSHOT, BID, 40, 100), (0, SNAPSHOT, ASK, 42, 50)]


def messages_of(rows: Sequence[Row]) -> np.ndarray:
    """MESSAGE[T]; cancels and fills get their minus here."""
    messages = np.zeros(len(rows), MESSAGE)
    for message, (seconds, kind, side, cents, contracts) in zip(messages, rows, strict=True):
        message["ts"] = START + round(seconds * SECOND)
        message["kind"], message["side"], message["level"] = kind, side, cents - 1
        sign = -1 if kind in (CANCEL, FILL) else 1
        message["size"] = sign * round(contracts * 100)
    return messages


def window(*markets: Sequence[Row], name: str = "W") -> Session:
    """A session with a market for each list of rows."""
    tapes = []
    for number, rows in enumerate(markets):
        messages = messages_of(rows)
        tapes.append(
            MarketTape(
                f"{name}-{number}",
                CENTS,
                messages,
                START + 900 * SECOND,
                -1,
                np.array([START], np.int64),
                np.ones((1, CENTS.n), np.bool_),
            )
        )
    return Session(name, name, "S", START, START + 900 * SECOND, tuple(tapes))


def random_window(seed: int, count: int = 300, pace: float = 0.5) -> Session:
    """A valid tape of every kind of message: never crossed, never negative."""
    rng = np.random.default_rng(seed)
    sizes = np.zeros((2, CENTS.n), np.int64)
    rows: list[Row] = []
    now = 0.0
    while len(rows) < count:
        side, kind = (
            int(rng.integers(2)),
            int(rng.choice(6, p=[0.45, 0.22, 0.22, 0.05, 0.04, 0.02])),
        )
        now += round(float(rng.exponential(pace)), 3) if rng.random() < 0.8 else 0.0
        held = np.flatnonzero(sizes[side])
        contracts = int(rng.choice([1, 2, 5, 10, 40]))
        level = int(rng.integers(40, 60))
        if kind == GAP:
            rows.append((now, GAP, 0, 1, 0))
            continue
        if kind in (ADD, SNAPSHOT):
            other = np.flatnonzero(sizes[1 - side])
            if len(other) and (level >= other[0] if side == BID else level <= other[-1]):
                continue
            sizes[side, level] += contracts
        elif kind in (CANCEL, FILL):
            if not len(held):
                continue
            touch = int(held[-1] if side == BID else held[0])
            level = touch if kind == FILL or rng.random() < 0.5 else int(rng.choice(held))
            contracts = min(contracts, int(sizes[side, level]))
            sizes[side, level] -= contracts
        rows.append((now, kind, side, level + 1, contracts))
    return window(rows, name=f"R{seed}")
