"""A learned detector at work: a small recurrent network stepped once a second, without torch.

Loops go over inputs outside and units inside: so the compiler adds many units at once, in the same
order always.
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.patterns.weights import HEADS, PAIR_HEADS, Network, PairNetwork

LIMIT = 8.0
"""An input counts for at most so many deviations from its mean: what was never seen stays sane."""

_HEADS, _PAIR_HEADS = len(HEADS), len(PAIR_HEADS)
_LIMIT, _ONE = np.float32(LIMIT), np.float32(1.0)
_GROUP, _SIGNS = 0, 1


def room(network: Network, pair: PairNetwork) -> np.ndarray:
    """Scratch for `step` and `relate`, float32; its content means nothing between calls."""
    return np.zeros(max(2 * network.hidden.shape[1], pair.inputs.shape[1]), np.float32)


@lean_kernel
def _standard(x: np.float32, mean: np.float32, scale: np.float32) -> np.float32:
    return min(max((x - mean) * scale, -_LIMIT), _LIMIT)


@lean_kernel
def _sigmoid(x: np.float32) -> np.float32:
    return _ONE / (_ONE + math.exp(-x))


@lean_kernel
def step(
    network: Network, hidden: np.ndarray, inputs: np.ndarray, scratch: np.ndarray, out: np.ndarray
) -> None:
    """Take in one second of a market.

    Args:
        network: its weights.
        hidden: float32[H], what it remembers; zeros at first, changed in place.
        inputs: float32[F], finite.
        scratch: float32 of `room`.
        out: float32[len(HEADS)].
    """
    units = hidden.size
    gates, recall = scratch[: 3 * units], scratch[3 * units : 6 * units]
    for j in range(3 * units):
        gates[j] = network.input_bias[j]
        recall[j] = network.hidden_bias[j]
    for i in range(inputs.size):
        x, row = _standard(inputs[i], network.mean[i], network.scale[i]), network.inputs[i]
        for j in range(3 * units):
            gates[j] += x * row[j]
    for i in range(units):
        x, row = hidden[i], network.hidden[i]
        for j in range(3 * units):
            recall[j] += x * row[j]
    for j in range(units):
        kept = _sigmoid(gates[j] + recall[j])
        old = _sigmoid(gates[units + j] + recall[units + j])
        new = math.tanh(gates[2 * units + j] + kept * recall[2 * units + j])
        hidden[j] = (_ONE - old) * new + old * hidden[j]
    for k in range(_HEADS):
        total = network.output_bias[k]
        for i in range(units):
            total += hidden[i] * network.outputs[i, k]
        out[k] = _sigmoid(total * network.sharpness[k])


@lean_kernel
def relate(network: PairNetwork, inputs: np.ndarray, scratch: np.ndarray, out: np.ndarray) -> None:
    """Tell how two markets hang together.

    Args:
        network: its weights.
        inputs: float32[P], finite.
        scratch: float32 of `room`.
        out: float32[len(PAIR_HEADS)].
    """
    units = network.input_bias.size
    layer = scratch[:units]
    for j in range(units):
        layer[j] = network.input_bias[j]
    for i in range(inputs.size):
        x, row = _standard(inputs[i], network.mean[i], network.scale[i]), network.inputs[i]
        for j in range(units):
            layer[j] += x * row[j]
    for k in range(_PAIR_HEADS):
        total = network.output_bias[k]
        for i in range(units):
            total += math.tanh(layer[i]) * network.outputs[i, k]
        out[k] = total * network.sharpness[k]
    out[_GROUP] = _sigmoid(out[_GROUP])
    most, total = out[_SIGNS], np.float32(0.0)
    for k in range(_SIGNS, _PAIR_HEADS):
        most = max(most, out[k])
    for k in range(_SIGNS, _PAIR_HEADS):
        out[k] = math.exp(out[k] - most)
        total += out[k]
    for k in range(_SIGNS, _PAIR_HEADS):
        out[k] /= total
