"""What a judged policy leaves behind: a row a session, a row a fill, and its equity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

import polars as pl


def _schema(columns: dict[str, Any]) -> pl.Schema:
    return pl.Schema(columns)


SESSIONS = _schema(
    {
        "fold": pl.Int32,
        "policy": pl.String,  # "agent/deterministic", "agent/sampled", or a baseline's name
        "session": pl.String,
        "start_ts": pl.Int64,  # ns
        "markets": pl.Int32,
        "decisions": pl.Int64,
        "pnl": pl.Int64,  # 1e-6 $, after fees, settlement included
        "fees": pl.Int64,  # 1e-6 $
        "cash": pl.Int64,  # 1e-6 $, at the start
        "final_equity": pl.Int64,  # 1e-6 $
        "peak": pl.Int64,  # 1e-6 $
        "max_drawdown": pl.Int64,  # 1e-6 $, positive
        "turnover": pl.Int64,  # 1e-6 $ traded
        "passive_placed": pl.Int64,  # 1e-2 contracts that rested
        "passive_filled": pl.Int64,
        "aggressive_placed": pl.Int64,
        "aggressive_filled": pl.Int64,
        "settled": pl.Boolean,
        "actions": pl.List(pl.Int64),  # how often each of the 21 actions was taken
        "take_calls": pl.Int64,  # times the fill model judged a marketable order
        "rest_calls": pl.Int64,  # times it judged a resting order
        "checks": pl.Int64,  # probabilistic draws
        "violations": pl.Int64,  # fills beyond the evidence
    }
)
"""One row a (fold, policy, session); all markets of an event are one session."""

FILLS = _schema(
    {
        "fold": pl.Int32,
        "policy": pl.String,
        "session": pl.String,
        "market": pl.Int32,  # ordinal within the session
        "ts": pl.Int64,  # ns
        "side": pl.Int8,  # BID or ASK of the YES book
        "price": pl.Int32,  # YES price, 1e-4 $
        "size": pl.Int64,  # 1e-2 contracts
        "flow": pl.Int64,  # 1e-6 $ received before fees (negative: paid)
        "fee": pl.Int64,  # 1e-6 $
        "passive": pl.Boolean,
        "action": pl.Int32,
        "mid": pl.Int32,  # bid + ask, 1e-4 $ (twice the mid); -1 one-sided
        "mid_1s": pl.Int32,
        "mid_10s": pl.Int32,
        "mid_60s": pl.Int32,
    }
)
"""One row a fill of one of our orders."""

EQUITY = _schema(
    {
        "fold": pl.Int32,
        "policy": pl.String,
        "session": pl.String,
        "ts": pl.Int64,  # ns
        "equity": pl.Int64,  # 1e-6 $
    }
)
"""Equity marked to the side one would exit on, thinned."""

OPPORTUNITIES = _schema(
    {
        "fold": pl.Int32,
        "policy": pl.String,
        "session": pl.String,
        "market": pl.Int32,  # ordinal within the session
        "family": pl.String,  # of the pattern: anchor, cascade, violation, aversion
        "start": pl.Int64,  # ns, first decision at which it was detected
        "end": pl.Int64,  # ns, first at which it was not any more, or the close
        "decisions": pl.Int32,  # at which it was
        "contracts": pl.Int64,  # 1e-2, filled in it
        "position": pl.Int64,  # 1e-2, these fills netted, YES positive
        "profit": pl.Int64,  # 1e-6 $, of these fills after fees at the exit; 0 without any
        "exit": pl.Int64,  # ns, when they are valued
        "settled": pl.Boolean,  # at settlement rather than at the touch
    }
)
"""One row an opportunity that was detected, in time, while a policy was judged."""

KEY = ["policy", "fold", "session"]


TABLES = {
    "sessions": SESSIONS,
    "fills": FILLS,
    "equity": EQUITY,
    "opportunities": OPPORTUNITIES,
}


class RecordsError(ValueError):
    """A frame is not what the schema of records says."""


def _checked(frame: pl.DataFrame, schema: pl.Schema, name: str) -> pl.DataFrame:
    missing = [column for column in schema if column not in frame.columns]
    if missing:
        raise RecordsError(
            f"the {name} of these records lack the column(s) {', '.join(missing)}; "
            f"write every column of kalshi_exp.metrics.records.{name.upper()}"
        )
    try:
        frame = frame.select(pl.col(column).cast(dtype) for column, dtype in schema.items())
    except pl.exceptions.PolarsError as error:
        raise RecordsError(f"a column of the {name} has the wrong type: {error}") from error
    order = KEY + [name for name in ("market", "family", "start") if "family" in schema]
    order += ["ts"] if "ts" in schema else []
    return frame.sort(order, maintain_order=True)


@final
@dataclass(frozen=True, eq=False)
class Records:
    """What judged policies left, sorted by policy, fold and session.

    Args:
        sessions: frame with the columns of `SESSIONS`.
        fills: frame with the columns of `FILLS`.
        equity: frame with the columns of `EQUITY`.
        opportunities: frame with the columns of `OPPORTUNITIES`; none by default.

    Raises:
        RecordsError: a column is missing or of another type, or one (fold, policy, session)
            stands there twice.
    """

    sessions: pl.DataFrame
    fills: pl.DataFrame
    equity: pl.DataFrame
    opportunities: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OPPORTUNITIES))

    def __post_init__(self) -> None:
        for name, schema in TABLES.items():
            object.__setattr__(self, name, _checked(getattr(self, name), schema, name))
        twice = self.sessions.filter(self.sessions.select(KEY).is_duplicated())
        if len(twice):
            policy, fold, session = twice.row(0)[1], twice.row(0)[0], twice.row(0)[2]
            raise RecordsError(
                f"session {session} of fold {fold} is recorded twice for policy {policy}; "
                "judge each session once a fold and policy"
            )

    @classmethod
    def concat(cls, parts: Iterable[Records]) -> Records:
        """All rows of several records as one; no part gives empty records."""
        parts = list(parts)
        if not parts:
            return cls(*(pl.DataFrame(schema=schema) for schema in TABLES.values()))
        return cls(*(pl.concat([getattr(part, name) for part in parts]) for name in TABLES))

    def write(self, folder: Path) -> None:
        """Write sessions, fills, equity and opportunities, each a Parquet file of `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            getattr(self, name).write_parquet(folder / f"{name}.parquet")

    @classmethod
    def read(cls, folder: Path) -> Records:
        """Read back what `write` wrote.

        Raises:
            RecordsError: a file is missing or not of the schema.
        """
        frames = []
        for name, schema in TABLES.items():
            path = folder / f"{name}.parquet"
            if name == "opportunities" and not path.is_file():
                frames.append(pl.DataFrame(schema=schema))  # judged by an earlier version
                continue
            if not path.is_file():
                raise RecordsError(f"{folder} holds no {path.name}; it has not been judged")
            frames.append(pl.read_parquet(path))
        return cls(*frames)

    @property
    def policies(self) -> list[str]:
        """Names of the judged policies, agents first, then baselines, each in order."""
        names = self.sessions["policy"].unique().to_list()
        return sorted(names, key=lambda name: (not is_agent(name), name))


def is_agent(policy: str) -> bool:
    """Whether a policy was learned, as opposed to a baseline."""
    return policy.split("/")[0] == "agent"
