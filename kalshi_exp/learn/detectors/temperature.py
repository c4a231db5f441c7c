"""Temperatures: one factor a head, so that what it calls 70 % is so in 70 of 100 seconds."""

from __future__ import annotations

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor
from torch.nn import functional

from kalshi_exp.learn.detectors.examples import DEPTH, SAME, SIGN
from kalshi_exp.patterns.weights import HEADS, PAIR_HEADS

_MOST = np.log(8.0)  # a temperature beyond is no calibration but a broken network


def market_sharpness(logits: Tensor, truth: Tensor, counts: Tensor) -> np.ndarray:
    """One over the temperature of each head, on sessions that it was not trained on.

    Args:
        logits: float32[N, T, heads].
        truth: float32[N, T, heads].
        counts: bool[N, T, heads].

    Returns:
        float32[heads]; 1 for the depth, and for a head that was never wrong nor right.
    """
    out = np.ones(len(HEADS), np.float32)
    for head in range(DEPTH):
        chosen = counts[..., head]
        x, y = logits[..., head][chosen], truth[..., head][chosen]
        if len(y) and 0.0 < float(y.mean()) < 1.0:
            out[head] = _least(x, y)
    return out


def pair_sharpness(logits: Tensor, relations: Tensor) -> np.ndarray:
    """So too for pairs, float32[heads]; the signs share one.

    Args:
        logits: float32[Q, heads].
        relations: int64[Q, 2].
    """
    out = np.ones(len(PAIR_HEADS), np.float32)
    if not len(relations):
        return out
    same, sign = relations[:, SAME].float(), relations[:, SIGN]
    if 0.0 < float(same.mean()) < 1.0:
        out[0] = _least(logits[:, 0], same)
        out[1:] = _least(logits[:, 1:], sign)
    return out


def _least(logits: Tensor, truth: Tensor) -> float:
    """The factor with the least cross-entropy: of yes or no, or of classes (2-d logits)."""

    def loss(power: float) -> float:
        told = float(np.exp(power)) * logits
        if told.ndim == 1:
            return float(functional.binary_cross_entropy_with_logits(told, truth))
        return float(functional.cross_entropy(told, truth))

    with torch.no_grad():
        found = minimize_scalar(
            loss, bounds=(-_MOST, _MOST), method="bounded", options={"xatol": 1e-3}
        )
    return float(np.exp(found.x))
