"""Simulated sessions, what is true of them, and what each detector says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, final

import numpy as np
import polars as pl

from kalshi_exp.config import Detector
from kalshi_exp.metrics.detection import (
    EPISODES,
    FAMILIES,
    MARKETS,
    PAIRS,
    STRENGTHS,
    Evidence,
    Truth,
    active,
    join_pairs,
    reliability,
)
from kalshi_exp.patterns import PATTERN
from kalshi_exp.patterns.episodes import BEGINS
from kalshi_exp.report.detection import Example
from kalshi_exp.tape import Session

CALIBRATED = ("anchor", "cascade", "aversion")
"""Families whose figure is a probability."""


@final
@dataclass(frozen=True)
class Judged:
    """One simulated session with its truth.

    Attributes:
        session: the tape.
        strengths: family or relation -> how strongly it was planted.
        episodes: EPISODES.
        pairs: PAIRS, their truth.
    """

    session: Session
    strengths: Mapping[str, float]
    episodes: pl.DataFrame
    pairs: pl.DataFrame


@final
@dataclass(frozen=True, eq=False)
class Said:
    """What one detector says of one session.

    Attributes:
        times: int64[T], ns.
        patterns: float32[T, M, len(PATTERNS)].
        episodes_at: (family, threshold) -> EPISODES.
        pairs: PAIRS, the answers.
    """

    times: np.ndarray
    patterns: np.ndarray
    episodes_at: Callable[[str, float], pl.DataFrame]
    pairs: pl.DataFrame


@final
@dataclass
class Gathering:
    """Collects, session by session, what scores are made of.

    Attributes:
        grid: family -> thresholds of its precision-recall curve.
        operating: detector -> family -> the threshold it is used at.
        example: the market in which most was planted.
    """

    grid: Mapping[str, Iterable[float]]
    operating: Mapping[str, Mapping[str, float]]
    example: Example | None = None
    _markets: list[pl.DataFrame] = field(default_factory=list)
    _strengths: list[tuple[str, str, float]] = field(default_factory=list)
    _episodes: list[pl.DataFrame] = field(default_factory=list)
    _detected: dict[str, dict[str, dict[float, list[pl.DataFrame]]]] = field(default_factory=dict)
    _sums: dict[str, dict[str, list[np.ndarray]]] = field(default_factory=dict)
    _pairs: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    _most: tuple[int, int] = (-1, -1)

    def __post_init__(self) -> None:
        for name, thresholds in self.operating.items():
            self._detected[name] = {
                family: {at: [] for at in sorted({*self.grid[family], thresholds[family]})}
                for family in FAMILIES
            }
            self._sums[name] = {family: [] for family in CALIBRATED}
            self._pairs[name] = []

    def add(self, judged: Judged, said: Mapping[str, Said]) -> None:
        """Take one session in; they come in the order of their names.

        Args:
            judged: the session and its truth.
            said: what each detector says of it.
        """
        session = judged.session
        rows = [
            (session.name, market, session.start_ts, tape.close_ts)
            for market, tape in enumerate(session.markets)
        ]
        self._markets.append(pl.DataFrame(rows, MARKETS, orient="row"))
        self._strengths += [(session.name, *one) for one in judged.strengths.items()]
        self._episodes.append(judged.episodes)
        for name, one in said.items():
            for family, tables in self._detected[name].items():
                for threshold, table in tables.items():
                    table.append(one.episodes_at(family, threshold))
            for family, sums in self._sums[name].items():
                mine = judged.episodes.filter(pl.col("family") == family)
                truth = active(mine, one.times, len(session.markets))
                sums.append(reliability(one.patterns[:, :, PATTERN[family]], truth))
            self._pairs[name].append(join_pairs(one.pairs, judged.pairs))
        self._picture(judged, said)

    def _picture(self, judged: Judged, said: Mapping[str, Said]) -> None:
        for market in range(len(judged.session.markets)):
            true = judged.episodes.filter(pl.col("market") == market)
            much = true["family"].n_unique(), len(true)
            if much > self._most and said:
                self._most = much
                told = {
                    name: {
                        family: one.patterns[:, market, PATTERN[BEGINS[family]]].copy()
                        for family in FAMILIES
                    }
                    for name, one in said.items()
                }
                times = next(iter(said.values())).times
                self.example = Example(judged.session.name, market, times, told, true)

    @property
    def truth(self) -> Truth:
        """What was planted."""
        return Truth(
            pl.concat(self._markets),
            pl.DataFrame(self._strengths, STRENGTHS, orient="row"),
            pl.concat([pl.DataFrame(schema=EPISODES), *self._episodes]),
        )

    def evidence(self, name: str) -> Evidence:
        """What one detector said."""
        return Evidence(
            {
                family: {
                    at: pl.concat([pl.DataFrame(schema=EPISODES), *tables])
                    for at, tables in of.items()
                }
                for family, of in self._detected[name].items()
            },
            self.operating[name],
            {family: np.stack(sums) for family, sums in self._sums[name].items()},
            pl.concat([pl.DataFrame(schema=PAIRS), *self._pairs[name]]),
        )


Simulate = Callable[[int], Judged]
"""A number -> the session of that number and its truth."""

Detect = Callable[[Session, Detector], Said]
"""What a detector says of a session."""


def gather(
    numbers: Iterable[int],
    simulate: Simulate,
    detectors: Mapping[str, Detector],
    detect: Detect,
    **thresholds: Any,
) -> Gathering:
    """Simulate sessions, ask every detector, and keep what scores are made of.

    Args:
        numbers: of the sessions, rising.
        simulate: makes one.
        detectors: by name.
        detect: asks one.
        **thresholds: `grid` and `operating` of `Gathering`.
    """
    gathering = Gathering(**thresholds)
    for number in numbers:
        judged = simulate(number)
        gathering.add(
            judged, {name: detect(judged.session, one) for name, one in detectors.items()}
        )
    return gathering
