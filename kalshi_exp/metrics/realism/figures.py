"""Every figure of one contestant against the truth."""

from __future__ import annotations

import numpy as np

from kalshi_exp.metrics.bootstrap import Estimate
from kalshi_exp.metrics.realism.agreement import (
    concordance,
    mean,
    mean_error,
    overstatement,
    pearson,
    spearman,
)
from kalshi_exp.metrics.realism.resample import Resamples
from kalshi_exp.metrics.realism.table import SIZES
from kalshi_exp.metrics.realism.trial import Trial
from kalshi_exp.probes import HORIZONS, MARKOUTS, WAITS

_ROUNDING = 1e-12  # of a mean square: a variance below that should have been zero


def profits(trial: Trial, resamples: Resamples) -> np.ndarray:
    """Execution P&L an offered contract of every strategy, cents, float64[S, 1 + R]."""
    return resamples.per_strategy(trial.column("profit"), trial.column("offered"))


def figures(
    trial: Trial, truth: Trial | None, resamples: Resamples, chosen: np.ndarray, *, passive: bool
) -> dict[str, Estimate]:
    """All of `table.FIGURES`.

    Args:
        trial: the contestant.
        truth: what it is held against; None where there is none.
        resamples: shared by all contestants.
        chosen: bool[S], the strategies that count.
        passive: whether mark-outs are of resting orders' fills, or of taking ones'.

    Returns:
        Name -> estimate; what needs a truth is left out without one.
    """
    out: dict[str, Estimate] = {}

    def ratio(numerator: str, denominator: str, of: Trial) -> np.ndarray:
        return resamples.per_strategy(of.column(numerator), of.column(denominator))

    def note(name: str, numerator: str, denominator: str, error: str = "") -> None:
        mine = ratio(numerator, denominator, trial)
        out[name] = resamples.estimate(mean, [mine], chosen, "no strategy had any")
        if error and truth is not None:
            theirs = ratio(numerator, denominator, truth)
            out[error] = resamples.estimate(mean_error, [mine, theirs], chosen)

    note("profit_cents", "profit", "offered", "error_cents")
    note("fill_rate", "filled", "offered", "fill_rate_error")
    for horizon in HORIZONS:
        note(f"odds_{horizon}", f"within_{horizon}", "orders", f"odds_error_{horizon}")
    kind = "passive" if passive else "aggressive"
    for seconds in MARKOUTS:
        markout = f"{kind}_markout_{seconds}"
        note(f"markout_{seconds}", markout, kind, f"markout_error_{seconds}")
    for k, size in enumerate(SIZES):
        note(f"slippage_{size}", f"slippage_{k}", f"taken_{k}")
    out["median_wait"] = resamples.interval(_median_wait(trial, resamples, chosen), "no fill")
    total = float(trial.column("violations")[chosen].sum())
    out["violations"] = Estimate(total, None, None, resamples.sessions, "a count")
    if truth is not None:
        out |= _against(trial, truth, resamples, chosen)
    return out


def _against(
    trial: Trial, truth: Trial, resamples: Resamples, chosen: np.ndarray
) -> dict[str, Estimate]:
    both = [profits(trial, resamples), profits(truth, resamples)]
    out = {
        "pearson": resamples.estimate(pearson, both, chosen),
        "spearman": resamples.estimate(spearman, both, chosen),
        "concordance": resamples.estimate(concordance, both, chosen),
        "overstatement": resamples.estimate(overstatement, both, chosen),
        "pearson_cells": resamples.interval(cells(trial, truth, resamples, chosen)),
    }
    if trial.matched.any():
        for horizon in HORIZONS:
            squared = resamples.per_strategy(trial.brier(horizon), trial.matched)
            out[f"brier_{horizon}"] = resamples.estimate(mean, [squared], chosen)
    return out


def cells(trial: Trial, truth: Trial, resamples: Resamples, chosen: np.ndarray) -> np.ndarray:
    """Correlation over strategies and sessions, [1 + R]; a cell with no order counts zero."""
    cells = []
    for one in (trial, truth):
        profit, offered = one.column("profit")[chosen], one.column("offered")[chosen]
        cells.append(np.divide(profit, offered, out=np.zeros_like(profit), where=offered > 0))
    x, y = cells
    strategies, sessions = resamples.weights(chosen)

    def total(values: np.ndarray) -> np.ndarray:
        per: np.ndarray = np.einsum("sj,jr->sr", values, sessions)
        return np.asarray((per * strategies).sum(0))

    n = total(np.ones_like(x))
    with np.errstate(divide="ignore", invalid="ignore"):
        mx, my, xx, yy = (total(one) / n for one in (x, y, x * x, y * y))
        covariance = total(x * y) / n - mx * my
        of_x, of_y = xx - mx * mx, yy - my * my
        varied = (of_x > _ROUNDING * xx) & (of_y > _ROUNDING * yy)
        found: np.ndarray = np.where(varied, covariance / np.sqrt(of_x * of_y), np.nan)
    return found


def waits(trial: Trial, chosen: np.ndarray) -> np.ndarray:
    """Orders by class of their time to the first fill, float64[J, len(WAITS) + 1]."""
    columns = [trial.column(f"waited_{k}")[chosen].sum(0) for k in range(len(WAITS) + 1)]
    return np.stack(columns, 1)


def _median_wait(trial: Trial, resamples: Resamples, chosen: np.ndarray) -> np.ndarray:
    """Median seconds to a fill in every resample of sessions, [1 + R]."""
    _, sessions = resamples.weights(chosen)
    counts = np.einsum("jk,jr->kr", waits(trial, chosen), sessions)
    share = np.cumsum(counts, 0) / np.maximum(counts.sum(0), 1e-300)
    ends = np.array([0.0, *WAITS, 2.0 * WAITS[-1]])
    out = np.full(counts.shape[1], np.nan)
    for r in range(counts.shape[1]):
        if counts[:, r].sum() > 0:
            out[r] = np.interp(0.5, np.concatenate([[0.0], share[:, r]]), ends)
    return out
