"""How a model's strategies compare with the truth's: correlation, order, level."""

from __future__ import annotations

import numpy as np

_ROUNDING = 1e-12  # of a sum of squares: what is below is a sum that should have been zero


def _known(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values with zeros for what is not there, and weights that leave it out."""
    there = np.isfinite(values).all(0)
    return np.where(there, values, 0.0), np.where(there, weights, 0.0)


def pearson(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted correlation of two quantities over strategies, float64[R].

    Args:
        values: float64[2, S, R].
        weights: float64[S, R].
    """
    values, weights = _known(values, weights)
    total = weights.sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = values - (weights * values).sum(1, keepdims=True) / total
        covariance = (weights * x * y).sum(0)
        squares = (weights * np.stack([x * x, y * y])).sum(1)
        varied = (squares > _ROUNDING * (weights * values**2).sum(1)).all(0)
        found: np.ndarray = np.where(varied, covariance / np.sqrt(squares[0] * squares[1]), np.nan)
    return found


def spearman(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The same of ranks; ties take their mean rank, and what is drawn twice is tied to itself."""
    known, kept = _known(values, weights)
    return pearson(np.stack([_ranks(one, kept) for one in known]), kept)


def _ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean ranks over the first axis where each row stands `weights` times, float64[S, R]."""
    ranks = np.zeros(values.shape)
    for k, own in enumerate(values):
        ranks[k] = (weights * ((values < own) + 0.5 * (values == own))).sum(0) - 0.5
    return ranks


def concordance(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Share of pairs of strategies that both put in the same order, float64[R]."""
    values, weights = _known(values, weights)
    first, second = np.triu_indices(values.shape[1], 1)
    pair = weights[first] * weights[second]
    x, y = values[:, first] - values[:, second]
    with np.errstate(divide="ignore", invalid="ignore"):
        share: np.ndarray = (pair * (np.sign(x) == np.sign(y))).sum(0) / pair.sum(0)
    return share


def overstatement(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """By how much the first is above the second, as a share of the second's mean size, float64[R].

    Above zero the model flatters. Strategies weigh alike.
    """
    values, weights = _known(values, weights)
    model, truth = values
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = (weights * (model - truth)).sum(0) / (weights * np.abs(truth)).sum(0)
    return found


def mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean of one quantity over strategies, float64[R]."""
    values, weights = _known(values, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = (weights * values[0]).sum(0) / weights.sum(0)
    return found


def mean_error(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean absolute difference of two quantities over strategies, float64[R]."""
    return mean(np.abs(values[:1] - values[1:2]), weights)


def mean_gap(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean of the first less the second over strategies, float64[R]."""
    return mean(values[:1] - values[1:2], weights)
