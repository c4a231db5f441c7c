"""How much usually stands how far behind the touch, away from the anchor levels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kalshi_exp.features.scale import CENT
from kalshi_exp.features.settings import LEVELS
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import BID, SIZE_ONE

REACH = 10
"""Cents behind the touch that are watched."""

PROFILE_FIELDS: list[tuple[Any, ...]] = [
    ("usual", np.float64, (2, REACH)),  # contracts by side and whole cents behind; -1: not known
    ("standing", np.float64, (REACH,)),  # scratch
]
"""What the engine remembers of it."""

_MINUTE = 1.0 - math.exp(-1.0 / 60.0)


@lean_kernel
def reset_profile(state: Any) -> None:
    """Forget everything."""
    for side in range(2):
        for cents in range(REACH):
            state.usual[side, cents] = -1.0


@lean_kernel
def sample_profile(state: Any, sizes: np.ndarray, best: np.ndarray, prices: np.ndarray) -> None:
    """Take a second's sample of a two-sided book; a cent with an anchor level in it is left out.

    Args:
        state: STATE record.
        sizes: int64[2, n], 1e-2 contracts.
        best: int32[2], touch levels.
        prices: int32[n], 1e-4 dollars.
    """
    for side in range(2):
        for cents in range(REACH):
            state.standing[cents] = 0.0
        level, step = np.int64(best[side]), -1 if side == BID else 1
        touch = prices[level]
        while 0 <= level < prices.size and abs(prices[level] - touch) < REACH * CENT:
            cents = int(abs(prices[level] - touch) / CENT)
            anchored = False
            for k in range(LEVELS):
                anchored = anchored or state.at[k] == level
            if anchored:
                state.standing[cents] = -math.inf
            state.standing[cents] += sizes[side, level] / SIZE_ONE
            level += step
        for cents in range(REACH):
            there = state.standing[cents]
            if there >= 0.0:
                usual = state.usual[side, cents]
                state.usual[side, cents] = (
                    usual + (there - usual) * _MINUTE if usual >= 0.0 else there
                )


@lean_kernel
def usual_at(state: Any, side: int, behind: float) -> float:
    """Contracts that usually stand so far behind a side's touch (1e-4 dollars); 0: not known."""
    cents = math.floor(behind / CENT)
    return max(state.usual[side, cents], 0.0) if 0 <= cents < REACH else 0.0
