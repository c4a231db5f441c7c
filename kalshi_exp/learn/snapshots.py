"""NumPy arrays inside a state, as tensors, so that a checkpoint holds nothing that could run."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import torch

_MARK = "npy"


def freeze(state: Any) -> Any:
    """Copy a tree of dicts with every array (records included) as a byte tensor of its `.npy`."""
    if isinstance(state, dict):
        return {name: freeze(value) for name, value in state.items()}
    if isinstance(state, np.ndarray):
        buffer = io.BytesIO()
        np.save(buffer, state, allow_pickle=False)
        return {_MARK: torch.frombuffer(bytearray(buffer.getvalue()), dtype=torch.uint8)}
    return state


def thaw(state: Any) -> Any:
    """Undo `freeze`."""
    if not isinstance(state, dict):
        return state
    if set(state) == {_MARK}:
        data = io.BytesIO(state[_MARK].cpu().numpy().tobytes())
        return np.load(data, allow_pickle=False)
    return {name: thaw(value) for name, value in state.items()}
