"""A fill model as one record: which pieces it is made of, and their numbers."""

from __future__ import annotations

import numpy as np

from kalshi_exp.config.fill import (
    DepthFill,
    Fill,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    QueuePosition,
)
from kalshi_exp.market.fees import FEES, make_fees
from kalshi_exp.market.latency import LATENCY, make_latency
from kalshi_exp.market.units import SECOND, SIZE_ONE

BEST_WHOLE, WALK = 0, 1
CROSS_WHOLE, CROSS, PROBABILISTIC, QUEUE = 0, 1, 2, 3
PESSIMISTIC, PRO_RATA, OPTIMISTIC = 0, 1, 2
TIMER, EVIDENCE = 0, 1

SPEC = np.dtype(
    [
        ("taking", np.int8),  # BEST_WHOLE, WALK
        ("resting", np.int8),  # CROSS_WHOLE, CROSS, PROBABILISTIC, QUEUE
        ("queue", np.int8),  # PESSIMISTIC, PRO_RATA, OPTIMISTIC: where cancels are
        ("recovery", np.int8),  # TIMER, EVIDENCE: when taken liquidity is back
        ("walk_from", np.int64),  # 1e-2 contracts; smaller orders take the best level whole or not
        ("recovery_ns", np.int64),  # TIMER: back strictly more than this after the last take
        ("activity_ns", np.int64),  # PROBABILISTIC: window over which prints are counted
        ("fees", FEES),
        ("latency", LATENCY),
    ],
    align=True,
)
"""One fill model."""

CONSUMED = np.dtype(
    [
        ("side", np.int8),  # side of the book it was taken from
        ("level", np.int32),
        ("size", np.int64),  # 1e-2 contracts still missing; 0: the slot is free; UNUSED
        ("ts", np.int64),  # last take, ns
        ("message", np.int64),  # EVIDENCE: last message that was looked at
    ],
    align=True,
)
"""Liquidity we took from one (side, level) and the tape still shows."""

CONSUMED_SLOTS = 32
UNUSED = -1  # size of an entry that, like all after it, was never taken into

COUNTERS = np.dtype(
    [
        (name, np.int64)
        for name in (
            "take_calls",  # orders judged on arrival
            "rest_calls",  # messages and checks judged while one of our orders rested
            "checks",  # draws of the probabilistic model
            "fills_aggressive",
            "fills_passive",
            "contracts_aggressive",  # 1e-2 contracts
            "contracts_passive",  # 1e-2 contracts
            "violations",  # fills beyond the evidence (invariant 5)
            "overflow",  # fills not made because a table had no room to book them
        )
    ]
)
"""What a fill model did."""


def make_spec(config: Fill) -> np.ndarray:
    """The record of a fill model.

    Args:
        config: a fill model of `kalshi_exp.config.fill`.

    Returns:
        SPEC[1]; kernels take `spec[0]`.

    Raises:
        TypeError: the config class is none of the built-in models.
    """
    spec = np.zeros(1, SPEC)
    row = spec[0]
    row["fees"] = make_fees(config.fees)
    row["latency"] = make_latency(config.latency)
    if isinstance(config, OldFill):
        row["taking"], row["resting"] = BEST_WHOLE, CROSS_WHOLE
    elif isinstance(config, DepthFill):
        row["taking"], row["resting"], row["recovery"] = WALK, CROSS, TIMER
        row["walk_from"] = config.walk_from * SIZE_ONE
        row["recovery_ns"] = round(config.recovery_s * SECOND)
        if isinstance(config, ProbabilisticFill):
            row["resting"] = PROBABILISTIC
            row["activity_ns"] = round(config.activity_s * SECOND)
    elif isinstance(config, QueueFill):
        row["taking"], row["resting"], row["recovery"] = WALK, QUEUE, EVIDENCE
        row["queue"] = {
            QueuePosition.pessimistic: PESSIMISTIC,
            QueuePosition.pro_rata: PRO_RATA,
            QueuePosition.optimistic: OPTIMISTIC,
        }[config.position]
    else:
        raise TypeError(
            f"no fill model is made from {type(config).__name__}: "
            "use OldFill, DepthFill, ProbabilisticFill or QueueFill"
        )
    return spec
