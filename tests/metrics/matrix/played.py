"""Plays made by hand: money and orders of contestants, as a test wants them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from kalshi_exp.env.actions import ACTIONS, N_ACTIONS
from kalshi_exp.metrics.matrix import EXCHANGE, PLAYS, Plays, matrix_figures

DOLLAR = 1_000_000
MODELS = ("old", "queue")
BASELINES = ("hold", "maker")


def actions(**counts: int) -> list[int]:
    """Counts of actions by name, `BUY_YES_5=2` and `HOLD=3`."""
    out = [0] * N_ACTIONS
    names = {action.name.replace(" ", "_"): number for number, action in enumerate(ACTIONS)}
    for name, count in counts.items():
        out[names[name]] = count
    return out


def rows(
    contestant: str,
    dollars: np.ndarray,
    judge: str = EXCHANGE,
    policy: str = "agent/deterministic",
    **more: Any,
) -> pl.DataFrame:
    """Rows of `PLAYS`.

    Args:
        contestant: who played.
        dollars: [sessions, seeds], P&L.
        judge: under which judge.
        policy: of the records.
        more: columns that are the same everywhere; what is not given is zero.
    """
    made = []
    for (session, seed), one in np.ndenumerate(dollars):
        row = {name: 0 for name in PLAYS} | {"actions": actions(HOLD=10)} | more
        row |= {"contestant": contestant, "policy": policy, "judge": judge, "seed": seed}
        row |= {"session": f"{session:06d}", "pnl": round(float(one) * DOLLAR)}
        made.append(row | {"decisions": sum(row["actions"])})
    return pl.DataFrame(made, schema=PLAYS)


def study(
    real: dict[str, float],
    promised: dict[str, float],
    habits: dict[str, dict[str, Any]],
    sessions: int = 40,
    seeds: int = 3,
    noise: float = 1.0,
) -> Plays:
    """A whole study: each model's mean money in the exchange and under itself, and its orders."""
    rng = np.random.default_rng(5)
    market = rng.normal(0.0, 5.0, (sessions, 1))  # what a session brings to everybody
    parts = []
    models = list(real)
    for name in models:
        luck = noise * rng.normal(0.0, 1.0, (sessions, seeds)) + market
        for judge in (*models, EXCHANGE):
            mean = promised[name] if judge == name else real[name]
            parts.append(rows(name, mean + luck, judge, **habits[name]))
        parts.append(rows(name, real[name] - 1.0 + luck, policy="agent/sampled", **habits[name]))
    for name in BASELINES:
        for judge in (*models, EXCHANGE):
            money = np.zeros((sessions, 1)) if name == "hold" else market - 3.0
            parts.append(rows(name, money, judge, name))
    return Plays(pl.concat(parts))


def payload(told: Sequence[float] = (-20.0, 5.0), **more: Any) -> dict[str, Any]:
    """matrix.json of a study in which `old` promises 30 dollars, and `queue` what it keeps."""
    old, queue = told
    habits = {
        "old": {
            "actions": actions(HOLD=5, BUY_YES_100=4, SELL_NO_50=1),
            "passive_placed": 2_000,
            "aggressive_placed": 8_000,
            "aggressive_filled": 8_000,
            "fills": 7,
        },
        "queue": {
            "actions": actions(HOLD=5, BUY_YES_5=4, SELL_NO_10=1),
            "passive_placed": 9_000,
            "passive_filled": 4_000,
            "aggressive_placed": 1_000,
            "aggressive_filled": 1_000,
            "fills": 3,
        },
    }
    plays = study({"old": old, "queue": queue}, {"old": 30.0, "queue": queue}, habits, **more)
    return matrix_figures(plays, MODELS, BASELINES, 200, 0)
