"""Plays: a row for each session that a policy of some training played under some judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
import polars as pl

from kalshi_exp.metrics.records import Records

EXCHANGE = "exchange"
"""The judge that is the truth: the simulated exchange with the agent in it."""

_COLUMNS: dict[str, Any] = {
    "contestant": pl.String,  # the fill model it was trained under, or a baseline's name
    "seed": pl.Int64,  # of the training; 0 for a baseline
    "policy": pl.String,  # "agent/deterministic", "agent/sampled", or the baseline's name
    "judge": pl.String,  # a fill model, or EXCHANGE
    "session": pl.String,
    "decisions": pl.Int64,
    "pnl": pl.Int64,  # 1e-6 $, after fees, settlement included
    "fees": pl.Int64,  # 1e-6 $
    "passive_placed": pl.Int64,  # 1e-2 contracts that rested
    "passive_filled": pl.Int64,
    "aggressive_placed": pl.Int64,
    "aggressive_filled": pl.Int64,
    "actions": pl.List(pl.Int64),  # how often each of the 21 actions was taken
    "fills": pl.Int64,
}
PLAYS = pl.Schema(_COLUMNS)
"""One row a (contestant, seed, policy, judge, session)."""

_KEY = ["contestant", "seed", "policy", "judge", "session"]


def plays_of(records: Records, contestant: str, seed: int, judge: str) -> pl.DataFrame:
    """Rows of `PLAYS` from the records of one contestant under one judge."""
    on = ["fold", "policy", "session"]
    counted = records.fills.group_by(on).agg(fills=pl.len().cast(pl.Int64))
    frame = (
        records.sessions.join(counted, on=on, how="left")
        .with_columns(
            pl.col("fills").fill_null(0),
            contestant=pl.lit(contestant),
            seed=pl.lit(seed, pl.Int64),
            judge=pl.lit(judge),
        )
        .select(pl.col(name).cast(kind) for name, kind in PLAYS.items())
    )
    return frame.sort(_KEY, maintain_order=True)


@final
@dataclass(frozen=True, eq=False)
class Plays:
    """All plays of a study.

    Attributes:
        frame: `PLAYS`.
    """

    frame: pl.DataFrame

    def totals(
        self, contestant: str, judge: str, columns: list[str], policy: str | None = None
    ) -> np.ndarray:
        """Totals of columns by session and seed, sessions and seeds in order.

        Args:
            contestant: a training model or a baseline.
            judge: a fill model or EXCHANGE.
            columns: of `PLAYS`, integers; `plays` counts rows, `actions` gives 21.
            policy: of the contestant; the deterministic agent, or the baseline itself.

        Returns:
            int64[sessions, seeds, columns].

        Raises:
            ValueError: it did not play, or not every seed played every session.
        """
        rows = self.frame.filter(
            pl.col("contestant") == contestant,
            pl.col("judge") == judge,
            pl.col("policy").is_in([policy] if policy else ["agent/deterministic", contestant]),
        ).with_columns(plays=pl.lit(1, pl.Int64))
        sessions, where = np.unique(rows["session"].to_numpy(), return_inverse=True)
        seeds, which = np.unique(rows["seed"].to_numpy(), return_inverse=True)
        parts = [_numbers(rows, name) for name in columns]
        values = np.concatenate(parts, 1) if len(rows) else np.zeros((0, len(columns)), np.int64)
        counts = np.zeros((len(sessions), len(seeds)), np.int64)
        np.add.at(counts, (where, which), 1)
        if not len(rows) or not (counts > 0).all():
            raise ValueError(
                f"{contestant} did not play every session with every seed under {judge}: "
                "judge all of them, or leave it out"
            )
        out = np.zeros((*counts.shape, values.shape[1]), np.int64)
        np.add.at(out, (where, which), values)
        return out


def _numbers(rows: pl.DataFrame, name: str) -> np.ndarray:
    if name == "actions":
        return np.array(rows[name].to_list(), np.int64)
    return rows[name].to_numpy()[:, None].astype(np.int64)
