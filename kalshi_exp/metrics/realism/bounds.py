"""Strategies on a recording: no truth, but two bounds that it must lie between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kalshi_exp.metrics.bootstrap import LEVEL, missing
from kalshi_exp.metrics.realism.figures import figures, profits
from kalshi_exp.metrics.realism.joiner import BAND
from kalshi_exp.metrics.realism.resample import Resamples
from kalshi_exp.metrics.realism.table import FIGURES
from kalshi_exp.metrics.realism.trial import Trial
from kalshi_exp.probes import Strategy

_SLACK = 1e-9  # cents: sums of floats


def summarise_bounds(
    strategies: Sequence[Strategy],
    trials: Mapping[str, Trial],
    *,
    bootstrap: int,
    seed: int,
    nothing: str = "",
) -> dict[str, Any]:
    """Every model's figures on a tape, and how many strategies it values within the bounds.

    Args:
        strategies: in the order of the trials' rows.
        trials: by model.
        bootstrap: resamples.
        seed: of them.
        nothing: why figures of passive strategies are withheld; empty where they are not.

    Returns:
        JSON-ready, as `summarise_fills` without what needs a truth; `within` says for each model
        the share of passive strategies whose P&L lies between the bounds.
    """
    sessions = next(iter(trials.values())).sums.shape[1]
    resamples = Resamples(len(strategies), sessions, bootstrap, seed)
    aggressive = np.array([one.aggressive for one in strategies])
    groups = {"passive": ~aggressive, "aggressive": aggressive}
    earned = {name: profits(trial, resamples)[:, 0] for name, trial in trials.items()}
    models: dict[str, Any] = {}
    for name, trial in trials.items():
        models[name] = {}
        for group, chosen in groups.items():
            found = figures(trial, None, resamples, chosen, passive=group == "passive")
            if nothing and group == "passive":
                found = {key: missing(nothing) for key in found}
            models[name][group] = {
                f.name: found[f.name].to_dict() for f in FIGURES if f.name in found
            }
    bounds = [earned[name] for name in BAND.values() if name in earned]
    within: dict[str, float | None] = {}
    if len(bounds) == len(BAND) and not nothing:
        low, high = np.min(bounds, 0)[~aggressive], np.max(bounds, 0)[~aggressive]
        for name, own in earned.items():
            mine = own[~aggressive]
            known = np.isfinite(mine) & np.isfinite(low)
            inside = (mine >= low - _SLACK) & (mine <= high + _SLACK)
            within[name] = float(inside[known].mean()) if known.any() else None
    payload: dict[str, Any] = {
        "sessions": sessions,
        "models": models,
        "within": within,
        "strategies": [
            {
                "name": one.name,
                "family": one.family,
                "size": one.size,
                "aggressive": one.aggressive,
                "profit_cents": {
                    name: None if not np.isfinite(own[k]) or (nothing and not one.aggressive)
                    else float(own[k]) for name, own in earned.items()
                },
            }
            for k, one in enumerate(strategies)
        ],
        "withheld": nothing or None,
        "units": {figure.name: figure.unit for figure in FIGURES},
        "interval": {"level": LEVEL, "resamples": bootstrap, "seed": seed, "cluster": "session"},
    }  # fmt: skip
    return payload
