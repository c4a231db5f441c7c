from __future__ import annotations

import numpy as np
import pytest
import torch

from kalshi_exp.learn.detectors.examples import DEPTH, Examples
from kalshi_exp.learn.detectors.losses import (
    baseline_of,
    constant_losses,
    constant_pair_losses,
    learnable,
    market_losses,
    pair_losses,
)
from kalshi_exp.patterns.weights import HEADS


def some() -> Examples:
    draws = np.random.default_rng(4)
    shape = (6, 50, len(HEADS))
    truth = (draws.random(shape) < 0.3).astype(np.float32)
    truth[..., 3] = 0.0
    counts = draws.random(shape) < 0.8
    told = np.stack([draws.integers(0, 2, 40), draws.integers(0, 3, 40)], 1)
    return Examples(np.zeros((6, 50, 2), np.float32), truth, counts, np.zeros((40, 2)), told)


def test_losses_count_only_the_seconds_that_count() -> None:
    examples = some()
    draws = np.random.default_rng(5)
    logits = draws.normal(size=examples.truth.shape).astype(np.float32)
    held = [torch.from_numpy(one) for one in (logits, examples.truth, examples.counts)]
    found = market_losses(*held)
    for head in range(len(HEADS)):
        on = examples.counts[..., head]
        p, y = 1.0 / (1.0 + np.exp(-logits[..., head][on])), examples.truth[..., head][on]
        wanted = (p - y) ** 2 if head == DEPTH else -np.log(np.where(y > 0, p, 1.0 - p))
        assert float(found[head]) == pytest.approx(wanted.mean(), rel=1e-5)


def test_no_constant_does_better_than_the_baseline() -> None:
    examples = some()
    baseline = baseline_of(examples)
    market = constant_losses(baseline, examples)
    pair = constant_pair_losses(baseline.pair, examples.relations)
    truth, counts = torch.from_numpy(examples.truth), torch.from_numpy(examples.counts)
    told = torch.from_numpy(examples.relations)
    for shift in (-0.2, 0.2):
        share = np.clip(baseline.market, 1e-6, 1.0)
        logits = torch.from_numpy(np.log(share / (1.0 - share)) + shift).float()
        worse = market_losses(logits.expand(truth.shape), truth, counts).numpy()
        assert (worse[[0, 1, 2, 4]] > market[[0, 1, 2, 4]]).all()
        same = np.log(baseline.pair.same / (1.0 - baseline.pair.same)) + shift
        sign = np.log(baseline.pair.sign) + [shift, 0.0, 0.0]
        wide = torch.tensor([same, *sign]).float().expand(len(told), 4)
        assert (pair_losses(wide, told).numpy() > pair).all()


def test_a_head_that_is_never_true_can_not_be_learned() -> None:
    heads, pairs = learnable(baseline_of(some()))
    assert [HEADS[k] for k in np.flatnonzero(~heads)] == ["recovering"] and pairs
    lone = some()._replace(pairs=np.zeros((0, 2)), relations=np.zeros((0, 2), np.int64))
    assert not learnable(baseline_of(lone))[1]
