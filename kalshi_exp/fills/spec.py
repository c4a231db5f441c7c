"""A fill model as one record: which pieces it is made of, and their numbers."""

from __future__ import annotations

import numpy as np

from kalshi_exp.config.fill import (
    DepthFill,
    Fill,
    HazardFill,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    QueuePosition,
)
from kalshi_exp.fills.hazard import HAZARD as HAZARD_RATE
from kalshi_exp.fills.hazard import make_hazard
from kalshi_exp.fills.impact import IMPACT, make_impact
from kalshi_exp.market.fees import FEES, make_fees
from kalshi_exp.market.latency import LATENCY, make_latency
from kalshi_exp.market.units import NEVER, SECOND, SIZE_ONE

BEST_WHOLE, WALK = 0, 1
CROSS_WHOLE, CROSS, PROBABILISTIC, QUEUE, HAZARD = 0, 1, 2, 3, 4
PESSIMISTIC, PRO_RATA, OPTIMISTIC, POWER, LOG = 0, 1, 2, 3, 4
TIMER, EVIDENCE = 0, 1

SPEC = np.dtype(
    [
        ("taking", np.int8),  # BEST_WHOLE, WALK
        ("resting", np.int8),  # CROSS_WHOLE, CROSS, PROBABILISTIC, QUEUE, HAZARD
        ("queue", np.int8),  # PESSIMISTIC, PRO_RATA, OPTIMISTIC, POWER, LOG: where cancels are
        ("drawn", np.int8),  # QUEUE: 1: chance says where cancels were and when we are hit
        ("recovery", np.int8),  # TIMER, EVIDENCE: when taken liquidity is back
        ("walk_from", np.int64),  # 1e-2 contracts; smaller orders take the best level whole or not
        ("recovery_ns", np.int64),  # TIMER: back strictly more than this after the last take;
        # EVIDENCE: mean time until it is there again beside what is shown, 0 for never
        ("exponent", np.float64),  # POWER
        ("pick_off_ns", np.int64),  # QUEUE, HAZARD: the tape crosses us so long before it hits us
        ("activity_ns", np.int64),  # PROBABILISTIC: window over which prints are counted
        ("hazard", HAZARD_RATE),
        ("impact", IMPACT),
        ("fees", FEES),
        ("latency", LATENCY),
    ],
    align=True,
)
"""One fill model."""

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
    row["impact"] = make_impact(config.impact)
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
            QueuePosition.power: POWER,
            QueuePosition.log: LOG,
        }[config.position]
        row["exponent"] = config.exponent
        row["drawn"] = config.drawn
    elif isinstance(config, HazardFill):
        row["taking"], row["resting"], row["recovery"] = WALK, HAZARD, EVIDENCE
        row["queue"] = PRO_RATA
        row["hazard"] = make_hazard(config.coefficients)
    else:
        raise TypeError(
            f"no fill model is made from {type(config).__name__}: "
            "use OldFill, DepthFill, ProbabilisticFill, QueueFill or HazardFill"
        )
    if isinstance(config, QueueFill | HazardFill):
        row["recovery_ns"] = round(config.recovery_s * SECOND)
        lasting = config.pick_off_s >= NEVER / SECOND
        row["pick_off_ns"] = NEVER if lasting else round(config.pick_off_s * SECOND)
    return spec
