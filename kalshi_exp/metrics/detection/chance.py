"""What a detector that fires at random at the same rate would score."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

REPEATS = 20


def placed_at_random(
    detected: pl.DataFrame, markets: pl.DataFrame, seed: int, repeats: int = REPEATS
) -> Iterator[pl.DataFrame]:
    """The detected episodes at uniformly random times of their own market.

    Each keeps its session, market, price and length, so that chance knows how often, how long, in
    which market and at which level the detector fires, and only not when: the strictest chance.

    Args:
        detected: EPISODES.
        markets: MARKETS.
        seed: of the placement.
        repeats: how many placements.

    Yields:
        EPISODES, one table a placement.
    """
    bounds = detected.join(
        markets.rename({"start": "opened", "end": "closed"}),
        on=["session", "market"],
        how="left",
        maintain_order="left",
    )
    start, end = detected["start"].to_numpy(), detected["end"].to_numpy()
    opened = bounds["opened"].fill_null(pl.lit(0)).to_numpy()
    closed = bounds["closed"].fill_null(pl.lit(0)).to_numpy()
    length = end - start
    room = np.maximum(closed - opened - length, 0)
    rng = np.random.Generator(np.random.PCG64(seed))
    for _ in range(repeats):
        begun = opened + (rng.random(len(start)) * room).astype(np.int64)
        yield detected.with_columns(
            start=pl.Series(begun, dtype=pl.Int64), end=pl.Series(begun + length, dtype=pl.Int64)
        )
