"""The networks as torch trains them, and their weights as arrays for `patterns.learned`."""

from __future__ import annotations

from typing import final

import numpy as np
import torch
from torch import Tensor, nn

from kalshi_exp.patterns.learned import LIMIT
from kalshi_exp.patterns.weights import HEADS, PAIR_HEADS, Network, PairNetwork

_FAINT = 1e-3  # an input that hardly varies must not be blown up


@final
class Standard(nn.Module):
    """Takes off the mean, divides by the deviation, and limits what is left."""

    mean: Tensor
    scale: Tensor

    def __init__(self, inputs: np.ndarray) -> None:
        """Measure.

        Args:
            inputs: float32[..., F], those of training.
        """
        super().__init__()
        flat = inputs.reshape(-1, inputs.shape[-1])
        # Numpy adds float32 in float32: a million rows would lose digits.
        mean, deviation = flat.mean(0, np.float64), flat.std(0, dtype=np.float64)
        self.register_buffer("mean", torch.from_numpy(mean.astype(np.float32)))
        scale = 1.0 / np.maximum(deviation, _FAINT)
        self.register_buffer("scale", torch.from_numpy(scale.astype(np.float32)))

    def forward(self, inputs: Tensor) -> Tensor:
        """Standardize float32[..., F]."""
        return ((inputs - self.mean) * self.scale).clamp(-LIMIT, LIMIT)


@final
class MarketNetwork(nn.Module):
    """A recurrent layer over the seconds of a market."""

    def __init__(self, inputs: np.ndarray, units: int) -> None:
        """Begin with random weights.

        Args:
            inputs: float32[..., F], those of training; their mean and deviation are kept.
            units: of the recurrent layer.
        """
        super().__init__()
        self.standard = Standard(inputs)
        self.memory = nn.GRU(inputs.shape[-1], units, batch_first=True)
        self.heads = nn.Linear(units, len(HEADS))

    def begin_at(self, shares: np.ndarray) -> None:
        """Let each head say a constant share, before it learns.

        Args:
            shares: float[heads], in (0, 1).
        """
        with torch.no_grad():
            self.heads.bias.copy_(torch.from_numpy(np.log(shares / (1.0 - shares))))

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits float32[N, T, heads] of inputs float32[N, T, F]."""
        told: Tensor = self.heads(self.memory(self.standard(inputs))[0])
        return told

    def arrays(self, sharpness: np.ndarray) -> Network:
        """The weights, with a factor for each head's logit."""
        memory = self.memory
        return Network(
            _array(self.standard.mean),
            _array(self.standard.scale),
            _array(memory.weight_ih_l0.T),
            _array(memory.bias_ih_l0),
            _array(memory.weight_hh_l0.T),
            _array(memory.bias_hh_l0),
            _array(self.heads.weight.T),
            _array(self.heads.bias),
            sharpness.astype(np.float32),
        )


@final
class PairsNetwork(nn.Module):
    """One hidden layer over what is known of a pair."""

    def __init__(self, inputs: np.ndarray, units: int) -> None:
        """Begin with random weights.

        Args:
            inputs: float32[Q, P], those of training.
            units: of the hidden layer.
        """
        super().__init__()
        self.standard = Standard(inputs)
        self.layer = nn.Linear(inputs.shape[-1], units)
        self.heads = nn.Linear(units, len(PAIR_HEADS))

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits float32[Q, heads] of inputs float32[Q, P]."""
        told: Tensor = self.heads(torch.tanh(self.layer(self.standard(inputs))))
        return told

    def arrays(self, sharpness: np.ndarray) -> PairNetwork:
        """The weights, with a factor for each head's logit."""
        return PairNetwork(
            _array(self.standard.mean),
            _array(self.standard.scale),
            _array(self.layer.weight.T),
            _array(self.layer.bias),
            _array(self.heads.weight.T),
            _array(self.heads.bias),
            sharpness.astype(np.float32),
        )


def _array(tensor: Tensor) -> np.ndarray:
    return np.ascontiguousarray(tensor.detach().cpu().numpy(), np.float32)
