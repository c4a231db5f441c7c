"""How well a fitted intensity tells what the ruler says of windows that it was not fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kalshi_exp.market.units import NEVER, SECOND
from kalshi_exp.metrics.bootstrap import interval, missing, ratio
from kalshi_exp.metrics.hazard.fit import HazardFit, counted, cumulated, likelihoods
from kalshi_exp.metrics.hazard.intervals import Intervals

HORIZONS_S = (1, 5, 30, 60)
PLACES = {"touch": 0, "behind": 1, "inside": -1}
"""Where orders stand, and how many levels behind the touch that is."""


def goodness(
    waits: Intervals, fit: HazardFit, sessions: int, resamples: int, seed: int
) -> dict[str, Any]:
    """Held-out likelihood against a constant hazard, and odds of a first fill.

    Args:
        waits: of the judging windows.
        fit: what was fitted to others.
        sessions: how many windows there are; theirs are numbered from 0.
        resamples: of the bootstrap by session.
        seed: of it.

    Returns:
        JSON-ready: `likelihood` (a wait: `model`, `constant`, and `gain` with its interval), and
        `odds` by place and horizon in seconds: `observed` by the ruler, `predicted`, `sure` (the
        share filled whatever the hazard), `difference` (predicted less observed, with its interval)
        and `orders`.
    """
    return {
        "likelihood": _likelihood(counted(waits), fit, sessions, resamples, seed),
        "odds": {
            place: _odds(waits, fit, behind, sessions, resamples, seed)
            for place, behind in PLACES.items()
        },
    }


def _by_session(session: np.ndarray, columns: Sequence[np.ndarray], sessions: int) -> np.ndarray:
    return np.stack([np.bincount(session, column, sessions) for column in columns], axis=1)


def _likelihood(
    waits: Intervals, fit: HazardFit, sessions: int, resamples: int, seed: int
) -> dict[str, Any]:
    if len(waits.first) == 0:
        return {"gain": missing("no trade came to the level of an order").to_dict()}
    ours, null = (
        likelihoods(cumulated(waits, value), waits.filled) for value in (fit.value, fit.null)
    )
    session = waits.session[waits.order]
    sums = _by_session(session, [ours - null, np.ones(len(ours))], sessions)
    gain = interval(sums, ratio(), resamples, seed, support=sums[:, 1] > 0)
    return {"model": float(ours.mean()), "constant": float(null.mean()), "gain": gain.to_dict()}


def predicted(waits: Intervals, value: np.ndarray, horizon_s: float) -> np.ndarray:
    """Odds of a first fill of each order within a horizon, float64[K]."""
    until = waits.placed + round(horizon_s * SECOND)
    orders = len(waits.placed)
    within = waits.ended <= until[waits.order]
    come = cumulated(waits, value) if len(waits.first) else np.zeros(0)
    hazard = np.bincount(waits.order[within], come[within], orders)
    return np.where(waits.sure <= until, 1.0, -np.expm1(-hazard))


def _odds(
    waits: Intervals, fit: HazardFit, behind: int, sessions: int, resamples: int, seed: int
) -> dict[str, Any]:
    found = {}
    chosen = waits.seen & (waits.place == behind)
    session = waits.session[chosen]
    for horizon in HORIZONS_S:
        until = waits.placed + horizon * SECOND
        got = ((waits.got != NEVER) & (waits.got <= until))[chosen].astype(float)
        told = predicted(waits, fit.value, horizon)[chosen]
        sums = _by_session(session, [told - got, np.ones(len(got))], sessions)
        difference = interval(sums, ratio(), resamples, seed, support=sums[:, 1] > 0)
        share = float(np.mean((waits.sure <= until)[chosen])) if len(got) else None
        found[str(horizon)] = {
            "observed": float(got.mean()) if len(got) else None,
            "predicted": float(told.mean()) if len(got) else None,
            "sure": share,
            "difference": difference.to_dict(),
            "orders": len(got),
        }
    return found
