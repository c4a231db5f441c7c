"""The touch joiner on a recording: odds of a first fill and mark-outs, as a band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kalshi_exp.metrics.bootstrap import Estimate, interval, missing, ratio
from kalshi_exp.probes import JOIN_HORIZONS, JOIN_MARKOUTS, Joins

BAND = {"lo": "queue_pessimistic", "mid": "queue", "hi": "queue_optimistic"}
"""Where in the band a fill model stands: the ruler's two bounds, and its middle."""

INSIDE, ABOVE, BELOW = "inside", "above", "below"


def joiner(
    joins: Mapping[str, Sequence[Joins]], *, bootstrap: int, seed: int, nothing: str = ""
) -> dict[str, Any]:
    """Odds and mark-outs of every model, and where each stands against the band.

    Args:
        joins: by model, one a session; those of `BAND` among them.
        bootstrap: resamples, by session.
        seed: of them.
        nothing: why there is nothing to say; empty where there is.

    Returns:
        JSON-ready: `models` (name -> `odds` and `markout_cents` by seconds -> value, lo, hi),
        `place` (name -> the same -> inside, above or below the band, where both its ends are
        known), `sent` and `across_gaps`.
    """
    models: dict[str, Any] = {}
    for name, sessions in joins.items():
        sent = np.array([one.sent for one in sessions], np.int64)
        odds, markouts = {}, {}
        for k, seconds in enumerate(JOIN_HORIZONS):
            within = np.array([one.within[k] for one in sessions], np.int64)
            odds[str(seconds)] = _estimate(within, sent, bootstrap, seed, nothing)
        for k, seconds in enumerate(JOIN_MARKOUTS):
            gains = np.array([one.gains[k] for one in sessions])
            valued = np.array([one.valued[k] for one in sessions])
            markouts[str(seconds)] = _estimate(gains, valued, bootstrap, seed, nothing)
        models[name] = {
            "odds": {key: one.to_dict() for key, one in odds.items()},
            "markout_cents": {key: one.to_dict() for key, one in markouts.items()},
        }
    first = next(iter(joins.values()), [])
    return {
        "models": models,
        "place": {name: _place(model, models) for name, model in models.items()},
        "sent": sum(one.sent for one in first),
        "across_gaps": sum(one.across_gaps for one in first),
        "withheld": nothing or None,
    }


def named_joiner(found: Mapping[str, Any]) -> dict[str, Any]:
    """`joiner/odds/SECONDS/{lo,mid,hi}` and `joiner/markout_cents/SECONDS/{lo,mid,hi}`, plain."""
    out: dict[str, Any] = {}
    for figure in ("odds", "markout_cents"):
        for end, model in BAND.items():
            for seconds, one in found["models"].get(model, {}).get(figure, {}).items():
                out[f"joiner/{figure}/{seconds}/{end}"] = one["value"]
    return out


def _estimate(
    above: np.ndarray, below: np.ndarray, bootstrap: int, seed: int, nothing: str
) -> Estimate:
    if nothing:
        return missing(nothing)
    values = np.stack([above, below], 1)
    return interval(values, ratio(), bootstrap, seed, below > 0, "no order was filled or sent")


def _place(model: Mapping[str, Any], models: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Where each figure stands against the band of the ruler's models."""
    out: dict[str, dict[str, str]] = {}
    for figure, entries in model.items():
        out[figure] = {}
        for seconds, one in entries.items():
            if not {BAND["lo"], BAND["hi"]} <= set(models):
                continue
            ends = [
                models[name][figure][seconds]["value"] for name in BAND.values() if name in models
            ]
            if one["value"] is None or any(end is None for end in ends):
                continue
            where = ABOVE if one["value"] > max(ends) else BELOW
            inside = min(ends) <= one["value"] <= max(ends)
            out[figure][seconds] = INSIDE if inside else where
    return out
