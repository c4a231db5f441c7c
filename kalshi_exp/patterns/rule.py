"""The transparent rule: a few thresholds on named features, once a second.

*Anchor*: see `anchor_rule`. *Cascade*: liquidity was taken back at once on both sides
(`liquidity_drop`) within three seconds of a move by more than five cents (`velocity`); it lasts
until the depth that was there before is back, or as long as cascades last on average. *Aversion*:
the price is extreme, and so far depth and spread at extreme prices (`aversion`) have been worse in
proportion to how extreme these were. A probability of one half is the threshold.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kalshi_exp.features.scale import CENTS_TOP, squash
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.patterns.anchor_rule import ANCHOR_RULE, reset_anchor_rule, step_anchor_rule
from kalshi_exp.patterns.inputs import INPUTS

_AT = {name: column for column, name in enumerate(INPUTS)}
_MID, _SPREAD = _AT["mid"], _AT["spread"]
_VELOCITY, _DROP, _AVERSION = _AT["velocity"], _AT["liquidity_drop"], _AT["aversion"]
_BIDS, _ASKS = _AT["bid_depth_5"], _AT["ask_depth_5"]

_REMEMBERED = 16

RULE = np.dtype(
    [
        ("seconds", np.int64),  # seen so far
        ("anchor", ANCHOR_RULE),
        ("extreme", np.int64),  # 1: the price is
        ("averse", np.float64),  # aversion seen at extreme prices, by how extreme they were
        ("exposed", np.float64),  # how extreme they were, squared, and what is held against it
        ("depth", np.float64, (_REMEMBERED,)),  # near depth by second, a ring
        ("drop", np.float64),  # the feature a second ago
        ("moved", np.int64),  # second of the last large move; -1 none
        ("side", np.float64),  # its way
        ("cascade", np.int64),  # second at which the cascade under way began; -1 none
        ("before", np.float64),  # near depth before it
        ("least", np.float64),  # least near depth since
    ],
    align=True,
)
"""What the rule remembers of a market."""


_EXTREME, _BACK = 15.0, 16.0  # cents from the nearer end: below the one, until above the other
_SHY, _DOUBT = 0.2, 5.0  # of `aversion` at the very end; squares held against the first seconds
_CALM_SPREAD = 1.6  # cents, where a market's own middle was never seen
_PULLED, _FORGET = 0.15, math.exp(-1.0 / 5.0)
_SOON, _SHORTEST, _LONGEST = 3, 40, 66  # seconds
_LARGE = 0.5  # of `velocity`: five cents
_DEPTH_TOP = math.log1p(1e6)


@lean_kernel
def reset_rule(memory: Any) -> None:
    """Forget everything."""
    memory.seconds = 0
    memory.extreme = 0
    memory.averse = memory.drop = 0.0
    memory.exposed = _DOUBT
    reset_anchor_rule(memory.anchor)
    memory.moved = memory.cascade = -1
    memory.side = memory.before = memory.least = 0.0
    memory.depth[:] = 0.0


@lean_kernel
def _usual(memory: Any) -> float:
    """Mean near depth of the seconds before the last."""
    known = min(memory.seconds, _REMEMBERED) - 1
    total = 0.0
    for back in range(1, known + 1):
        total += memory.depth[(memory.seconds - 1 - back) % _REMEMBERED]
    return total / known if known > 0 else 0.0


@lean_kernel
def _cascade(memory: Any, features: np.ndarray, depth: float) -> None:
    now, drop = memory.seconds, float(features[_DROP])
    if abs(features[_VELOCITY]) > _LARGE:
        memory.moved, memory.side = now, 1.0 if features[_VELOCITY] > 0.0 else -1.0
    fresh = drop > memory.drop * _FORGET + 1e-6
    memory.drop = drop
    if memory.cascade < 0:
        if fresh and drop > _PULLED and memory.moved >= 0 and now - memory.moved <= _SOON:
            memory.cascade = now
            memory.before, memory.least = max(_usual(memory), 1.0), depth
        return
    memory.least = min(memory.least, depth)
    lasted = now - memory.cascade
    if lasted >= _LONGEST or (lasted >= _SHORTEST and depth >= memory.before):
        memory.cascade = -1


@lean_kernel
def _aversion(memory: Any, features: np.ndarray) -> float:
    """Probability that liquidity shuns the price; one half at the threshold."""
    end = 50.0 - 50.0 * abs(float(features[_MID]))
    memory.extreme = 1 if end < (_BACK if memory.extreme == 1 else _EXTREME) else 0
    if memory.extreme == 0:
        return 0.0
    beyond = max(1.0 - end / _EXTREME, 0.0)
    seen = float(features[_AVERSION])
    if seen == 0.0:
        seen = 0.5 * squash(math.expm1(features[_SPREAD] / CENTS_TOP) - _CALM_SPREAD)
    memory.averse += seen * beyond
    memory.exposed += beyond * beyond
    return min(max(0.5 * memory.averse / memory.exposed / _SHY, 0.0), 1.0)


@lean_kernel
def step_rule(memory: Any, features: np.ndarray, out: np.ndarray) -> None:
    """Take in one second.

    Args:
        memory: RULE record, changed.
        features: float32[len(INPUTS)], what a detector reads of the market at that second.
        out: float32[7], written: probability of an anchor, of a cascade, its side, its depth and
            whether it recovers, of aversion, of an anchor that may have begun just now:
            (anchor, cascade, side, depth, recovering, aversion, early).
    """
    depth = math.expm1(features[_BIDS] * _DEPTH_TOP) + math.expm1(features[_ASKS] * _DEPTH_TOP)
    memory.depth[memory.seconds % _REMEMBERED] = depth
    memory.seconds += 1
    _cascade(memory, features, depth)
    out[0], out[6] = step_anchor_rule(memory.anchor, features, memory.cascade >= 0)
    out[1:5] = 0.0
    if memory.cascade >= 0:
        out[1] = 1.0
        out[2] = memory.side
        out[3] = min(max(1.0 - depth / memory.before, 0.0), 1.0)
        out[4] = 1.0 if depth > memory.least + 0.1 * memory.before else 0.0
    out[5] = _aversion(memory, features)
