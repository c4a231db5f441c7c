"""Measurements of made-up sessions."""

from __future__ import annotations

import numpy as np

from kalshi_exp.patterns.strength import Family, Measured
from kalshi_exp.patterns.strength.measured import NOTHING


def sessions(effect: float, count: int = 24, noise: float = 0.05, seed: int = 0) -> list[Measured]:
    """Sessions whose statistic is `effect` beyond a null of the same noise and of mean 0.3."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        weight = float(rng.uniform(50, 150))
        null = 0.3 + noise * rng.normal(size=20)
        own = 0.3 + effect + noise * rng.normal()
        found.append(Measured(weight * own, weight, weight * null, np.full(20, weight)))
    return found


def tape(count: int = 24) -> dict[Family, list[Measured]]:
    """A tape with an anchor, no cascade, aversion that can't be told, and one market an event."""
    return {
        Family.anchor: sessions(0.2, count),
        Family.cascade: sessions(0.0, count, seed=1),
        Family.aversion: sessions(0.02, count, noise=1.0, seed=2),
        Family.constraint: [NOTHING] * count,
    }
