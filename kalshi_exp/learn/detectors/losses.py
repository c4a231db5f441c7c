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


class PairBaseline(NamedTuple):
    """The best constants for pairs.

    Attributes:
        same: probability that a pair is of one group.
        sign: float64[3], of each sign of its correlation.
    """

    same: float
    sign: np.ndarray


class Baseline(NamedTuple):
    """The best constant of each head on some examples.

    Attributes:
        market: float64[heads], a probability each; of depth the mean share.
        pair: of the pairs' heads.
    """

    market: np.ndarray
    pair: PairBaseline


def pair_baseline(told: np.ndarray) -> PairBaseline:
    """Measure the best constants for pairs, of int64[Q, 2]."""
    sign = np.bincount(told[:, SIGN], minlength=_SIGNS) / max(len(told), 1)
    return PairBaseline(float(told[:, SAME].mean()) if len(told) else 0.0, sign)


def baseline_of(examples: Examples) -> Baseline:
    """Measure the best constants."""
    counted = examples.counts.sum((0, 1), np.float64)
    market = np.where(examples.counts, examples.truth, 0.0).sum((0, 1), np.float64)
    return Baseline(market / np.maximum(counted, 1.0), pair_baseline(examples.relations))


def learnable(baseline: Baseline) -> tuple[np.ndarray, bool]:
    """Which heads can be learned: bool[heads] of a market, and whether those of pairs can.

    A head whose truth is always the same teaches nothing.
    """
    pair = baseline.pair
    market = (baseline.market > 1e-4) & (baseline.market < 1.0 - 1e-4)
    return market, 1e-4 < pair.same < 1.0 - 1e-4 and pair.sign[1] < 1.0 - 1e-4


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


def constant_losses(baseline: Baseline, examples: Examples) -> np.ndarray:
    """What the constants lose on examples, float32[heads]: as `market_losses` tells it."""
    share = np.clip(baseline.market, 1e-6, 1.0 - 1e-6)
    constant = torch.from_numpy(np.log(share / (1.0 - share)).astype(np.float32))
    truth, counts = torch.from_numpy(examples.truth), torch.from_numpy(examples.counts)
    found: np.ndarray = market_losses(constant.expand(truth.shape), truth, counts).numpy()
    return found


def constant_pair_losses(baseline: PairBaseline, told: np.ndarray) -> np.ndarray:
    """What the constants lose on pairs, float32[2]: as `pair_losses` tells it."""
    same = np.clip(baseline.same, 1e-6, 1.0 - 1e-6)
    logits = np.concatenate([[np.log(same / (1.0 - same))], np.log(baseline.sign + 1e-6)])
    wide = torch.from_numpy(logits.astype(np.float32)).expand(len(told), len(PAIR_HEADS))
    found: np.ndarray = pair_losses(wide, torch.from_numpy(told)).numpy()
    return found


assert HEADS[DEPTH] == "depth"
