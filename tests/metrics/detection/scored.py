"""Two detectors of different worth on the same made-up sessions."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl

from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.detection import (
    EPISODES,
    FAMILIES,
    STRENGTHS,
    Evidence,
    Truth,
    active,
    reliability,
)
from tests.metrics.detection.tables import markets, pairs

SESSIONS = [f"{number:06d}" for number in range(40_000, 40_012)]
SECONDS = 300
MARKETS = 3
LEVELS = {"anchor": (0.3, 0.5, 0.7), "cascade": (0.3, 0.5, 0.7), "aversion": (0.3, 0.5, 0.7)}
LEVELS["violation"] = (1.0, 2.0, 3.0)
OPERATING = {"anchor": 0.5, "cascade": 0.5, "violation": 2.0, "aversion": 0.5}


def truth(plain: bool = False, count: int = MARKETS) -> Truth:
    """An episode of each family in each market of each session, or none at all."""
    rows, strengths = [], []
    for number, session in enumerate(SESSIONS):
        for place, family in enumerate(FAMILIES):
            strengths.append((session, family, (number + 1) / len(SESSIONS)))
            for market in range(count):
                start = 20 + 60 * place + number
                price = 5000 if family == "anchor" else -1
                rows.append(
                    (session, market, family, start * SECOND, (start + 40) * SECOND, price, 0.6)
                )
        strengths += [(session, relation, 0.8) for relation in ("group", "correlation")]
    if plain:
        rows, strengths = [], []
    return Truth(
        markets(SESSIONS, count, SECONDS),
        pl.DataFrame(strengths, STRENGTHS, orient="row"),
        pl.DataFrame(rows, EPISODES, orient="row"),
    )


def evidence(of: Truth, late: int, misses: int, seed: int = 0) -> Evidence:
    """A detector that is late by so many seconds and misses every so-many-th session."""
    rng = np.random.Generator(np.random.PCG64(seed))
    count = int(of.markets["market"].max()) + 1  # type: ignore[arg-type]
    kept = pl.col("session").is_in(SESSIONS[::misses]).not_()
    detected: dict[str, dict[float, pl.DataFrame]] = {}
    sums: dict[str, np.ndarray] = {}
    times = np.arange(SECONDS) * SECOND
    for family in FAMILIES:
        mine = of.episodes.filter(pl.col("family") == family)
        found = mine.filter(kept).with_columns(start=pl.col("start") + late * SECOND)
        alarm = pl.DataFrame(
            [(SESSIONS[-1], 0, family, 0, 9 * SECOND, -1, 0.55)], EPISODES, orient="row"
        )
        low, middle, high = LEVELS[family]
        detected[family] = {
            low: pl.concat([found, alarm, alarm]),
            middle: pl.concat([found, alarm]),
            high: found.head(len(found) // 2),
        }
        if family == "violation":
            continue
        parts = []
        for session in SESSIONS:
            true = active(mine.filter(pl.col("session") == session), times, count)
            told = np.clip(0.2 + 0.6 * true + 0.1 * rng.standard_normal(true.shape), 0, 1)
            parts.append(reliability(told, true))
        sums[family] = np.stack(parts)
    plain = of.strengths.is_empty()
    answers = [
        (session, a, b, relation, int(not plain and (a, b) == (0, 1)), 0)
        for session in SESSIONS
        for a, b in combinations(range(count), 2)
        for relation in ("group", "correlation")
    ]
    table = pairs(answers).with_columns(told=pl.when(kept).then("truth").otherwise(0).cast(pl.Int8))
    return Evidence(detected, OPERATING, sums, table)
