"""One-to-one matching of detected and true intervals."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment

_KEY = ["session", "market", "family", "level"]


def match(detected: pl.DataFrame, true: pl.DataFrame) -> pl.DataFrame:
    """Pair detected with true intervals: as many as can be, each of them once.

    Two intervals may be paired when they are of the same session, market and family, of anchors
    also of the same price, and overlap by at least 50 %. That is read strictly: intersection over
    union at least one half, so that neither an alarm that never ends nor a blink counts. Where
    there is a choice the number of pairs decides, then their overlap. What is left of the detected
    ones, second detections of one episode among them, are false alarms.

    Args:
        detected: EPISODES.
        true: EPISODES.

    Returns:
        One row a pair: session, market, family; `detected` and `true` (row numbers), `overlap` in
        [0.5, 1] and `latency_s`, detected start less true start, which may be negative.
    """
    candidates = _candidates(detected, true)
    once = (pl.len().over("detected") == 1) & (pl.len().over("true") == 1)
    clear = candidates.with_columns(clear=once)
    parts = [clear.filter("clear")]
    for contested in clear.filter(~pl.col("clear")).partition_by(_KEY):
        parts.append(contested[_assign(contested)])
    return pl.concat(parts).drop("clear", "level").sort("detected")


def _candidates(detected: pl.DataFrame, true: pl.DataFrame) -> pl.DataFrame:
    level = pl.when(pl.col("family") == "anchor").then(pl.col("price")).otherwise(-1).alias("level")
    columns = ["session", "market", "family", level, "start", "end"]
    mine = detected.select(columns).with_row_index("detected")
    theirs = true.select(columns).with_row_index("true")
    begin = pl.max_horizontal("start", "start_true")
    end = pl.min_horizontal("end", "end_true")
    both = mine.join(theirs, on=_KEY, suffix="_true").with_columns(shared=end - begin)
    lengths = pl.col("end") - pl.col("start") + pl.col("end_true") - pl.col("start_true")
    both = both.with_columns(union=lengths - pl.col("shared"))
    # In whole nanoseconds, so that exactly one half is one half; an instant can match itself.
    both = both.filter((pl.col("shared") >= 0) & (2 * pl.col("shared") >= pl.col("union")))
    share = pl.when(pl.col("union") > 0).then(pl.col("shared") / pl.col("union")).otherwise(1.0)
    return both.select(
        *_KEY,
        "detected",
        "true",
        overlap=share,
        latency_s=(pl.col("start") - pl.col("start_true")) / 1e9,
    )


def _assign(candidates: pl.DataFrame) -> list[int]:
    """Rows of the best assignment among the candidates of one key."""
    mine, rows = np.unique(candidates["detected"].to_numpy(), return_inverse=True)
    theirs, columns = np.unique(candidates["true"].to_numpy(), return_inverse=True)
    worth = np.zeros((len(mine), len(theirs)))
    at = np.full(worth.shape, -1, np.int64)
    # All overlaps together are worth less than one pair.
    most = min(worth.shape) + 1
    worth[rows, columns] = 1.0 + candidates["overlap"].to_numpy() / most
    at[rows, columns] = np.arange(len(candidates))
    chosen = at[linear_sum_assignment(worth, maximize=True)]
    return sorted(int(one) for one in chosen[chosen >= 0])
