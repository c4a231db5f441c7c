"""What the slow references of sampled features share: the book at every whole second."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kalshi_exp.market.units import ASK, BID, SECOND

Ladders = tuple[dict[int, int], dict[int, int]]
"""Bids and asks: size (1e-2 contracts) by price (1e-4 dollars)."""


class Seen(NamedTuple):
    """A market as of some time: its messages, its book at each whole second, and its book now."""

    messages: list[tuple[int, int, int, int, int]]  # (ts, size, level, side, kind)
    seconds: list[Ladders]
    book: Ladders
    prices: list[int]
    start: int
    now: int


def _after(messages: list[tuple[int, int, int, int, int]], prices: list[int]) -> Ladders:
    book: Ladders = ({}, {})
    for _, size, level, side, kind in messages:
        if kind < 4:
            price = prices[level]
            book[side][price] = book[side].get(price, 0) + size
            if book[side][price] == 0:
                del book[side][price]
    return book


def seen_at(messages: np.ndarray, prices: np.ndarray, start: int, now: int) -> Seen:
    """Everything about a market that may be known at `now`."""
    rows = [row for row in messages.tolist() if row[0] <= now]
    ladder = prices.tolist()
    whole = range(start + SECOND, now + 1, SECOND)
    return Seen(
        rows,
        [_after([row for row in rows if row[0] <= at], ladder) for at in whole],
        _after(rows, ladder),
        ladder,
        start,
        now,
    )


def two_sided(book: Ladders) -> bool:
    return bool(book[BID]) and bool(book[ASK])


def spread_of(book: Ladders) -> float:
    """Cents; the book is two-sided."""
    return (min(book[ASK]) - max(book[BID])) / 100


def mid_of(book: Ladders) -> float:
    """Cents; the book is two-sided."""
    return (min(book[ASK]) + max(book[BID])) / 200


def shown_mid(book: Ladders) -> float:
    """Cents; an empty side is at 0 or 1 dollar."""
    return (max(book[BID], default=0) + min(book[ASK], default=10_000)) / 200


def sampled_mids(seconds: list[Ladders]) -> list[float | None]:
    """The mid at each second, or the last there was."""
    out: list[float | None] = []
    for book in seconds:
        last = out[-1] if out else None
        out.append(mid_of(book) if two_sided(book) else last)
    return out


def share(seconds: float) -> float:
    """Of a mean that forgets with this time constant, what a new sample a second is worth."""
    return 1 - math.exp(-1 / seconds)


def forgetting(samples: list[float], new: float, first: float | None = None) -> float:
    """Mean in which a sample of age k weighs new (1 - new)^k, and what is left weighs `first`."""
    if first is None:
        first = samples[0]
    old = sum(new * (1 - new) ** age * x for age, x in enumerate(reversed(samples)))
    return old + (1 - new) ** len(samples) * first


def soft(x: float) -> float:
    return x / (1 + abs(x))


def logged(x: float, top: float) -> float:
    return min(math.log(1 + x) / math.log(1 + top), 1.0)


def limited(x: float, low: float = 0.0, high: float = 1.0) -> float:
    return min(max(x, low), high)


def largest(mids: list[float | None], mid: float, seconds: int) -> float:
    """The largest move to `mid` from any of so many last samples; down if two are equal."""
    moves = [mid - was for was in mids[-seconds:] if was is not None]
    up, down = max([*moves, 0.0]), min([*moves, 0.0])
    return up if up > -down else down
