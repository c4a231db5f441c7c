"""The network without torch beside the one that torch trains, and what it may not know."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.learn.detectors import MarketNetwork, PairsNetwork
from kalshi_exp.patterns.learned import LIMIT, relate, room, step
from kalshi_exp.patterns.weights import HEADS, PAIR_HEADS, Network, Weights

FEATURES, UNITS, SECONDS, PAIR_INPUTS = 11, 8, 200, 6


def made(seed: int) -> tuple[MarketNetwork, PairsNetwork, Weights, np.ndarray, np.ndarray]:
    draws = np.random.default_rng(seed)
    torch.manual_seed(seed)
    inputs = draws.normal(2.0, 3.0, (SECONDS, FEATURES)).astype(np.float32)
    pairs = draws.normal(size=(50, PAIR_INPUTS)).astype(np.float32)
    market, pair = MarketNetwork(inputs, (UNITS, 3)), PairsNetwork(pairs, 5)
    sharpness = draws.uniform(0.5, 2.0, len(HEADS)), draws.uniform(0.5, 2.0, len(PAIR_HEADS))
    weights = Weights(market.arrays(sharpness[0]), pair.arrays(sharpness[1]))
    return market, pair, weights, inputs, pairs


def outputs(weights: Weights, inputs: np.ndarray) -> np.ndarray:
    network: Network = weights.market
    hidden, scratch = np.zeros(UNITS + 3, np.float32), room(*weights)
    out = np.zeros((len(inputs), len(HEADS)), np.float32)
    for second, row in enumerate(inputs):
        step(network, hidden, row, scratch, out[second])
    return out


@pytest.mark.parametrize("seed", [1, 2])
def test_a_step_is_what_torch_makes_of_it(seed: int) -> None:
    market, _, weights, inputs, _ = made(seed)
    inputs[7, 3] = 1e6  # beyond the limit
    with torch.no_grad():
        logits = market(torch.from_numpy(inputs)[None])[0]
        wanted = torch.sigmoid(logits * torch.from_numpy(weights.market.sharpness)).numpy()
    found = outputs(weights, inputs)
    assert found == pytest.approx(wanted, abs=1e-5)
    assert found.std(0).min() > 0.01, "nothing was compared"


@pytest.mark.parametrize("seed", [1, 2])
def test_a_pair_is_what_torch_makes_of_it(seed: int) -> None:
    _, pair, weights, _, pairs = made(seed)
    with torch.no_grad():
        logits = pair(torch.from_numpy(pairs)) * torch.from_numpy(weights.pair.sharpness)
        wanted = torch.cat([torch.sigmoid(logits[:, :1]), torch.softmax(logits[:, 1:], 1)], 1)
    out = np.zeros((len(pairs), len(PAIR_HEADS)), np.float32)
    for row, told in zip(pairs, out, strict=True):
        relate(weights.pair, row, room(*weights), told)
    assert out == pytest.approx(wanted.numpy(), abs=1e-5)
    assert out[:, 1:].sum(1) == pytest.approx(np.ones(len(pairs)), abs=1e-6)


@settings(max_examples=20)
@given(st.integers(1, SECONDS - 1), st.integers(0, 2**31))
def test_later_seconds_change_nothing_before(cut: int, seed: int) -> None:
    _, _, weights, inputs, _ = made(3)
    changed = inputs.copy()
    changed[cut:] = np.random.default_rng(seed).normal(size=changed[cut:].shape)
    one, other = outputs(weights, inputs), outputs(weights, changed)
    assert np.array_equal(one[:cut], other[:cut])
    assert not np.array_equal(one[cut:], other[cut:])


def test_what_was_left_in_the_scratch_does_not_matter() -> None:
    _, _, weights, inputs, _ = made(4)
    wanted = outputs(weights, inputs[:1])[0]
    scratch = np.full_like(room(*weights), np.nan)
    out = np.zeros(len(HEADS), np.float32)
    step(weights.market, np.zeros(UNITS + 3, np.float32), inputs[0], scratch, out)
    assert np.array_equal(out, wanted)


def test_what_was_never_seen_stays_finite() -> None:
    _, _, weights, _, _ = made(5)
    far = np.full((5, FEATURES), 3e38, np.float32)
    assert np.isfinite(outputs(weights, far)).all() and LIMIT > 4.0
