"""Which markets belong together: groups and correlations, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from kalshi_exp.metrics.detection.clusters import Sampling, share, totals_of
from kalshi_exp.metrics.detection.tables import PAIRS

_KEY = ["session", "first", "second", "relation"]


def join_pairs(told: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """One table of what was told and what is true.

    Args:
        told: PAIRS, of which `told` counts.
        truth: PAIRS, of which `truth` counts; a pair that it does not name is not related.

    Raises:
        ValueError: the truth names a pair that the detector was not asked about.
    """
    extra = truth.join(told, on=_KEY, how="anti")
    if len(extra):
        one = extra.row(0, named=True)
        raise ValueError(
            f"session {one['session']}: the truth names the pair {one['first']}, {one['second']} "
            f"({one['relation']}), which the detector says nothing of: give every pair of markets"
        )
    both = told.drop("truth").join(truth.drop("told"), on=_KEY, how="left", maintain_order="left")
    return both.with_columns(pl.col("truth").fill_null(0)).select(PAIRS.names()).cast(dict(PAIRS))  # type: ignore[arg-type]


def pair_scores(
    pairs: pl.DataFrame, relation: str, sessions: Sequence[str], sampling: Sampling
) -> dict[str, Any]:
    """How well one relation is told, pair by pair.

    The baseline of accuracy is the trivial answer, nothing is related; of precision and recall,
    the same answers dealt at random among the session's pairs. A correlation of the wrong sign is
    wrong, and found by nobody.

    Args:
        pairs: PAIRS.
        relation: group or correlation.
        sessions: those that count.
        sampling: how intervals are drawn.

    Returns:
        `accuracy`, `precision` and `recall` of related pairs (value, lo, hi, n, baseline), and
        `counts`: pairs, related, told.
    """
    mine = pairs.filter((pl.col("relation") == relation) & pl.col("session").is_in(list(sessions)))
    truth, told = pl.col("truth"), pl.col("told")
    nothing = "no pair" if mine.is_empty() else "nothing is related"

    def total(value: pl.Expr) -> np.ndarray:
        return totals_of(mine, sessions, value)

    every = totals_of(mine, sessions)
    related, said = total(truth != 0), total(told != 0)
    right = total((truth != 0) & (truth == told))
    by_luck = np.zeros(len(every))
    for sign in (-1, 1):
        expected = total(truth == sign) * total(told == sign)
        by_luck += np.divide(expected, every, out=np.zeros_like(expected), where=every > 0)
    found = {
        "accuracy": share(total(truth == told), every, sampling, "no pair"),
        "precision": share(
            right, said, sampling, "no pair" if mine.is_empty() else "none was told"
        ),
        "recall": share(right, related, sampling, nothing),
    }
    luck = {
        "accuracy": share(total(truth == 0), every, sampling, "no pair"),
        "precision": share(by_luck, said, sampling, "none was told"),
        "recall": share(by_luck, related, sampling, nothing),
    }
    figures: dict[str, Any] = {
        name: one.to_dict(baseline=luck[name].to_dict()) for name, one in found.items()
    }
    figures["counts"] = {
        "pairs": float(every.sum()),
        "related": float(related.sum()),
        "told": float(said.sum()),
    }
    return figures
