"""Random sessions of one market and of several that have to do with each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

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


def mirrored(messages: np.ndarray, levels: int, late: int, off: int) -> np.ndarray:
    """The tape of a market that is worth a dollar less this one, ns later and ticks too dear."""
    out = messages.copy()
    out["ts"] += late
    out["side"] = 1 - out["side"]
    level = np.clip(levels - 1 - out["level"] + off, 0, levels - 1)
    out["level"] = np.where(out["kind"] == Kind.GAP, 0, level)
    return out


def random_event(seed: int, steps: int, grid: str = "linear_cent", markets: int = 3) -> Session:
    """An event whose first two markets sum to one or nearly, the second late; others do not.

    Of every seed that 7 divides, the third one's tape begins late and ends early.
    """
    levels = PriceGrid.structure(grid).n
    first = random_messages(seed, steps, levels, START)
    late, off = np.random.default_rng(seed).integers([1, -3], [1_000, 4])
    tapes = [first, mirrored(first, levels, int(late) * MILLISECOND, int(off))]
    tapes += [random_messages(seed + m, steps, levels, START) for m in range(2, markets)]
    if seed % 7 == 0 and markets > 2:
        tapes[2] = tapes[2][: len(tapes[2]) // 2].copy()
        tapes[2]["ts"] += 15 * SECOND
    return session_of(tapes[:markets], grid=grid)


def perturbed(session: Session, t: int, seed: int) -> Session:
    """The same session up to t; after it something else: a flood, then the rest in another rhythm.

    What follows t is no lawful tape; up to t nothing may know.
    """
    rng = np.random.default_rng(seed)
    markets = []
    for market in session.markets:
        ours = market.messages[market.messages["ts"] <= t]
        rest = market.messages[market.messages["ts"] > t]
        rest = rest[rng.random(len(rest)) < 0.8].copy()
        rest["ts"] = t + 1 + 2 * (rest["ts"] - t)
        flood = np.zeros(20, MESSAGE)
        flood["ts"], flood["kind"] = t + 1, rng.choice([Kind.ADD, Kind.SNAPSHOT], 20)
        flood["level"] = rng.integers(market.ladder.n, size=20)
        flood["side"] = rng.integers(2, size=20)
        flood["size"] = rng.integers(1, 10**8, 20)
        new = np.concatenate([ours, flood, rest]).astype(MESSAGE)
        markets.append(replace(market, messages=new[new["ts"] < market.close_ts]))
    return replace(session, markets=tuple(markets))


def cropped(session: Session, t: int) -> Session:
    """The session as it is known at t."""
    return replace(
        session,
        markets=tuple(
            replace(m, messages=m.messages[m.messages["ts"] <= t]) for m in session.markets
        ),
    )


def on_ladder(session: Session, ladder: PriceGrid) -> Session:
    """The same prices on a ladder that has more of them, as if its grid had been changed."""
    markets = []
    for market in session.markets:
        messages = market.messages.copy()
        messages["level"] = [ladder.index(int(market.ladder.prices[k])) for k in messages["level"]]
        middle = int(messages["ts"][len(messages) // 2])
        markets.append(
            replace(
                market,
                ladder=ladder,
                messages=messages,
                epoch_ts=np.array([session.start_ts, middle], np.int64),
                valid=np.stack([market.ladder.mask_in(ladder), np.ones(ladder.n, np.bool_)]),
            )
        )
    return replace(session, markets=tuple(markets))


MOODS = ("empty", "bids", "asks", "busy", "brief", "late", "crossed", "huge", "silent", "halted")
"""Ways in which a market can be bad input."""


def rough_messages(rng: np.random.Generator, mood: str, levels: int) -> np.ndarray:
    """A tape of one market that does what its mood says."""
    if mood == "empty":
        return np.zeros(0, MESSAGE)
    out = random_messages(int(rng.integers(10**6)), 150, levels, START)
    if mood in ("bids", "asks"):
        return out[(out["side"] == (BID if mood == "bids" else ASK)) & (out["kind"] != Kind.GAP)]
    if mood == "brief":  # shorter than any window
        return out[out["ts"] <= START + SECOND // 2]
    if mood == "late":
        out["ts"] += 30 * SECOND
    if mood == "crossed":  # lawful no more: levels and sizes at random, and refused ones
        out["level"] = rng.integers(levels, size=len(out))
    if mood == "huge":
        out["size"] *= 10**8
        ends = (np.arange(len(out)) % 3 == 0) & (out["kind"] == Kind.ADD)
        out["level"][ends] = np.where(out["side"][ends] == BID, 0, levels - 1)
    if mood == "silent":
        out["ts"][len(out) // 2 :] += int(rng.integers(1, 30_000)) * SECOND
    if mood == "halted":  # now and then all quotes go, and come back some seconds later
        parts, held = [], np.zeros((2, levels), np.int64)
        for k, part in enumerate(np.array_split(out, 6)):
            for row in part[part["kind"] < Kind.PRINT]:
                held[row["side"], row["level"]] += row["size"]
            sides, at = np.nonzero(held)
            all_of = np.zeros(len(at), MESSAGE)
            all_of["side"], all_of["level"], all_of["size"] = sides, at, held[sides, at]
            part["ts"] += 20 * SECOND * k
            gone, back = all_of.copy(), all_of.copy()
            gone["ts"], gone["kind"] = part["ts"][-1], Kind.CANCEL
            back["ts"], back["kind"] = part["ts"][-1] + 15 * SECOND, Kind.SNAPSHOT
            gone["size"] *= -1
            parts += [part, gone, back]
        return np.concatenate(parts)
    return out


def rough_session(seed: int, moods: Sequence[str]) -> Session:
    """An event of markets with these moods, on one of the ladders or on several in turn."""
    rng = np.random.default_rng(seed)
    grids = [PriceGrid.structure(name) for name in ("linear_cent", "tapered_deci_cent")]
    ladder = [*grids, PriceGrid.union(grids)][seed % 3]
    tapes = [rough_messages(rng, mood, ladder.n) for mood in moods]
    markets = tuple(
        MarketTape(
            ticker=str(number),
            ladder=ladder,
            messages=messages,
            close_ts=START + int(rng.integers(1, 60)) * SECOND,
            settlement=-1,
            epoch_ts=np.array([START], np.int64),
            valid=np.ones((1, ladder.n), np.bool_),
        )
        for number, messages in enumerate(tapes)
    )
    return Session("R", "R", "R", START, max(m.close_ts for m in markets), markets)
