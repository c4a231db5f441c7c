"""The tables that detection is scored from."""

from __future__ import annotations

import polars as pl

from kalshi_exp.patterns.episodes import EPISODES, FAMILIES, PAIRS, RELATIONS

MARKETS = pl.Schema(
    {
        "session": pl.String,
        "market": pl.Int32,
        "start": pl.Int64,  # ns
        "end": pl.Int64,  # ns
    }
)
"""Markets that were watched, and when: what alarms are counted against."""

STRENGTHS = pl.Schema({"session": pl.String, "family": pl.String, "strength": pl.Float64})
"""How strongly a family, or a relation, was planted in a session, 0 to 1; absent: not at all."""


def names(markets: pl.DataFrame) -> list[str]:
    """Names of the sessions of a table of `MARKETS`, sorted: the clusters of every interval."""
    return sorted(markets["session"].unique().to_list())


def none(schema: pl.Schema) -> pl.DataFrame:
    """A table without rows."""
    return pl.DataFrame(schema=schema)


__all__ = ["EPISODES", "FAMILIES", "MARKETS", "PAIRS", "RELATIONS", "STRENGTHS", "names", "none"]
