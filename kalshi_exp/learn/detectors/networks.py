"""The networks as torch trains them, and their weights as arrays for `patterns.learned`."""

from __future__ import annotations

from collections.abc import Sequence
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


PARTS: tuple[tuple[str, ...], ...] = (HEADS[:2], HEADS[2:])
"""Heads that share a memory: anchors take one of their own, or easier heads crowd them out."""


@final
class MarketNetwork(nn.Module):
    """Recurrent layers over the seconds of a market, one for each of `PARTS`."""

    def __init__(self, inputs: np.ndarray, units: Sequence[int]) -> None:
        """Begin with random weights.

        Args:
            inputs: float32[..., F], those of training; their mean and deviation are kept.
            units: of each part's layer.
        """
        super().__init__()
        self.standard = Standard(inputs)
        width = inputs.shape[-1]
        self.memories = nn.ModuleList(nn.GRU(width, size, batch_first=True) for size in units)
        each = zip(units, PARTS, strict=True)
        self.heads = nn.ModuleList(nn.Linear(size, len(part)) for size, part in each)

    def begin_at(self, shares: np.ndarray) -> None:
        """Let each head say a constant share, before it learns.

        Args:
            shares: float[heads], in (0, 1).
        """
        logits = torch.from_numpy(np.log(shares / (1.0 - shares)))
        with torch.no_grad():
            for layer, some in zip(self.heads, logits.split([len(p) for p in PARTS]), strict=True):
                layer.bias.copy_(some)

    def silence(self, heads: np.ndarray) -> None:
        """Let some heads say what they began with, whatever they see.

        Args:
            heads: bool[heads], which.
        """
        sizes = [len(part) for part in PARTS]
        with torch.no_grad():
            for layer, some in zip(self.heads, torch.from_numpy(heads).split(sizes), strict=True):
                layer.weight[some] = 0.0

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits float32[N, T, heads] of inputs float32[N, T, F]."""
        standard = self.standard(inputs)
        each = zip(self.memories, self.heads, strict=True)
        return torch.cat([layer(memory(standard)[0]) for memory, layer in each], -1)

    def arrays(self, sharpness: np.ndarray) -> Network:
        """The weights as one layer's, with a factor for each head's logit."""
        memories = list(self.memories)
        return Network(
            _array(self.standard.mean),
            _array(self.standard.scale),
            _by_gate([one.weight_ih_l0.T for one in memories]),
            _by_gate([one.bias_ih_l0[None] for one in memories])[0],
            _by_gate([one.weight_hh_l0.T for one in memories], apart=True),
            _by_gate([one.bias_hh_l0[None] for one in memories])[0],
            _array(torch.block_diag(*(layer.weight.T for layer in self.heads))),
            _array(torch.cat([layer.bias for layer in self.heads])),
            sharpness.astype(np.float32),
        )


def _by_gate(parts: list[Tensor], apart: bool = False) -> np.ndarray:
    """Columns of three gates of each part as those of one layer; `apart`: rows are not shared."""
    gates = zip(*(part.chunk(3, -1) for part in parts), strict=True)
    join = torch.block_diag if apart else lambda *each: torch.cat(each, -1)
    return _array(torch.cat([join(*each) for each in gates], -1))


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
