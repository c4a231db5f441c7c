"""The realism ladder: what each assumption that is given up does to every strategy's P&L."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kalshi_exp.metrics.realism.agreement import mean_error, overstatement, pearson
from kalshi_exp.metrics.realism.figures import profits
from kalshi_exp.metrics.realism.resample import Resamples
from kalshi_exp.metrics.realism.trial import Trial
from kalshi_exp.probes import Strategy

_FIGURES = {"pearson": pearson, "overstatement": overstatement, "error_cents": mean_error}


def ladder_figures(
    strategies: Sequence[Strategy],
    truth: Trial,
    rungs: Sequence[Trial],
    *,
    bootstrap: int,
    seed: int,
) -> list[dict[str, Any]]:
    """Every rung against the truth.

    Args:
        strategies: in the order of the trials' rows.
        truth: as it happened in the exchange.
        rungs: from the bottom.
        bootstrap: resamples.
        seed: of them; the same draws as `summarise_fills` takes.

    Returns:
        A row a rung: `rung`, by group `pearson`, `overstatement` and `error_cents` with intervals,
        and `profit_cents` of every strategy.
    """
    resamples = Resamples(len(strategies), truth.sums.shape[1], bootstrap, seed)
    aggressive = np.array([one.aggressive for one in strategies])
    true, out = profits(truth, resamples), []
    for rung in rungs:
        own = profits(rung, resamples)
        row: dict[str, Any] = {"rung": rung.name}
        for group, chosen in (("passive", ~aggressive), ("aggressive", aggressive)):
            row[group] = {
                name: resamples.estimate(figure, [own, true], chosen).to_dict()
                for name, figure in _FIGURES.items()
            }
        row["profit_cents"] = {
            strategy.name: float(own[k, 0]) if np.isfinite(own[k, 0]) else None
            for k, strategy in enumerate(strategies)
        }
        out.append(row)
    return out
