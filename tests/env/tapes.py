"""Random but lawful tapes for tests of the environment."""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape.session import MESSAGE, Kind, MarketTape, Session


def number_of(ticker: str) -> int:
    """The market's ordinal in its ticker."""
    return int(ticker.rpartition("-")[2])


def random_market(
    rng: np.random.Generator,
    ticker: str,
    seconds: int,
    rate: float,
    settlement: int,
    rough: bool = False,
) -> MarketTape:
    """A market whose touch wanders: adds, cancels and fills that never cross the book.

    A rough one also has prints without a delta, gaps with the snapshot that follows them, and
    moments at which a whole side of the book goes.
    """
    ladder = PriceGrid.structure("linear_cent")
    sizes = np.zeros((2, ladder.n), np.int64)
    messages: list[tuple[int, int, int, int, int]] = []

    def say(ts: int, side: int, level: int, size: int, kind: Kind) -> None:
        sizes[side, level] += size
        messages.append((ts, size, level, side, int(kind)))

    middle = int(rng.integers(30, 70))
    for k in range(6):
        say(0, BID, middle - 1 - k, int(rng.integers(500, 9_000)), Kind.SNAPSHOT)
        say(0, ASK, middle + 1 + k, int(rng.integers(500, 9_000)), Kind.SNAPSHOT)
    times = np.sort(rng.integers(1, seconds * SECOND, int(seconds * rate)))
    for ts in times.tolist():
        bids, asks = np.flatnonzero(sizes[BID]), np.flatnonzero(sizes[ASK])
        bid = int(bids[-1]) if len(bids) else -1
        ask = int(asks[0]) if len(asks) else ladder.n
        if rough and rng.random() < 0.08:
            side = int(rng.integers(2))
            own, what = (bids, asks)[side], rng.random()
            touch = bid if side == BID else ask
            if what < 0.2:
                for level in own.tolist():
                    say(ts, side, level, -int(sizes[side, level]), Kind.CANCEL)
            elif what < 0.6 and len(own):
                messages.append((ts, int(rng.integers(1, 4_000)), touch, side, int(Kind.PRINT)))
            elif len(own):
                messages.append((ts, 0, 0, BID, int(Kind.GAP)))
                say(ts, side, touch, int(rng.integers(1, 900)), Kind.SNAPSHOT)
            continue
        rising = (ts // (20 * SECOND)) % 2 == number_of(ticker) % 2
        roll = rng.random()
        side = int(rng.integers(2))
        if rng.random() < 0.4:
            side = (BID if rising else ASK) if roll < 0.5 else (ASK if rising else BID)
        if roll < 0.5 or (bid < 0 or ask >= ladder.n):
            low, high = (max(bid - 4, 0), min(bid + 1, ask - 1, ladder.n - 1))
            if side == ASK:
                low, high = (max(ask - 1, bid + 1, 0), min(ask + 4, ladder.n - 1))
            if low > high:
                continue
            say(ts, side, int(rng.integers(low, high + 1)), int(rng.integers(1, 6_000)), Kind.ADD)
        elif roll < 0.85:
            own = bids if side == BID else asks
            near = own[-4:] if side == BID else own[:4]
            level = int(rng.choice(near))
            gone = int(rng.integers(1, sizes[side, level] + 1))
            say(ts, side, level, -gone, Kind.CANCEL)
        else:
            level = bid if side == BID else ask
            whole = int(sizes[side, level])
            gone = whole if rng.random() < 0.5 else int(rng.integers(1, whole + 1))
            say(ts, side, level, -gone, Kind.FILL)
    array = np.array(messages, dtype=np.dtype([(n, np.int64) for n in MESSAGE.names]))
    return MarketTape(
        ticker=ticker,
        ladder=ladder,
        messages=array.astype(MESSAGE),
        close_ts=seconds * SECOND,
        settlement=settlement,
        epoch_ts=np.zeros(1, np.int64),
        valid=np.ones((1, ladder.n), np.bool_),
    )


def random_session(
    seed: int,
    number: int,
    seconds: int = 120,
    rate: float = 5.0,
    markets: int = 1,
    rough: bool = False,
) -> Session:
    """A session of random markets; the first settles at a dollar when the draw says so."""
    rng = np.random.default_rng([seed, number])
    tapes = tuple(
        random_market(rng, f"R{number}-{m}", seconds, rate, 10_000 * int(rng.integers(2)), rough)
        for m in range(markets)
    )
    return Session(
        name=f"random-{seed}-{number}",
        event=f"R{number}",
        series="R",
        start_ts=0,
        end_ts=seconds * SECOND,
        markets=tapes,
    )
