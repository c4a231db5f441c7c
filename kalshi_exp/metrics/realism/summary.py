"""The payload of `report=fills`: every contestant, passive and aggressive strategies apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kalshi_exp.metrics.bootstrap import LEVEL
from kalshi_exp.metrics.realism.agreement import mean_error, pearson
from kalshi_exp.metrics.realism.figures import cells, figures, profits, waits
from kalshi_exp.metrics.realism.resample import Resamples
from kalshi_exp.metrics.realism.table import FIGURES
from kalshi_exp.metrics.realism.trial import Trial
from kalshi_exp.probes import BINS, HORIZONS, WAITS, Strategy

CEILING = "ceiling"
GROUPS = ("passive", "aggressive")
EVERY = "all"
LEADS = {"pearson": pearson, "error_cents": mean_error, "fill_rate_error": mean_error}
"""Figures whose difference to `old` is told, beside `pearson_cells`."""

CORRELATED, WITHIN = 0.95, 0.10
"""What a fill model has to reach: its Pearson, and its overstatement either way."""


def summarise_fills(
    strategies: Sequence[Strategy],
    truth: Trial,
    contestants: Sequence[Trial],
    *,
    bootstrap: int,
    seed: int,
) -> dict[str, Any]:
    """Hold every contestant against the truth.

    Args:
        strategies: in the order of the trials' rows.
        truth: as it happened in the exchange.
        contestants: the ceiling first, then the fill models; one is named `old`.
        bootstrap: resamples.
        seed: of them.

    Returns:
        JSON-ready: `models` (name -> group -> figure -> value, lo, hi), `truth` the same,
        `leads` of each model over `old`, `strategies` (a row each with its P&L under each
        contestant), `reliability`, `waits`, `best`, `met`, `units` and how intervals were made.
    """
    _, sessions, _ = truth.sums.shape
    resamples = Resamples(len(strategies), sessions, bootstrap, seed)
    aggressive = np.array([one.aggressive for one in strategies])
    groups = {"passive": ~aggressive, "aggressive": aggressive}

    def told(trial: Trial, against: Trial | None) -> dict[str, Any]:
        out = {}
        for group, chosen in groups.items():
            found = figures(trial, against, resamples, chosen, passive=group == "passive")
            out[group] = {f.name: found[f.name].to_dict() for f in FIGURES if f.name in found}
        return out

    models = {trial.name: told(trial, truth) for trial in contestants}
    payload: dict[str, Any] = {
        "sessions": sessions,
        "models": models,
        "truth": told(truth, None),
        "leads": _leads(contestants, truth, resamples, groups),
        "strategies": _strategies(strategies, truth, contestants, resamples),
        "reliability": {t.name: _reliability(t, groups) for t in contestants},
        "waits": {t.name: _waited(t, groups) for t in (truth, *contestants)},
        "wait_classes": list(WAITS),
        "horizons": list(HORIZONS),
        "draws": {trial.name: trial.draws for trial in contestants},
        "units": {figure.name: figure.unit for figure in FIGURES},
        "interval": {
            "level": LEVEL,
            "resamples": bootstrap,
            "seed": seed,
            "cluster": "strategy and session, drawn independently (pigeonhole bootstrap)",
        },
    }
    best = best_of(models)
    return payload | {"best": best, "met": _met(models[best])}


def best_of(models: dict[str, Any]) -> str:
    """The model whose worse group has the highest Pearson; the ceiling does not compete."""

    def worse(name: str) -> float:
        found = [models[name][group]["pearson"]["value"] for group in GROUPS]
        return min((-2.0 if value is None else value) for value in found)

    return max((name for name in models if name != CEILING), key=worse)


def _met(model: dict[str, Any]) -> dict[str, dict[str, bool]]:
    """What of the target a model reaches, by group."""
    out = {}
    for group in GROUPS:
        correlation = model[group]["pearson"]["value"]
        overstated = model[group]["overstatement"]["value"]
        out[group] = {
            "pearson": correlation is not None and correlation >= CORRELATED,
            "overstatement": overstated is not None and abs(overstated) <= WITHIN,
        }
    return out


def _leads(
    contestants: Sequence[Trial],
    truth: Trial,
    resamples: Resamples,
    groups: dict[str, np.ndarray],
) -> dict[str, Any]:
    """What each model has over `old`, on the same draws; see `LEADS`."""
    by_name = {trial.name: trial for trial in contestants}
    old, out = by_name.get("old"), {}
    if old is None:
        return {}
    groups = groups | {EVERY: np.ones(len(truth.sums), np.bool_)}
    values = {name: _compared(one, truth, resamples) for name, one in by_name.items()}
    for name, trial in by_name.items():
        if name in ("old", CEILING):
            continue
        entry: dict[str, Any] = {}
        for group, chosen in groups.items():
            found = {}
            for key, figure in LEADS.items():

                def gap(rows: np.ndarray, weights: np.ndarray, figure: Any = figure) -> Any:
                    return figure(rows[[0, 2]], weights) - figure(rows[[1, 2]], weights)

                rows = [values[name][key][0], values["old"][key][0], values["old"][key][1]]
                found[key] = resamples.estimate(gap, rows, chosen).to_dict()
            draws = cells(trial, truth, resamples, chosen) - cells(old, truth, resamples, chosen)
            entry[group] = found | {"pearson_cells": resamples.interval(draws).to_dict()}
        out[name] = entry
    return out


def _compared(
    trial: Trial, truth: Trial, resamples: Resamples
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What the figures of `LEADS` are of: a model's values by strategy, and the truth's."""
    earned = profits(trial, resamples), profits(truth, resamples)
    rates = tuple(
        resamples.per_strategy(one.column("filled"), one.column("offered"))
        for one in (trial, truth)
    )
    return {"pearson": earned, "error_cents": earned, "fill_rate_error": (rates[0], rates[1])}


