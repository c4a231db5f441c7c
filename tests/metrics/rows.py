"""Rows of records made by hand, with harmless values where a test does not care."""

from __future__ import annotations

from typing import Any

import polars as pl

from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics import EQUITY, FILLS, OPPORTUNITIES, SESSIONS, Records

DOLLAR = 1_000_000


def session(name: str, pnl: int = 0, policy: str = "maker", **more: Any) -> dict[str, Any]:
    """One row of sessions; `pnl` in 1e-6 dollars."""
    row = {
        "fold": 0,
        "policy": policy,
        "session": name,
        "start_ts": 0,
        "markets": 1,
        "decisions": 10,
        "pnl": pnl,
        "fees": 0,
        "cash": 100 * DOLLAR,
        "final_equity": 100 * DOLLAR + pnl,
        "peak": 100 * DOLLAR,
        "max_drawdown": max(0, -pnl),
        "turnover": 0,
        "passive_placed": 0,
        "passive_filled": 0,
        "aggressive_placed": 0,
        "aggressive_filled": 0,
        "settled": True,
        "actions": [10] + [0] * 20,
        "take_calls": 0,
        "rest_calls": 0,
        "checks": 0,
        "violations": 0,
    }
    return row | more


def fill(name: str, **more: Any) -> dict[str, Any]:
    """One row of fills: 10 contracts bought at 50 cents while resting, mid unknown."""
    row = {
        "fold": 0,
        "policy": "maker",
        "session": name,
        "market": 0,
        "ts": 5 * SECOND,
        "side": 0,
        "price": 5_000,
        "size": 1_000,
        "flow": -5_000_000,
        "fee": 0,
        "passive": True,
        "action": 1,
        "mid": -1,
        "mid_1s": -1,
        "mid_10s": -1,
        "mid_60s": -1,
    }
    return row | more


def opportunity(name: str, **more: Any) -> dict[str, Any]:
    """One row of opportunities: a minute at an anchor of market 0 that nobody traded."""
    row = {
        "fold": 0,
        "policy": "maker",
        "session": name,
        "market": 0,
        "family": "anchor",
        "start": 10 * SECOND,
        "end": 70 * SECOND,
        "decisions": 60,
        "contracts": 0,
        "position": 0,
        "profit": 0,
        "exit": 70 * SECOND,
        "settled": False,
    }
    return row | more


def frame_of(rows: list[dict[str, Any]], schema: pl.Schema) -> pl.DataFrame:
    """Rows as a frame of a schema."""
    return pl.DataFrame(rows, schema=schema)


def records_of(
    sessions: list[dict[str, Any]],
    fills: list[dict[str, Any]] | None = None,
    seconds: int | None = 900,
    opportunities: list[dict[str, Any]] | None = None,
) -> Records:
    """Records of rows, with equity curves of `seconds` (none at all for None)."""
    equity = [
        {
            "fold": row["fold"],
            "policy": row["policy"],
            "session": row["session"],
            "ts": row["start_ts"] + at * SECOND,
            "equity": row["cash"],
        }
        for row in sessions
        for at in ((0, seconds) if seconds else ())
    ]
    return Records(
        frame_of(sessions, SESSIONS),
        frame_of(fills or [], FILLS),
        frame_of(equity, EQUITY),
        frame_of(opportunities or [], OPPORTUNITIES),
    )
