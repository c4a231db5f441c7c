"""Figures of one way to train over several seeds: their sessions together, and their spread."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from kalshi_exp.metrics.execution import fill_rates, markouts
from kalshi_exp.metrics.performance import performance
from kalshi_exp.metrics.records import Records
from kalshi_exp.metrics.replicates import over_seeds

_SHARE, _SIZE = (0.0, 1.0), (0.0, math.inf)
_WITHIN = {
    "passive_fill_rate": _SHARE,
    "aggressive_fill_rate": _SHARE,
    "sessions_won": _SHARE,
    "max_drawdown": _SIZE,
    "turnover_per_session": _SIZE,
    "contracts_per_session": _SIZE,
}


def figures_over_seeds(
    policy: str,
    runs: Sequence[tuple[Records, Mapping[str, Any]]],
    names: Sequence[str],
    resamples: int,
    seed: int,
) -> dict[str, dict[str, Any]]:
    """Figures of a policy that was trained and judged under several seeds.

    Args:
        policy: its name.
        runs: records and figures of each seed's run.
        names: figures to form; money, fill rates and mark-outs can be.
        resamples: bootstrap resamples.
        seed: of the resampling.

    Returns:
        name -> value of all sessions together, lo, hi (by session and seed, see `over_seeds`), n,
        and `seeds`, each one's value in the order given.
    """
    # A seed's folds are more folds: all rows of a session are drawn together.
    frames = [
        one.sessions.filter(pl.col("policy") == policy).with_columns(
            fold=pl.lit(k, pl.Int32) * 10_000 + pl.col("fold")
        )
        for k, (one, _) in enumerate(runs)
    ]
    sessions = pl.concat(frames)
    fills = pl.concat([one.fills.filter(pl.col("policy") == policy) for one, _ in runs])
    together = {
        name: one.to_dict()
        for name, one in (
            performance(sessions, None, resamples, seed) | fill_rates(sessions, resamples, seed)
        ).items()
    }
    for name, (one, count) in markouts(sessions, fills, resamples, seed).items():
        together[name] = one.to_dict(fills=count)
    out = {}
    for name in names:
        alone = [figures[name] for _, figures in runs]
        _, lo, hi = over_seeds(alone, together[name], _WITHIN.get(name, (-math.inf, math.inf)))
        entry = together[name] | {"lo": lo, "hi": hi, "seeds": [one["value"] for one in alone]}
        if lo is None and "reason" not in entry:
            entry["reason"] = "it cannot be formed under every seed"
        out[name] = entry
    return out
