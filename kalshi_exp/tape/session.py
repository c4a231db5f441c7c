"""A session in memory: one event's markets as arrays of messages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum
from typing import final

import numpy as np

from kalshi_exp.market.grid import PriceGrid


class Kind(IntEnum):
    """What a message says of the book. `size` is the signed change of its level, but for PRINT."""

    ADD = 0  # liquidity came
    CANCEL = 1  # liquidity was taken back by its owner
    FILL = 2  # liquidity was taken by a trade: the maker's side and level, negative size
    SNAPSHOT = 3  # a re-sent snapshot differed from the book by this much
    PRINT = 4  # a trade whose delta is not on the tape: positive size, maker's side, no change
    GAP = 5  # messages are known to be missing before this one; size 0


MESSAGE = np.dtype(
    [
        ("ts", np.int64),  # exchange time, ns
        ("size", np.int64),  # 1e-2 contracts, signed
        ("level", np.int32),  # ladder index on the YES scale
        ("side", np.int8),  # BID: YES bids; ASK: NO bids seen as YES asks
        ("kind", np.int8),
    ],
    align=True,
)


def session_key(event: str, start: int) -> int:
    """A stable 63-bit key of a session, for draws that must not depend on its place in a list."""
    digest = hashlib.sha256(f"{event}@{start}".encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


@final
@dataclass(frozen=True)
class MarketTape:
    """One market's messages within a session.

    Attributes:
        ticker: the market's name. Never read by features or detectors.
        ladder: the union of every price grid in force during the session.
        messages: MESSAGE[T], sorted by time, starting from an empty book.
        close_ts: end of trading, ns; messages after it are not in the array.
        settlement: settlement price of YES, 1e-4 dollars; -1 when unknown.
        epoch_ts: int64[E], when each grid came into force (first: session start).
        valid: bool[E, n], which ladder levels each grid allows.
    """

    ticker: str
    ladder: PriceGrid
    messages: np.ndarray
    close_ts: int
    settlement: int
    epoch_ts: np.ndarray
    valid: np.ndarray


@final
@dataclass(frozen=True)
class Session:
    """One event on one stretch of time: the unit that is split, replayed, judged and paired.

    Attributes:
        name: unique within a tape folder.
        event: event ticker.
        series: series ticker.
        start_ts: first message of any of its markets, ns.
        end_ts: last close or last message, ns.
        markets: its markets, in ticker order.
    """

    name: str
    event: str
    series: str
    start_ts: int
    end_ts: int
    markets: tuple[MarketTape, ...]
    key: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", session_key(self.event, self.start_ts))
