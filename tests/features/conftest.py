"""Random sessions, and what the market features should be, computed slowly from the messages."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID, MILLISECOND, PRICE_ONE, SECOND
from kalshi_exp.tape import MESSAGE, Kind, MarketTape, Session

START = 1_700_000_000 * SECOND


def _side_levels(book: np.ndarray, side: int) -> np.ndarray:
    return np.flatnonzero(book[side])


def _legal_level(rng: np.random.Generator, book: np.ndarray, side: int) -> int | None:
    """A level on which this side may add without crossing, mostly near the middle."""
    n = book.shape[1]
    other = _side_levels(book, 1 - side)
    low, high = (0, other.min() if len(other) else n) if side == BID else (0, n)
    if side == ASK:
        low = other.max() + 1 if len(other) else 0
    if low >= high:
        return None
    near = high - 1 if side == BID else low
    away = int(rng.geometric(0.3)) - 1
    return int(np.clip(near - away if side == BID else near + away, low, high - 1))


def _step(rng: np.random.Generator, book: np.ndarray, ts: int) -> list[tuple]:
    """One random happening: a list of (ts, size, level, side, kind), the book kept in step."""
    side = int(rng.integers(2))
    levels = _side_levels(book, side)
    what = rng.random()
    out: list[tuple] = []

    def change(level: int, size: int, kind: Kind) -> None:
        book[side, level] += size
        out.append((ts, size, level, side, kind))

    if what < 0.5 or not len(levels):
        level = _legal_level(rng, book, side)
        if level is not None:
            change(level, int(rng.integers(1, 60_000)), Kind.ADD)
        return out
    best = int(levels.max() if side == BID else levels.min())
    if what < 0.8:
        level = int(rng.choice(levels))
        whole = rng.random() < 0.6
        size = int(book[side, level]) if whole else int(rng.integers(1, book[side, level] + 1))
        change(level, -size, Kind.CANCEL)
    elif what < 0.9:
        change(best, -int(rng.integers(1, book[side, best] + 1)), Kind.FILL)
    elif what < 0.93:
        out.append((ts, int(rng.integers(1, 5_000)), best, side, Kind.PRINT))
    elif what < 0.95:
        out.append((ts, 0, 0, BID, Kind.GAP))
        change(best, int(rng.integers(1, 100)), Kind.SNAPSHOT)
    elif what < 0.96:
        for level in levels:
            change(int(level), -int(book[side, level]), Kind.CANCEL)
    return out


def _wait(rng: np.random.Generator) -> int:
    """Time to the next happening, ns: none, the least there is, or some."""
    kind = rng.random()
    if kind < 0.45:
        return int(kind < 0.15)
    return int(rng.exponential(500)) * MILLISECOND


def random_messages(
    seed: int, steps: int, levels: int, start: int, fork: tuple[int, int] | None = None
) -> np.ndarray:
    """A legal tape of one market from an empty book.

    Args:
        seed: of the tape.
        steps: happenings.
        levels: of the ladder.
        start: time of the first message, ns.
        fork: (time, seed): the tape after this time comes from another seed.

    Returns:
        MESSAGE[T].
    """
    rng = np.random.default_rng(seed)
    book = np.zeros((2, levels), np.int64)
    middle = int(rng.integers(levels // 3, 2 * levels // 3))
    rows: list[tuple] = []
    for side, level in [(BID, middle - 1 - d) for d in range(3)] + [
        (ASK, middle + 1 + d) for d in range(3)
    ]:
        book[side, level] = size = int(rng.integers(1, 20_000))
        rows.append((start, size, level, side, Kind.SNAPSHOT))
    ts = start
    for _ in range(steps):
        later = ts + _wait(rng)
        if fork is not None and later > fork[0] >= ts:
            rng = np.random.default_rng(fork[1])
            later = fork[0] + 1 + _wait(rng)
        ts = later
        rows += _step(rng, book, ts)
    return np.array(rows, MESSAGE)


def session_of(tapes: Sequence[np.ndarray], name: str = "S", grid: str = "linear_cent") -> Session:
    """A session whose markets have these messages and close a little after the last of them."""
    ladder = PriceGrid.structure(grid)
    start = min(int(messages["ts"][0]) for messages in tapes)
    markets = tuple(
        MarketTape(
            ticker=f"{name}-{number}",
            ladder=ladder,
            messages=messages,
            close_ts=START + 200 * SECOND + number * SECOND,
            settlement=PRICE_ONE,
            epoch_ts=np.array([start], np.int64),
            valid=np.ones((1, ladder.n), np.bool_),
        )
        for number, messages in enumerate(tapes)
    )
    return Session(name, name, name, start, max(m.close_ts for m in markets), markets)


def _log(x: float, top: float) -> float:
    return min(math.log(1 + x) / math.log(1 + top), 1.0)


def _soft(x: float) -> float:
    return x / (1 + abs(x))


def reference(
    messages: np.ndarray, prices: np.ndarray, now: int, start: int, close: int,
    fast_s: float, slow_s: float,
) -> dict[str, float]:  # fmt: skip
    """Every market feature at `now`, by its definition, from the messages up to then."""
    book: tuple[dict[int, int], dict[int, int]] = ({}, {})
    seen = [m for m in messages.tolist() if m[0] <= now]
    mids: list[tuple[int, int]] = []  # (time, bid + ask) when two-sided, at the end of each time
    counted: dict[str, list[tuple[int, float]]] = {
        "add": [], "cancel": [], "print": [], "volume": [], "flow": [],
    }  # fmt: skip
    for place, (ts, size, level, side, kind) in enumerate(seen):
        price = int(prices[level])
        if kind < 4:
            book[side][price] = book[side].get(price, 0) + size
            if book[side][price] == 0:
                del book[side][price]
        if kind == Kind.ADD:
            counted["add"].append((ts, 1.0))
        if kind == Kind.CANCEL:
            counted["cancel"].append((ts, 1.0))
        if kind in (Kind.FILL, Kind.PRINT):
            counted["print"].append((ts, 1.0))
            counted["volume"].append((ts, abs(size) / 100))
            counted["flow"].append((ts, abs(size) / 100 * (1 if side == ASK else -1)))
        last_of_time = place + 1 == len(seen) or seen[place + 1][0] > ts
        if last_of_time and book[BID] and book[ASK]:
            mids.append((ts, max(book[BID]) + min(book[ASK])))
    changes = [
        (ts, (mid - before) / 2 / 100)
        for (_, before), (ts, mid) in itertools.pairwise(mids)
        if mid != before
    ]

    def decayed(items: list[tuple[int, float]], window_s: float) -> float:
        return sum(x * math.exp(-(now - ts) / (window_s * SECOND)) for ts, x in items)

    def rate(items: str, window_s: float) -> float:
        return decayed(counted[items], window_s) / window_s

    def since(times: list[int]) -> float:
        return _log((now - times[-1]) / SECOND, 3600) if times else 1.0

    has = [bool(book[BID]), bool(book[ASK])]
    touch = [max(book[BID]) if has[BID] else 0, min(book[ASK]) if has[ASK] else PRICE_ONE]
    ends = [0, PRICE_ONE]

    def ladder(side: int) -> list[tuple[int, int]]:
        """(distance from the touch, size), nearest first."""
        return sorted((abs(p - touch[side]), s) for p, s in book[side].items())

    def within(side: int, cents: int) -> int:
        return sum(s for d, s in ladder(side) if d < 100 * cents)

    def imbalance(bid: int, ask: int) -> float:
        return (bid - ask) / (bid + ask) if bid + ask else 0.0

    def gap(side: int) -> float:
        if not has[side]:
            return 100.0
        rungs = ladder(side)
        return (rungs[1][0] if len(rungs) > 1 else abs(touch[side] - ends[side])) / 100

    def slip(side: int) -> float:
        if not has[side]:
            return 100.0
        lots = [d for d, s in ladder(side) for _ in range(min(s, 10_000))][:10_000]
        lots += [abs(touch[side] - ends[side])] * (10_000 - len(lots))
        return sum(lots) / 10_000 / 100

    sizes = [ladder(side)[0][1] if has[side] else 0 for side in (BID, ASK)]
    mid = (touch[BID] + touch[ASK]) / 2
    micro = 0.0
    if all(has):
        weighted = touch[BID] * sizes[ASK] + touch[ASK] * sizes[BID]
        micro = (weighted / sum(sizes) - mid) / 100
    near = [s for side in (BID, ASK) for d, s in ladder(side) if d < 1000]
    volume_fast, volume_slow = (
        decayed(counted["volume"], fast_s),
        decayed(counted["volume"], slow_s),
    )
    adds, cancels = decayed(counted["add"], fast_s), decayed(counted["cancel"], fast_s)
    move_times = [ts for ts, _ in mids[:1]] + [ts for ts, _ in changes]
    return {
        "mid": 2 * mid / PRICE_ONE - 1,
        "spread": _log((touch[ASK] - touch[BID]) / 100, 100),
        "bid_size": _log(sizes[BID] / 100, 1e6),
        "ask_size": _log(sizes[ASK] / 100, 1e6),
        "imbalance": imbalance(*sizes),
        "microprice": _soft(micro),
        "imbalance_3": imbalance(within(BID, 3), within(ASK, 3)),
        "imbalance_5": imbalance(within(BID, 5), within(ASK, 5)),
        "imbalance_10": imbalance(within(BID, 10), within(ASK, 10)),
        "bid_depth_5": _log(within(BID, 5) / 100, 1e6),
        "ask_depth_5": _log(within(ASK, 5) / 100, 1e6),
        "bid_depth": _log(sum(book[BID].values()) / 100, 1e6),
        "ask_depth": _log(sum(book[ASK].values()) / 100, 1e6),
        "bid_levels": _log(len(book[BID]), 100),
        "ask_levels": _log(len(book[ASK]), 100),
        "bid_gap": _log(gap(BID), 100),
        "ask_gap": _log(gap(ASK), 100),
        "bid_slip": _log(slip(BID), 100),
        "ask_slip": _log(slip(ASK), 100),
        "one_sided": float(has[BID]) - float(has[ASK]),
        "concentration": sum((s / sum(near)) ** 2 for s in near) if near else 0.0,
        "time_to_close": _log(max(close - now, 0) / SECOND, 30 * 86400),
        "elapsed": min(max((now - start) / (close - start), 0), 1),
        "prints_fast": _log(rate("print", fast_s), 1e3),
        "volume_fast": _log(rate("volume", fast_s), 1e4),
        "volume_slow": _log(rate("volume", slow_s), 1e4),
        "flow_fast": decayed(counted["flow"], fast_s) / (volume_fast + 1),
        "flow_slow": decayed(counted["flow"], slow_s) / (volume_slow + 1),
        "adds_fast": _log(rate("add", fast_s), 1e3),
        "add_share": _soft(10 * (adds - cancels) / (adds + cancels + 1)),
        "move_fast": _soft(decayed(changes, fast_s) / 2),
        "move_slow": _soft(decayed(changes, slow_s) / 5),
        "volatility": _log(math.sqrt(decayed([(t, c * c) for t, c in changes], slow_s)), 100),
        "since_print": since([ts for ts, _ in counted["print"]]),
        "since_move": since(move_times),
    }


@pytest.fixture(scope="session")
def start_ts() -> int:
    """Time of the first message of the random tapes, ns."""
    return START


@pytest.fixture(scope="session")
def make_messages() -> Callable[..., np.ndarray]:
    return random_messages


@pytest.fixture(scope="session")
def make_session() -> Callable[..., Session]:
    return session_of


@pytest.fixture(scope="session")
def slow_features() -> Callable[..., dict[str, float]]:
    return reference
