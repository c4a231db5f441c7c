"""Made contestants: what every strategy earned in every session, said outright."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kalshi_exp.metrics.realism import Trial
from kalshi_exp.probes import BINS, COLUMN, HORIZONS, MARKOUTS, SCORES, SUMS, Strategy

PASSIVE, AGGRESSIVE, SESSIONS = 12, 10, 14
OFFERED = 100.0


def strategies(passive: int = PASSIVE, aggressive: int = AGGRESSIVE) -> list[Strategy]:
    """Passive ones first."""
    kinds = [False] * passive + [True] * aggressive
    return [
        Strategy(f"strategy {k}", "taker" if taking else "joiner", taking, 10 * (k + 1), 1, ())
        for k, taking in enumerate(kinds)
    ]


def profits(seed: int = 0, count: int = PASSIVE + AGGRESSIVE, sessions: int = SESSIONS):
    """Cents an offered contract of every strategy in every session, float64[S, J]."""
    rng = np.random.default_rng(seed)
    level = rng.normal(-1.0, 1.5, (count, 1))
    return level + rng.normal(0.0, 0.4, (count, sessions))


def trial(name: str, cents: np.ndarray, seed: int = 1, *, error: float = 0.0) -> Trial:
    """A contestant that earned `cents` a contract, with the same fills for the same seed.

    `error` is the squared error of each order's probability of a fill.
    """
    rng = np.random.default_rng(seed)
    count, sessions = cents.shape
    sums = np.zeros((count, sessions, len(SUMS)))

    def put(key: str, values: object) -> None:
        sums[:, :, COLUMN[key]] = values

    put("orders", 20.0)
    put("offered", OFFERED)
    put("profit", cents * OFFERED)
    filled = rng.integers(10, 90, (count, sessions)).astype(float)
    put("filled", filled)
    for k, horizon in enumerate(HORIZONS):
        put(f"within_{horizon}", 4.0 * (k + 1))
    for kind in ("passive", "aggressive"):
        put(kind, filled / 2)
        for seconds in MARKOUTS:
            put(f"{kind}_markout_{seconds}", filled / 2 * (1 + cents))
    for k in range(3):
        put(f"taken_{k}", filled / 6)
        put(f"slippage_{k}", filled / 6 * 0.5 * (k + 1))
    put("waited_3", 10.0)
    put("waited_6", 6.0)
    scores = np.zeros((count, sessions, len(SCORES)))
    scores[:, :, 0] = 20.0
    scores[:, :, 1:] = 20.0 * error
    curve = np.zeros((count, sessions, len(HORIZONS), BINS, 3))
    curve[:, :, :, 2] = 20.0, 5.0, 4.0
    return Trial(name, sums, scores, curve)


def renamed(one: Trial, name: str) -> Trial:
    return replace(one, name=name)
