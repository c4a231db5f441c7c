"""What a detector's network is trained to lower, a head at a time, and what a constant reaches.

A head's loss is divided by that of the best constant, so that rare patterns weigh as much as
frequent ones and 1 means that nothing was learned. Rare seconds are not weighted up: probabilities
would no longer be probabilities.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from kalshi_exp.learn.detectors.examples import DEPTH, SAME, SIGN, Examples
from kalshi_exp.patterns.weights import HEADS, PAIR_HEADS

_SIGNS = len(PAIR_HEADS) - 1


class Baseline(NamedTuple):
    """The best constant of each head on the training examples.

    Attributes:
        market: float64[heads], a probability each; of depth the mean share.
        same: probability that a pair is of one group.
        sign: float64[3], of each sign.
    """

    market: np.ndarray
    same: float
    sign: np.ndarray


def baseline_of(examples: Examples) -> Baseline:
    """Measure the best constants."""
    counted = examples.counts.sum((0, 1), np.float64)
    market = np.where(examples.counts, examples.truth, 0.0).sum((0, 1), np.float64)
    told = examples.relations
    sign = np.bincount(told[:, SIGN], minlength=_SIGNS) / max(len(told), 1)
    same = float(told[:, SAME].mean()) if len(told) else 0.0
    return Baseline(market / np.maximum(counted, 1.0), same, sign)


def learnable(baseline: Baseline) -> tuple[np.ndarray, bool]:
    """Which heads can be learned: bool[heads] of a market, and whether those of pairs can.

    A head whose truth is always the same teaches nothing.
    """
    market = (baseline.market > 1e-4) & (baseline.market < 1.0 - 1e-4)
    return market, 1e-4 < baseline.same < 1.0 - 1e-4 and baseline.sign[1] < 1.0 - 1e-4


def market_losses(logits: Tensor, truth: Tensor, counts: Tensor) -> Tensor:
    """Loss of each head over the seconds that count.

    Args:
        logits: float32[N, T, heads].
        truth: float32[N, T, heads].
        counts: bool[N, T, heads].

    Returns:
        float32[heads]: cross-entropies; of depth the mean squared error.
    """
    entropy = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    error = (torch.sigmoid(logits[..., DEPTH]) - truth[..., DEPTH]).square()
    loss = torch.cat([entropy[..., :DEPTH], error[..., None]], -1) * counts
    return loss.sum((0, 1)) / counts.sum((0, 1)).clamp(min=1)


def pair_losses(logits: Tensor, relations: Tensor) -> Tensor:
    """Cross-entropies of the group and of the sign, float32[2].

    Args:
        logits: float32[Q, heads].
        relations: int64[Q, 2].
    """
    same = functional.binary_cross_entropy_with_logits(logits[:, 0], relations[:, SAME].float())
    return torch.stack([same, functional.cross_entropy(logits[:, 1:], relations[:, SIGN])])


def constant_losses(baseline: Baseline, examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """What the constants lose on examples: as `market_losses` and `pair_losses` tell it."""
    share = np.clip(baseline.market, 1e-6, 1.0 - 1e-6)
    constant = torch.from_numpy(np.log(share / (1.0 - share)).astype(np.float32))
    truth = torch.from_numpy(examples.truth)
    counts = torch.from_numpy(examples.counts)
    market = market_losses(constant.expand(truth.shape), truth, counts).numpy()
    if not len(examples.relations):
        return market, np.ones(2, np.float32)
    same = np.clip(baseline.same, 1e-6, 1.0 - 1e-6)
    logits = np.concatenate([[np.log(same / (1.0 - same))], np.log(baseline.sign + 1e-6)])
    told = torch.from_numpy(examples.relations)
    wide = torch.from_numpy(logits.astype(np.float32)).expand(len(told), len(PAIR_HEADS))
    return market, pair_losses(wide, told).numpy()


assert HEADS[DEPTH] == "depth"
