"""Hand-made tapes and a driver of the real kernel, for the fill tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from kalshi_exp.config.fill import Fill
from kalshi_exp.fills.execute import execute
from kalshi_exp.fills.footprint import new_footprint
from kalshi_exp.fills.place import write_order
from kalshi_exp.fills.spec import COUNTERS, make_spec
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.orders import FILL, ORDER, SLOTS
from kalshi_exp.market.units import BID, NEVER, SECOND
from kalshi_exp.tape.pack import Pack, pack_sessions
from kalshi_exp.tape.session import MESSAGE, Kind, MarketTape, Session

CLOSE = 10**15
Row = tuple[int, int, int, int, int]  # ts, kind, side, level, signed size


def build_pack(rows: Sequence[Sequence[Row]], levels: int = 99, close: int = CLOSE) -> Pack:
    """A pack of one session with a market for each list of (ts, kind, side, level, size)."""
    ladder = PriceGrid("linear", (np.arange(1, levels + 1) * 100).astype(np.int32))
    markets = []
    for number, row in enumerate(rows):
        messages = np.zeros(len(row), MESSAGE)
        for message, (ts, kind, side, level, size) in zip(messages, row, strict=True):
            message["ts"], message["kind"], message["side"] = ts, kind, side
            message["level"], message["size"] = level, size
        start, valid = np.zeros(1, np.int64), np.ones((1, levels), np.bool_)
        markets.append(MarketTape(f"M{number}", ladder, messages, close, -1, start, valid))
    return pack_sessions([Session("s", "E", "S", 0, close, tuple(markets))])


@dataclass
class Bench:
    """One row of the real kernel: orders, consumed liquidity, position and what happened."""

    pack: Pack
    spec: np.ndarray
    market: int = 0
    capacity: int = 256
    position: int = 0
    seed: int = 7
    orders: np.ndarray = field(default_factory=lambda: np.zeros(SLOTS, ORDER))
    footprint: np.ndarray = field(default_factory=new_footprint)
    counters: np.ndarray = field(default_factory=lambda: np.zeros(1, COUNTERS))
    fills: list[np.void] = field(default_factory=list)
    decision: int = 0
    serial: int = 0

    def message_at(self, ts: int) -> int:
        """Last message of the market with a time up to `ts`."""
        m = self.pack.markets[self.market]
        times = self.pack.messages["ts"][m["first"] : m["last"]]
        return int(m["first"] + np.searchsorted(times, ts, "right") - 1)

    def put(self, slot: int, side: int, level: int, size: int, now: int, **more: Any) -> None:
        """Write an order into a slot, with any field overridden."""
        self.serial += 1
        write_order(
            self.orders[slot], side, level, size, more.pop("reduce", 0), more.pop("immediate", 0),
            more.pop("action", 1), now, more.pop("latency", 0), more.pop("ttl", NEVER),
            self.serial,
        )  # fmt: skip
        for name, value in more.items():
            self.orders[slot][name] = value

    def run(self, t0: int, t1: int) -> list[np.void]:
        """Execute (t0, t1] and return its fills."""
        out = np.zeros(self.capacity, FILL)
        n, position = execute(
            self.spec[0], self.pack, self.market, self.orders, self.footprint[0], self.position,
            self.message_at(t0), self.message_at(t1), t1, self.seed, self.decision, out,
            self.counters[0],
        )  # fmt: skip
        self.position = int(position)
        self.decision += 1
        new = [fill.copy() for fill in out[:n]]
        self.fills += new
        return new

    def count(self, name: str) -> int:
        """One of the counters."""
        return int(self.counters[name][0])


def random_rows(seed: int, count: int, levels: int = 10, step: int = SECOND) -> list[Row]:
    """A consistent tape: never crossed, never negative, every kind of message, equal times."""
    rng = np.random.default_rng(seed)
    sizes = np.zeros((2, levels), np.int64)
    rows: list[Row] = []
    ts = step
    kinds = [int(kind) for kind in Kind]
    while len(rows) < count:
        ts += int(rng.integers(0, 3)) * step
        kind = int(rng.choice(kinds, p=[0.4, 0.2, 0.2, 0.1, 0.06, 0.04]))
        side, level = int(rng.integers(2)), int(rng.integers(levels))
        held = np.flatnonzero(sizes[side])
        comes = kind == Kind.ADD or (kind == Kind.SNAPSHOT and rng.random() < 0.5)
        size = int(rng.integers(1, 2500))
        if kind == Kind.GAP:
            side = level = size = 0
        elif kind == Kind.PRINT:
            pass
        elif comes:
            others = np.flatnonzero(sizes[1 - side])
            if len(held) and rng.random() < 0.6:  # queues form at the touch
                level = int(held[-1] if side == BID else held[0])
            if len(others) and (level >= others[0] if side == BID else level <= others[-1]):
                continue
        elif len(held) == 0:
            continue
        else:
            best = int(held[-1] if side == BID else held[0])
            level = best if rng.random() < 0.7 else int(rng.choice(held))
            size = -min(size, int(sizes[side, level]))
        if kind <= Kind.SNAPSHOT:
            sizes[side, level] += size
        rows.append((ts, kind, side, level, size))
    return rows


@pytest.fixture(scope="session")
def make_rows() -> Callable[..., list[Row]]:
    """`random_rows`: seed, count, levels, step to messages of one market."""
    return random_rows


@pytest.fixture(scope="session")
def make_pack() -> Callable[..., Pack]:
    """`build_pack`: lists of messages to a pack with a market for each."""
    return build_pack


@pytest.fixture(scope="session")
def make_bench() -> Callable[..., Bench]:
    """Factory of a Bench over one hand-made market."""

    def make(rows: Sequence[Row], config: Fill, levels: int = 99, **more: Any) -> Bench:
        close = more.pop("close", CLOSE)
        pack = more.pop("pack", None) or build_pack([rows], levels, close)
        return Bench(pack, make_spec(config), **more)

    return make
