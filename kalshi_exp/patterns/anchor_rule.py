"""The rule for anchors: two counts of log-odds, one for a defence and one for fear.

Each second adds the evidence of that second, in log-odds, to what was believed before, and lets
episodes begin and end by chance at a rate. A *defence* shows as orders that came alone and stand at
the level (their floor: it sinks at once and rises slowly), that close the spread on its side and
come back after trades, as size that lasts there, and as a spread that is no wider than usual.
*Fear* shows as a spread, with and without its thin orders, that is wider than usual while the price
is calm. All that is said of a level is forgotten when the mid goes away or to another.

An alarm may be raised in the first seconds of a belief only, and close to the level, where episodes
begin; later the belief can but keep one up.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kalshi_exp.features.scale import CENTS_TOP
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.patterns.inputs import INPUTS, nearest_level

_AT = {name: column for column, name in enumerate(INPUTS)}
_SPREAD, _VOLATILITY = _AT["spread"], _AT["volatility"]
_EXPANSION, _REFILL, _ALONE = _AT["spread_expansion"], _AT["anchor_refill"], _AT["level_alone"]
_LEFT, _LASTING = _AT["level_left"], _AT["level_lasting"]
_CLOSING, _AGAINST = _AT["level_closing"], _AT["level_closing_against"]
_THICK = _AT["thick_10"]

ANCHOR_RULE = np.dtype(
    [
        ("level", np.int64),  # the nearest one
        ("seconds", np.int64),  # seen so far
        ("believed", np.int64),  # seconds for which an episode has been likely
        ("spread", np.float64),  # cents, mean of some seconds
        ("usual", np.float64),  # cents, of minutes without cascades
        ("floor", np.float64),  # under the lone orders at the level
        ("defence", np.float64),  # log-odds
        ("fear", np.float64),
    ],
    align=True,
)
"""What the rule remembers of a market's anchors."""


def _share(seconds: float) -> float:
    return 1.0 - math.exp(-1.0 / seconds)


_NEAR, _CLOSE, _PROMPT = 8.0, 6.0, 6  # cents from the level; so far and so soon alarms are raised
_LATELY, _USUALLY, _RISE, _SINK = _share(8.0), _share(150.0), _share(10.0), _share(2.0)
_ENOUGH = 0.53  # of lone orders: more tell no more
_LEAST, _MOST = -5.0, 5.5  # log-odds
_LIKELY = 0.2
_DEFENCE_BEGINS, _DEFENCE_ENDS = 0.008, 0.04  # odds a second
_FEAR_BEGINS, _FEAR_ENDS = 0.003, 0.001


@lean_kernel
def reset_anchor_rule(memory: Any) -> None:
    """Forget everything."""
    memory.level = -1
    memory.seconds = memory.believed = 0
    memory.spread = memory.usual = memory.floor = 0.0
    memory.defence = memory.fear = _LEAST


@lean_kernel
def _odds(p: float) -> float:
    return math.log(p / (1.0 - p))


@lean_kernel
def _chance(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))


@lean_kernel
def _believe(odds: float, evidence: float, begins: float, ends: float) -> float:
    """Log-odds after a second that told so much."""
    p = _chance(odds)
    p = p * (1.0 - ends) + (1.0 - p) * begins
    return min(max(_odds(p) + evidence, _LEAST), _MOST)


@lean_kernel
def _cents(x: float) -> float:
    return math.expm1(x / CENTS_TOP)


@lean_kernel
def _defence(inputs: np.ndarray, floor: float, wider: float) -> float:
    """Log-odds that a second adds for a defence."""
    return (
        2.2 * floor
        + 0.9 * min(inputs[_ALONE], _ENOUGH)
        + 1.1 * inputs[_CLOSING]
        - 0.4 * inputs[_AGAINST]
        + 0.25 * inputs[_LASTING]
        + 0.4 * inputs[_REFILL]
        - 1.0 * inputs[_LEFT]
        - 1.1 * wider
        - 1.15
    )


@lean_kernel
def _fear(inputs: np.ndarray, wider: float) -> float:
    """Log-odds that a second adds for fear."""
    return (
        1.6 * wider
        + 1.27 * inputs[_EXPANSION]
        + 0.5 * _cents(inputs[_THICK])
        - 2.3 * inputs[_VOLATILITY]
        - 1.18
    )


@lean_kernel
def step_anchor_rule(memory: Any, inputs: np.ndarray, withdrawn: bool) -> tuple[float, float]:
    """Take in one second.

    Args:
        memory: ANCHOR_RULE record, changed.
        inputs: float32[len(INPUTS)], the market's at that second.
        withdrawn: whether a cascade is under way: its spreads are not usual.

    Returns:
        Probability of an episode, and the same where one may have begun just now, else 0.
    """
    memory.seconds += 1
    first = 1.0 / memory.seconds
    spread = _cents(inputs[_SPREAD])
    memory.spread += (spread - memory.spread) * max(_LATELY, first)
    if not withdrawn or memory.seconds == 1:
        memory.usual += (spread - memory.usual) * max(_USUALLY, first)
    level, distance = nearest_level(inputs)
    distance = abs(distance)
    if distance > _NEAR or level != memory.level:
        memory.level, memory.believed, memory.floor = level, 0, 0.0
        memory.defence = memory.fear = _LEAST
        return 0.0, 0.0
    alone = min(float(inputs[_ALONE]), _ENOUGH)
    memory.floor += (alone - memory.floor) * (_RISE if alone > memory.floor else _SINK)
    wider = memory.spread - memory.usual
    defence, fear = _defence(inputs, memory.floor, wider), _fear(inputs, wider)
    memory.defence = _believe(memory.defence, defence, _DEFENCE_BEGINS, _DEFENCE_ENDS)
    memory.fear = _believe(memory.fear, fear, _FEAR_BEGINS, _FEAR_ENDS)
    p = _chance(max(memory.defence, memory.fear))
    memory.believed = memory.believed + 1 if p >= _LIKELY else 0
    prompt = memory.believed <= _PROMPT and distance <= _CLOSE
    return p, p if prompt else 0.0