def _strategies(
    strategies: Sequence[Strategy], truth: Trial, contestants: Sequence[Trial], all_: Resamples
) -> list[dict[str, Any]]:
    """A row a strategy: what it offered and filled, and its P&L under each contestant."""
    earned = {trial.name: profits(trial, all_) for trial in (truth, *contestants)}
    rows = []
    for k, strategy in enumerate(strategies):
        row: dict[str, Any] = {
            "name": strategy.name,
            "family": strategy.family,
            "size": strategy.size,
            "aggressive": strategy.aggressive,
            "offered": float(truth.column("offered")[k].sum()),
            "profit_cents": {},
            "fill_rate": {},
        }
        for trial in (truth, *contestants):
            row["profit_cents"][trial.name] = all_.interval(earned[trial.name][k]).to_dict()
            offered = trial.column("offered")[k].sum()
            filled = trial.column("filled")[k].sum()
            row["fill_rate"][trial.name] = float(filled / offered) if offered > 0 else None
        rows.append(row)
    return rows


def _reliability(trial: Trial, groups: dict[str, np.ndarray]) -> dict[str, Any]:
    """By group and horizon: [mean probability, share filled, orders] of every class with orders."""
    out: dict[str, Any] = {}
    for group, chosen in groups.items():
        totals = trial.curve[chosen].sum((0, 1))
        out[group] = {}
        for h, horizon in enumerate(HORIZONS):
            rows = [totals[h, k] for k in range(BINS) if totals[h, k, 0] > 0]
            out[group][str(horizon)] = [[r[1] / r[0], r[2] / r[0], r[0]] for r in rows]
    return out


def _waited(trial: Trial, groups: dict[str, np.ndarray]) -> dict[str, list[float]]:
    """By group: share of all orders with a fill within each of `WAITS`."""
    out = {}
    for group, chosen in groups.items():
        counts, orders = waits(trial, chosen).sum(0), trial.column("orders")[chosen].sum()
        out[group] = [float(x) for x in np.cumsum(counts)[:-1] / max(orders, 1.0)]
    return out
