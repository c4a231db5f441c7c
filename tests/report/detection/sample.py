"""A payload of two detectors, and a market to picture."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import polars as pl

from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.detection import FAMILIES, Sampling, payload, score
from kalshi_exp.report.detection import Example
from tests.metrics.detection.scored import SECONDS, SESSIONS, evidence, truth

SAMPLING = Sampling(60, 1)


@cache
def scored(plain: bool = False, count: int = 3) -> dict[str, Any]:
    of = truth(plain, count)
    scores = {
        "rule": score(of, evidence(of, late=4, misses=3), SAMPLING),
        "learned": score(of, evidence(of, late=1, misses=6), SAMPLING),
    }
    return payload(scores, "rule", SAMPLING, len(SESSIONS))


def example() -> Example:
    of = truth()
    here = (pl.col("session") == SESSIONS[0]) & (pl.col("market") == 1)
    told = {family: np.linspace(0.0, 0.9, SECONDS) for family in FAMILIES}
    return Example(
        SESSIONS[0],
        1,
        np.arange(SECONDS) * SECOND,
        {"rule": told, "learned": told},
        of.episodes.filter(here),
    )
