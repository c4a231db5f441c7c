"""The same order in two worlds: how probable a model made its fill, and whether it came."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kalshi_exp.probes.tally import HORIZONS, Orders

BINS = 10
"""Classes of the reliability curve: probabilities of equal width."""

SCORES: tuple[str, ...] = ("matched", *(f"brier_{h}" for h in HORIZONS))
"""Columns of a score: orders sent in both worlds, and their summed squared errors."""


def score(
    truth: Orders, draws: Sequence[Orders], environments: int
) -> tuple[np.ndarray, np.ndarray]:
    """Hold a model's fills against the truth, order by order.

    An order is the same when row, decision, side and price are. Its probability is the share of
    the model's draws in which it was filled, among those in which it was sent.

    Args:
        truth: the orders as they were in the exchange.
        draws: the model's, once or several times with other luck.
        environments: how many there are.

    Returns:
        (float64[E, len(SCORES)], reliability float64[E, len(HORIZONS), BINS, 3]: orders, their
        summed probability, and how many of them were filled).
    """
    order = np.argsort(truth.key, kind="stable")
    key, level = truth.key[order], truth.level[order]
    sent = np.zeros(len(key))
    filled = np.zeros((len(HORIZONS), len(key)))
    for draw in draws:
        at = np.minimum(np.searchsorted(key, draw.key), max(len(key) - 1, 0))
        same = (key[at] == draw.key) & (level[at] == draw.level) if len(key) else draw.key < 0
        np.add.at(sent, at[same], 1.0)
        for k, horizon in enumerate(HORIZONS):
            np.add.at(filled[k], at[same], draw.within(horizon)[same])
    both = sent > 0
    where = truth.environment[order][both]
    out = np.zeros((environments, len(SCORES)))
    out[:, 0] = np.bincount(where, minlength=environments)
    curve = np.zeros((environments, len(HORIZONS), BINS, 3))
    for k, horizon in enumerate(HORIZONS):
        p = filled[k][both] / sent[both]
        came = truth.within(horizon)[order][both].astype(float)
        out[:, 1 + k] = np.bincount(where, (p - came) ** 2, environments)
        bins = np.minimum((p * BINS).astype(int), BINS - 1)
        for column, value in enumerate((np.ones_like(p), p, came)):
            np.add.at(curve[:, k, :, column], (where, bins), value)
    return out, curve
