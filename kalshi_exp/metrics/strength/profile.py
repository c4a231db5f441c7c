"""What rests around the levels, cent by cent, and the band in which it would lie by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kalshi_exp.metrics.bootstrap import LEVEL
from kalshi_exp.patterns.strength import LEVELS, REACH, SHIFTS, Watched


def profile(sessions: Sequence[Watched], draws: int, seed: int) -> dict[str, Any]:
    """Size around the levels while the mid is near, beyond what is usual so far behind the touch.

    Args:
        sessions: of a tape.
        draws: of the null.
        seed: of the null.

    Returns:
        JSON-ready: `cents` from behind the level to in front of it, and as shares `value`, `lo` and
        `hi` (the null's pointwise band), None where nothing was seen.
    """
    places = np.array(LEVELS) + np.array([0, *SHIFTS])[:, None]
    above = np.stack([one.anchor.profile[places].sum(axis=1) for one in sessions])
    below = np.stack([one.anchor.profile_seconds[places].sum(axis=1) for one in sessions])
    rng = np.random.Generator(np.random.PCG64(seed))
    total, seconds = (np.zeros((draws, 2 * REACH + 1)) for _ in range(2))
    for number in range(len(sessions)):
        pick = rng.integers(0, above.shape[1], draws)
        total += above[number, pick]
        seconds += below[number, pick]
    own, weight = above[:, 0].sum(axis=0), below[:, 0].sum(axis=0)
    cut = (1 - LEVEL) / 2
    out: dict[str, Any] = {"cents": list(range(-REACH, REACH + 1)), "value": [], "lo": [], "hi": []}
    for k in range(2 * REACH + 1):
        known = seconds[:, k] > 0
        if weight[k] <= 0 or not known.any():
            row: tuple[float | None, ...] = (None, None, None)
        else:
            lo, hi = np.quantile(total[known, k] / seconds[known, k], [cut, 1 - cut])
            row = tuple(float(np.expm1(one)) for one in (own[k] / weight[k], lo, hi))
        for name, one in zip(("value", "lo", "hi"), row, strict=True):
            out[name].append(one)
    return out
