"""Waits and fills made from the model itself."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kalshi_exp.config import Noise, Scenario
from kalshi_exp.exchange import simulate_session
from kalshi_exp.market.units import NEVER
from kalshi_exp.metrics.hazard.fit import cumulated
from kalshi_exp.metrics.hazard.intervals import Intervals, intervals_of, joined

SCENARIO = Scenario(duration_s=240.0, noise=Noise(take_rate=1.5))
TRUE = np.array([-0.6, -0.35, -0.2, 0.5, 0.2, 0.15, -0.3])


@lru_cache
def real_waits(sessions: int = 24) -> Intervals:
    """Waits on simulated tapes, as the ruler fills them."""
    return joined(
        [intervals_of(simulate_session(SCENARIO, 5, k), k) for k in range(sessions)]
    )  # fmt: skip


def filled_by(waits: Intervals, value: np.ndarray, seed: int) -> Intervals:
    """The same waits with first fills drawn from the model."""
    rng = np.random.default_rng(seed)
    asked = rng.exponential(size=len(waits.placed))
    left, got = asked.copy(), np.full(len(asked), NEVER)
    filled, counted = np.zeros(len(waits.first), bool), np.zeros(len(waits.first), bool)
    for wait, (order, come) in enumerate(zip(waits.order, cumulated(waits, value), strict=True)):
        counted[wait] = left[order] > 0.0
        left[order] -= come
        filled[wait] = counted[wait] and left[order] <= 0.0
        if filled[wait]:
            got[order] = waits.ended[wait]
    return waits._replace(filled=filled, counted=counted, got=np.minimum(got, waits.sure))
