"""Stand-ins for the rooms that detect: they are told the truth, and are late or wrong on order."""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.detection import EPISODES, FAMILIES, PAIRS
from kalshi_exp.patterns import NEUTRAL, PATTERN, PATTERNS
from kalshi_exp.tape import Session


class Trace(NamedTuple):
    times: np.ndarray
    patterns: np.ndarray


def episodes(late: int = 2) -> dict[str, Any]:
    """A detector that knows the truth `late` seconds after it, and tells pairs rightly."""
    known: dict[str, pl.DataFrame] = {}
    related: dict[str, pl.DataFrame] = {}

    def place(session: Session) -> dict[str, int]:
        return {market.ticker: number for number, market in enumerate(session.markets)}

    def true_episodes(labels: pl.DataFrame, session: Session) -> pl.DataFrame:
        where = place(session)
        rows = [
            (
                session.name, where[row["market"]], row["kind"], row["start"], row["end"],
                row["price"] if row["kind"] == "anchor" else -1, row["value"],
            )
            for row in labels.filter(pl.col("kind").is_in(FAMILIES)).iter_rows(named=True)
        ]  # fmt: skip
        known[session.name] = pl.DataFrame(rows, EPISODES, orient="row")
        return known[session.name]

    def true_pairs(labels: pl.DataFrame, session: Session) -> pl.DataFrame:
        where = place(session)
        group = dict(labels.filter(pl.col("kind") == "group").select("market", "value").iter_rows())
        sign = {
            tuple(sorted((where[row["market"]], where[row["other"]]))): int(np.sign(row["value"]))
            for row in labels.filter(pl.col("kind") == "correlation").iter_rows(named=True)
        }
        names = [market.ticker for market in session.markets]
        rows = []
        for a, b in combinations(range(len(names)), 2):
            both = names[a] in group and group[names[a]] == group.get(names[b])
            rows.append((session.name, a, b, "group", int(both), 0))
            rows.append((session.name, a, b, "correlation", sign.get((a, b), 0), 0))
        related[session.name] = pl.DataFrame(rows, PAIRS, orient="row")
        return related[session.name]

    def watch_session(session: Session, detector: object, features: object) -> Trace:
        times = np.arange(session.start_ts // SECOND + 1, session.end_ts // SECOND) * SECOND
        patterns = np.tile(np.array(NEUTRAL, np.float32), (len(times), len(session.markets), 1))
        for row in known[session.name].iter_rows(named=True):
            low, high = np.searchsorted(times, [row["start"] + late * SECOND, row["end"]])
            told = 5.0 if row["family"] == "violation" else 0.9
            patterns[low:high, row["market"], PATTERN[row["family"]]] = told
        assert patterns.shape[2] == len(PATTERNS)
        return Trace(times, patterns)

    def episodes_of(trace: Trace, session: str, family: str, threshold: float) -> pl.DataFrame:
        true = known[session].filter(pl.col("family") == family)
        top = 5.0 if family == "violation" else 0.9
        kept = true.filter(pl.lit(threshold <= top))
        return kept.with_columns(start=pl.col("start") + late * SECOND, score=pl.lit(top))

    def pairs_of(trace: Trace, session: str) -> pl.DataFrame:
        return related[session].with_columns(told=pl.col("truth"), truth=pl.lit(0, pl.Int8))

    rooms = (true_episodes, true_pairs, watch_session, episodes_of, pairs_of)
    return {function.__name__: function for function in rooms}
