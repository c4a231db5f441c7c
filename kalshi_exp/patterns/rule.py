"""The transparent rule: a few thresholds on named features, once a second.

*Anchor*: orders that came alone stand at the nearest level (mean of `anchor_volume` over some
seconds), or the spread near it is wider than usual (`anchor_spread` below zero, over more).
*Cascade*: liquidity was taken back at once on both sides (`liquidity_drop`) within three seconds of
a move by more than five cents (`velocity`); it lasts until the depth that was there before is back,
or as long as cascades last on average. *Aversion*: at an extreme price depth and spread are worse
than in the middle for a while (`aversion`). A probability of one half is the threshold.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kalshi_exp.features.table import FEATURES
from kalshi_exp.market.jit import lean_kernel

_AT = {feature.name: column for column, feature in enumerate(FEATURES)}
_VOLUME, _SPREAD = _AT["anchor_volume"], _AT["anchor_spread"]
_VELOCITY, _DROP, _AVERSION = _AT["velocity"], _AT["liquidity_drop"], _AT["aversion"]
_BIDS, _ASKS = _AT["bid_depth_5"], _AT["ask_depth_5"]

_REMEMBERED = 16

RULE = np.dtype(
    [
        ("seconds", np.int64),  # seen so far
        ("wall", np.float64),
        ("fear", np.float64),
        ("averse", np.float64),
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


def _share(seconds: float) -> float:
    return 1.0 - math.exp(-1.0 / seconds)


_WALL, _FEAR, _AVERSE = _share(6.0), _share(10.0), _share(20.0)
_STANDING, _WIDER, _SHY = 0.3, 0.25, 0.35  # of the features: a probability of one half
_PULLED, _FORGET = 0.1, math.exp(-1.0 / 5.0)
_SOON, _SHORTEST, _LONGEST = 3, 40, 66  # seconds
_LARGE = 0.5  # of `velocity`: five cents
_DEPTH_TOP = math.log1p(1e6)


@lean_kernel
def reset_rule(memory: Any) -> None:
    """Forget everything."""
    memory.seconds = 0
    memory.wall = memory.fear = memory.averse = memory.drop = 0.0
    memory.moved = memory.cascade = -1
    memory.side = memory.before = memory.least = 0.0
    memory.depth[:] = 0.0


@lean_kernel
def _half_at(x: float, threshold: float) -> float:
    """A probability from evidence: one half at the threshold."""
    return min(max(0.5 * x / threshold, 0.0), 1.0)


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
def step_rule(memory: Any, features: np.ndarray, out: np.ndarray) -> None:
    """Take in one second.

    Args:
        memory: RULE record, changed.
        features: float32[>= MARKET_FEATURES], the market's at that second.
        out: float32[6], written: probability of an anchor, of a cascade, its side, its depth and
            whether it recovers, of aversion: (anchor, cascade, side, depth, recovering, aversion).
    """
    depth = math.expm1(features[_BIDS] * _DEPTH_TOP) + math.expm1(features[_ASKS] * _DEPTH_TOP)
    memory.depth[memory.seconds % _REMEMBERED] = depth
    memory.seconds += 1
    memory.wall += (features[_VOLUME] - memory.wall) * _WALL
    memory.fear += (-features[_SPREAD] - memory.fear) * _FEAR
    memory.averse += (features[_AVERSION] - memory.averse) * _AVERSE
    _cascade(memory, features, depth)
    out[0] = max(_half_at(memory.wall, _STANDING), _half_at(memory.fear, _WIDER))
    out[1:5] = 0.0
    if memory.cascade >= 0:
        out[1] = 1.0
        out[2] = memory.side
        out[3] = min(max(1.0 - depth / memory.before, 0.0), 1.0)
        out[4] = 1.0 if depth > memory.least + 0.1 * memory.before else 0.0
    out[5] = _half_at(memory.averse, _SHY)
