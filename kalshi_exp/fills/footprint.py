"""What we have done to a market that the tape knows nothing of."""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.jit import lean_kernel

CONSUMED = np.dtype(
    [
        ("side", np.int8),  # side of the book it was taken from
        ("level", np.int32),
        ("size", np.int64),  # 1e-2 contracts still missing; 0: the slot is free; UNUSED
        ("ts", np.int64),  # last take, or last return, ns
        ("message", np.int64),  # last message that was looked at
    ],
    align=True,
)
"""Liquidity we took from one (side, level) and the tape still shows."""

CONSUMED_SLOTS = 32
UNUSED = -1  # size of an entry that, like all after it, was never taken into

FOOTPRINT = np.dtype(
    [
        ("consumed", CONSUMED, (CONSUMED_SLOTS,)),
        ("push", np.float64, (2,)),  # by side of our takes: how far prices went, 1e-4 dollars
        ("push_ts", np.int64, (2,)),  # ns, when that was
        ("wide_until", np.int64),  # ns
    ],
    align=True,
)
"""Our footprint in one market."""


@lean_kernel
def clear_footprint(footprint):
    """Make it that of a market we have not touched."""
    for entry in range(len(footprint.consumed)):
        footprint.consumed[entry].size = UNUSED
    for side in range(2):
        footprint.push[side] = 0.0
        footprint.push_ts[side] = 0
    footprint.wide_until = 0


def new_footprint() -> np.ndarray:
    """FOOTPRINT[1] of a market we have not touched."""
    out = np.zeros(1, FOOTPRINT)
    out["consumed"]["size"] = UNUSED
    return out
