"""How recall depends on how strongly a pattern was planted, and on how large the episode is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from kalshi_exp.metrics.detection.chance import placed_at_random
from kalshi_exp.metrics.detection.clusters import Sampling, share, totals_of
from kalshi_exp.metrics.detection.matching import match
from kalshi_exp.metrics.detection.tables import names

STRENGTH_EDGES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
STRONG = 0.3  # from which on a planted pattern has to be found


def planted(true: pl.DataFrame, strengths: pl.DataFrame) -> pl.Series:
    """How strongly each true episode was planted: as its session says, else its own |score|.

    Args:
        true: EPISODES.
        strengths: STRENGTHS.

    Returns:
        float64[episodes].
    """
    joined = true.join(strengths, on=["session", "family"], how="left", maintain_order="left")
    return joined.select(pl.coalesce("strength", pl.col("score").abs()).alias("strength"))[
        "strength"
    ]


def strong_sessions(
    strengths: pl.DataFrame, family: str, markets: pl.DataFrame, least: float = STRONG
) -> list[str]:
    """Sessions in which a family was planted at least so strongly, sorted.

    Args:
        strengths: STRENGTHS.
        family: or relation.
        markets: MARKETS, says which sessions there are.
        least: strength.
    """
    mine = strengths.filter((pl.col("family") == family) & (pl.col("strength") >= least))
    there = set(mine["session"].to_list())
    return [name for name in names(markets) if name in there]


def recall_by(
    value: pl.Series,
    edges: Sequence[float],
    detected: pl.DataFrame,
    true: pl.DataFrame,
    markets: pl.DataFrame,
    sampling: Sampling,
) -> list[dict[str, Any]]:
    """Recall in bins of a property of the true episodes.

    Args:
        value: float64[episodes], the property, one for each row of `true`.
        edges: of the bins, rising; a bin holds its lower edge, and the last one its upper too.
        detected: EPISODES of the family.
        true: EPISODES of the family.
        markets: MARKETS.
        sampling: how intervals are drawn.

    Returns:
        A dict a bin: low, high, episodes, recall (value, lo, hi, n, baseline).
    """
    sessions = names(markets)
    placements = placed_at_random(detected, markets, sampling.seed)
    table = true.with_columns(
        value=value,
        found=pl.Series(_hits([detected], true)),
        luck=pl.Series(_hits(placements, true)),
    )
    out = []
    for k in range(len(edges) - 1):
        low, high, last = edges[k], edges[k + 1], k == len(edges) - 2
        below = pl.col("value") <= high if last else pl.col("value") < high
        inside = table.filter((pl.col("value") >= low) & below)
        recall, luck = (
            share(
                totals_of(inside, sessions, pl.col(hits)),
                totals_of(inside, sessions),
                sampling,
                "no episode",
            )
            for hits in ("found", "luck")
        )
        out.append(
            {
                "low": float(low),
                "high": float(high),
                "episodes": len(inside),
                "recall": recall.to_dict(baseline=luck.to_dict()),
            }
        )
    return out


def _hits(tables: Iterable[pl.DataFrame], true: pl.DataFrame) -> np.ndarray:
    """In what share of some tables of detected episodes each true one is matched."""
    every = [match(detected, true)["true"].to_numpy() for detected in tables]
    hits = np.bincount(np.concatenate(every).astype(np.int64), minlength=len(true))
    return hits / len(every)
