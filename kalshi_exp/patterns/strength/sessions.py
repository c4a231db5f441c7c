"""Sessions of a tape, measured for all four families; and for planted anchors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kalshi_exp.patterns.strength import anchor, aversion, cascade, constraint
from kalshi_exp.patterns.strength.families import Family
from kalshi_exp.patterns.strength.measured import ALTERNATIVES, Measured, together
from kalshi_exp.patterns.strength.planted import plant
from kalshi_exp.patterns.strength.seconds import seconds_of
from kalshi_exp.tape import Session

_CASCADE, _AVERSION, _CONSTRAINT = 1, 2, 3  # purposes of draws


class Watched(NamedTuple):
    """What is kept of a session: some tens of kilobytes a market.

    Attributes:
        name: of the session.
        series: sessions of one series are each other's null.
        mids: float64[G] a market, cents.
        cascade: float64[G] a market, liquidity as that family counts it.
        aversion: float64[G] a market.
        anchor: parts of the anchors' statistic at every cent, over its markets.
    """

    name: str
    series: str
    mids: list[np.ndarray]
    cascade: list[np.ndarray]
    aversion: list[np.ndarray]
    anchor: anchor.AtCents


def watch(session: Session) -> Watched:
    """Replay a session second by second."""
    paths = [seconds_of(market, session.start_ts, session.end_ts) for market in session.markets]
    return Watched(
        session.name,
        session.series,
        [path.mid for path in paths],
        [cascade.liquidity_of(path) for path in paths],
        [aversion.liquidity_of(path) for path in paths],
        anchor.added([anchor.at_cents(path) for path in paths]),
    )


def measured(sessions: Sequence[Watched], seed: int = 0) -> dict[Family, list[Measured]]:
    """Every family's statistic of each session, with its null.

    Args:
        sessions: those of a tape.
        seed: draws turns, donors and siblings by chance.

    Returns:
        A measurement for each session, in their order.
    """
    series: dict[str, list[int]] = {}
    for number, one in enumerate(sessions):
        series.setdefault(one.series, []).append(number)
    usually = {
        name: cascade.usual([path for k in numbers for path in sessions[k].cascade])
        for name, numbers in series.items()
    }
    carried = [
        [path for mid in one.mids if (path := constraint.carried(mid)) is not None]
        for one in sessions
    ]
    found: dict[Family, list[Measured]] = {family: [] for family in Family}
    for number, one in enumerate(sessions):
        others = [k for k in series[one.series] if k != number]

        def rng(purpose: int, number: int = number) -> np.random.Generator:
            return np.random.Generator(np.random.PCG64([seed, number, purpose]))

        found[Family.anchor].append(anchor.measure(one.anchor))
        luck = rng(_CASCADE)
        found[Family.cascade].append(
            together(
                cascade.measure(mid, liquidity, usually[one.series], luck)
                for mid, liquidity in zip(one.mids, one.cascade, strict=True)
            )
        )
        luck = rng(_AVERSION)
        found[Family.aversion].append(
            together(
                aversion.measure(mid, liquidity, _donors(sessions, others, luck))
                for mid, liquidity in zip(one.mids, one.aversion, strict=True)
            )
        )
        found[Family.constraint].append(
            constraint.measure(carried[number], _shams(carried, number, others, rng(_CONSTRAINT)))
        )
    return found


def _donors(
    sessions: Sequence[Watched], others: list[int], rng: np.random.Generator
) -> list[np.ndarray]:  # fmt: skip
    if not others:
        return []
    if len(others) <= ALTERNATIVES:
        chosen = rng.permutation(others)
    else:
        chosen = rng.choice(others, ALTERNATIVES, replace=False)
    return [
        sessions[k].aversion[int(rng.integers(len(sessions[k].aversion)))]
        for k in chosen
        if sessions[k].aversion
    ]


def _shams(
    carried: list[list[np.ndarray]], number: int, others: list[int], rng: np.random.Generator
) -> list[list[np.ndarray]]:
    own = carried[number]
    givers = [k for k in others if carried[k]]
    if len(own) < 2 or not givers:
        return []
    shams = []
    for _ in range(ALTERNATIVES):
        taken: list[np.ndarray] = [own[0]]
        # One of each session where there are enough: two markets of one event are no strangers.
        order = rng.permutation(givers)
        while len(taken) < len(own):
            k = int(order[(len(taken) - 1) % len(order)])
            taken.append(carried[k][int(rng.integers(len(carried[k])))])
        shams.append(taken)
    return shams


def measured_at(session: Watched, shift: int) -> Measured:
    """The anchors' statistic as if 25, 50 and 75 cents were `shift` cents higher."""
    return anchor.measure(session.anchor, shift)


def typical_touches(session: Session) -> list[float]:
    """Median size of a touch in each of its markets, 1e-2 contracts."""
    start, end = session.start_ts, session.end_ts
    return [seconds_of(market, start, end).typical for market in session.markets]


def planted(
    session: Session, typical: Sequence[float], shift: int, strength: float, seeds: Sequence[int]
) -> tuple[Measured, float]:
    """The anchors' statistic of a copy of a session with anchors planted.

    Args:
        session: as recorded.
        typical: as `typical_touches` of it.
        shift: cents from 25, 50 and 75 to the prices that are defended and judged.
        strength: 0 to 1.
        seeds: what the planting's luck is drawn by.

    Returns:
        The measurement, and the share of the session in which something was defended.
    """
    rng = np.random.Generator(np.random.PCG64(list(seeds)))
    levels = tuple(level + shift for level in anchor.LEVELS)
    start, end = session.start_ts, session.end_ts
    parts, defended, seconds = [], 0.0, 0
    for market, touch in zip(session.markets, typical, strict=True):
        copy, spent = plant(market, levels, strength, touch, rng)
        path = seconds_of(copy, start, end)
        parts.append(anchor.at_cents(path))
        defended += spent
        seconds += len(path.mid)
    return anchor.measure(anchor.added(parts), shift), defended / max(seconds, 1)
