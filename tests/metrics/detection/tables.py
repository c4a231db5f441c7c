"""Hand-made tables in seconds."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.detection import EPISODES, MARKETS, PAIRS, STRENGTHS

Interval = tuple[float, float]


def episodes(
    *intervals: Interval,
    session: str = "a",
    market: int = 0,
    family: str = "cascade",
    price: int = -1,
    score: float = 0.5,
) -> pl.DataFrame:
    """Episodes of one market from (start, end) in seconds."""
    rows = [
        (session, market, family, round(start * SECOND), round(end * SECOND), price, score)
        for start, end in intervals
    ]
    return pl.DataFrame(rows, EPISODES, orient="row")


def markets(sessions: Sequence[str], count: int = 1, seconds: float = 900.0) -> pl.DataFrame:
    """Sessions of `count` markets that all last so long."""
    rows = [
        (session, market, 0, round(seconds * SECOND))
        for session in sessions
        for market in range(count)
    ]
    return pl.DataFrame(rows, MARKETS, orient="row")


def strengths(**of: float) -> pl.DataFrame:
    """Strengths of the family `cascade` by session."""
    rows = [(session, "cascade", strength) for session, strength in of.items()]
    return pl.DataFrame(rows, STRENGTHS, orient="row")


def pairs(rows: Sequence[tuple[str, int, int, str, int, int]]) -> pl.DataFrame:
    """(session, first, second, relation, truth, told)."""
    return pl.DataFrame(rows, PAIRS, orient="row")
