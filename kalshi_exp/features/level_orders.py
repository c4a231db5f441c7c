"""Orders that stand at the anchor levels, followed one by one through the messages.

The tape names no orders. An addition is taken for an order; a cancellation for that of exactly its
size, or else for the largest; a trade for the oldest. An order is *alone* when no other message of
its market came at the same time: quotes of a maker come in bursts.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kalshi_exp.features.scale import HOUR_TOP, log_scale, squash
from kalshi_exp.features.settings import LEVELS
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, SECOND, SIZE_ONE

FOLLOWED = 16
"""Orders followed at a level; of more, the smallest is forgotten."""

FOLLOWED_ORDER = np.dtype(
    [
        ("size", np.float64),  # contracts; 0: none
        ("ts", np.int64),  # when it came, ns
        ("alone", np.int64),
    ],
    align=True,
)
"""One of them."""

LEVEL_FIELDS: list[tuple[Any, ...]] = [
    ("followed", FOLLOWED_ORDER, (LEVELS, FOLLOWED)),
    ("usual_touch", np.float64),  # contracts at a touch, usually; -1: not seen yet
    ("alone_size", np.float64, (LEVELS,)),  # contracts in lone orders, by age, at the last sample
    ("alone_now", np.float64, (LEVELS,)),  # whatever their age
    ("old_size", np.float64, (LEVELS,)),  # by greater age
    ("first", np.float64, (LEVELS,)),  # the one of them that counts for most by age, contracts
    ("first_age", np.float64, (LEVELS,)),  # seconds
    ("second", np.float64, (LEVELS,)),  # and the next one
    ("second_age", np.float64, (LEVELS,)),
    ("quoted_size", np.float64, (LEVELS,)),  # by age in others
    ("largest", np.float64, (LEVELS,)),  # the largest of all, by age
    ("orders", np.float64, (LEVELS,)),  # how many stand there
    ("left", np.float64, (LEVELS,)),  # contracts of old lone orders that were cancelled, decayed
    ("retaken", np.float64, (LEVELS,)),  # contracts put back alone soon after a trade, decayed
    ("missing", np.float64, (LEVELS,)),  # contracts traded and not put back yet
    ("trade_ts", np.int64, (LEVELS,)),  # when, ns
    ("closing", np.float64, (2,)),  # lone orders inside a wide spread, a side, decayed
    ("fresh", np.int64),  # 1: the message at hand is the first at its time
    ("newest_at", np.int64),  # the level at which that one was an order; -1: at none
    ("newest", np.int64),  # its place there
    ("touched", np.int64, (2,)),  # touch levels before that time
]
"""What the engine remembers of them."""

ORDER_EVIDENCE: tuple[str, ...] = (
    "level_alone",
    "level_old",
    "level_first",
    "level_first_age",
    "level_second",
    "level_second_age",
    "level_quoted",
    "level_largest",
    "level_orders",
    "level_left",
    "level_closing",
    "level_closing_against",
)
"""What the orders at the nearest level tell a detector, beside the features."""

_ADD, _CANCEL, _FILL = 0, 1, 2
_AGES = 1.0 / (30 * SECOND)  # of old orders; a tenth counts for the others, a sixth for ranks
_OLD = 3 * SECOND
_LEFT, _CLOSING = 1.0 - math.exp(-1.0 / 5.0), 1.0 - math.exp(-1.0 / 10.0)  # forgotten a second
_TOUCH = 1.0 - math.exp(-1.0 / 120.0)


@lean_kernel
def reset_levels(state: Any) -> None:
    """Forget everything."""
    for k in range(LEVELS):
        for i in range(FOLLOWED):
            state.followed[k, i].size = 0.0
        state.left[k] = state.retaken[k] = state.missing[k] = 0.0
        state.alone_size[k] = state.alone_now[k] = state.quoted_size[k] = 0.0
        state.old_size[k] = state.first[k] = state.first_age[k] = 0.0
        state.second[k] = state.second_age[k] = 0.0
        state.largest[k] = state.orders[k] = 0.0
        state.trade_ts[k] = -1
    state.usual_touch = -1.0
    state.touched[0] = state.touched[1] = -1
    state.closing[0] = state.closing[1] = 0.0
    state.fresh = 1
    state.newest_at = -1


@lean_kernel
def _come(settings: Any, state: Any, k: int, contracts: float) -> None:
    place, least = 0, math.inf
    for i in range(FOLLOWED):
        if state.followed[k, i].size < least:
            place, least = i, state.followed[k, i].size
    order = state.followed[k, place]
    order.size, order.ts, order.alone = contracts, state.ts, state.fresh
    if state.fresh == 1:
        state.newest_at, state.newest = k, place
    prompt = state.ts - state.trade_ts[k] <= settings.prompt
    if state.fresh == 1 and state.missing[k] > 0.0 and prompt:
        back = min(contracts, state.missing[k])
        state.missing[k] -= back
        state.retaken[k] += back


@lean_kernel
def _go(state: Any, k: int, contracts: float) -> None:
    place, largest = -1, 0.0
    for i in range(FOLLOWED):
        size = state.followed[k, i].size
        if abs(size - contracts) < 1e-6:
            place = i
            break
        if size > largest:
            place, largest = i, size
    if place < 0:
        return
    order = state.followed[k, place]
    if order.alone == 1 and state.ts - order.ts > _OLD:
        state.left[k] += min(contracts, order.size)
    order.size = max(order.size - contracts, 0.0)


@lean_kernel
def _trade(state: Any, k: int, contracts: float) -> None:
    state.missing[k], state.trade_ts[k] = contracts, state.ts
    while contracts > 1e-6:
        place, oldest = -1, state.ts + 1
        for i in range(FOLLOWED):
            if state.followed[k, i].size > 0.0 and state.followed[k, i].ts < oldest:
                place, oldest = i, state.followed[k, i].ts
        if place < 0:
            return
        taken = min(contracts, state.followed[k, place].size)
        state.followed[k, place].size -= taken
        contracts -= taken


@lean_kernel
def count_levels(
    settings: Any, state: Any, best: np.ndarray, kind: int, side: int, level: int, size: int
) -> None:
    """Count a message that the book has taken in; time is state.ts, `best` the touch after it."""
    contracts = abs(size) / SIZE_ONE
    if state.fresh == 0 and state.newest_at >= 0:
        state.followed[state.newest_at, state.newest].alone = 0
    state.newest_at = -1
    if kind == _ADD and state.fresh == 1 and level == best[side]:
        better = level > state.touched[0] if side == BID else level < state.touched[1]
        if better and state.touched[0] >= 0 and state.touched[1] - state.touched[0] > 1:
            state.closing[side] += 1.0
    for k in range(LEVELS):
        if level == state.at[k]:
            if kind == _ADD:
                _come(settings, state, k, contracts)
            elif kind == _CANCEL:
                _go(state, k, contracts)
            elif kind == _FILL:
                _trade(state, k, contracts)


@lean_kernel
def _sample_orders(state: Any, k: int, at: int) -> None:
    """Sum up the orders at level `k` as of time `at` in ns."""
    alone = now = old = quoted = largest = orders = 0.0
    first = second = 0.0
    state.first[k] = state.first_age[k] = state.second[k] = state.second_age[k] = 0.0
    for i in range(FOLLOWED):
        order = state.followed[k, i]
        if order.size <= 0.0:
            continue
        young = math.exp(-(at - order.ts) * _AGES)  # by powers: three exponentials cost three times
        square = young * young
        fourth = square * square
        aged = order.size * (1.0 - fourth * fourth * square)
        largest = max(largest, aged)
        orders += 1.0
        if order.alone == 0:
            quoted += aged
            continue
        alone += aged
        now += order.size
        old += order.size * (1.0 - young)
        rank, age = order.size * (1.0 - fourth * square), (at - order.ts) / SECOND
        if rank > first:
            state.second[k], state.second_age[k] = state.first[k], state.first_age[k]
            state.first[k], state.first_age[k] = order.size, age
            second, first = first, rank
        elif rank > second:
            state.second[k], state.second_age[k] = order.size, age
            second = rank
    state.alone_size[k], state.alone_now[k], state.quoted_size[k] = alone, now, quoted
    state.old_size[k], state.largest[k], state.orders[k] = old, largest, orders


@lean_kernel
def sample_levels(settings: Any, state: Any, sizes: np.ndarray, best: np.ndarray, at: int) -> None:
    """Take a second's sample, that of time `at` in ns."""
    if best[BID] >= 0 and best[ASK] < sizes.shape[1]:
        touch = 0.5 * (sizes[BID, best[BID]] + sizes[ASK, best[ASK]]) / SIZE_ONE
        if state.usual_touch < 0.0:
            state.usual_touch = touch
        state.usual_touch += (touch - state.usual_touch) * _TOUCH
    for side in range(2):
        state.closing[side] -= state.closing[side] * _CLOSING
    for k in range(LEVELS):
        state.left[k] -= state.left[k] * _LEFT
        state.retaken[k] -= state.retaken[k] * settings.refill
        _sample_orders(state, k, at)


@lean_kernel
def observe_levels(state: Any, k: int, side: int, out: np.ndarray) -> None:
    """Write what the orders at level `k` tell, the nearest one.

    Args:
        state: STATE record; a usual touch is known.
        k: the level.
        side: its side of the mid.
        out: float32[>= len(ORDER_EVIDENCE)]; its first are written.
    """
    touch = max(state.usual_touch, 1.0)
    out[0] = squash(state.alone_now[k] / touch)
    out[1] = squash(state.old_size[k] / touch)
    out[2] = squash(state.first[k] / touch)
    out[3] = log_scale(state.first_age[k], HOUR_TOP)
    out[4] = squash(state.second[k] / touch)
    out[5] = log_scale(state.second_age[k], HOUR_TOP)
    out[6] = squash(state.quoted_size[k] / touch)
    out[7] = squash(state.largest[k] / touch)
    out[8] = state.orders[k] / FOLLOWED
    out[9] = squash(state.left[k] / touch)
    out[10] = squash(state.closing[side])
    out[11] = squash(state.closing[1 - side])
