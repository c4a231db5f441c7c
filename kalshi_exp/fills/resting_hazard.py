"""HAZARD: an order's turn comes by a fitted intensity, and the next trade at its level fills it.

Hazard is cumulated while an order rests, exp(b . x) a second (`covariates`). Its turn has come once
that reaches an exponential draw, made on arrival for this one order. Still nothing fills without
evidence: a trade at its level then fills it, and so does each further one until it is done, for an
order that has had its turn stands in front. The odds of a first fill at a trade are therefore 1 -
exp(-hazard cumulated since the trade before): survival seen at the trades only, which is what the
coefficients are fitted to.

Priority goes before all: whatever its hazard, an order is filled by a trade at a worse price, by an
opposite order that meets its price, as under QUEUE, and by a trade at its level once nothing is
left in front of it there.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.booking import book, fillable, room
from kalshi_exp.fills.hazard import (
    covariates,
    intensity,
    look_anew,
    minute_ago,
    stirs,
    surroundings,
    touch_size,
)
from kalshi_exp.fills.impact import levels_off, pushed
from kalshi_exp.fills.pick_off import crossed_by, hit_sides, note_crossing
from kalshi_exp.fills.priority import NO_ASK, NO_BID, best_resting, next_in_line
from kalshi_exp.fills.queue_place import ahead_after_cancel
from kalshi_exp.fills.resting_queue import ALL_OF_IT, meet_newcomer
from kalshi_exp.fills.spec import PRO_RATA
from kalshi_exp.fills.taking import opposite_touch
from kalshi_exp.market.draws import CHECK_HAZARD, uniform
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY, RESTING, SLOTS
from kalshi_exp.market.units import ASK, BID, NEVER, SECOND
from kalshi_exp.tape.pack import size_at
from kalshi_exp.tape.session import Kind

ADD, CANCEL, FILL, PRINT = int(Kind.ADD), int(Kind.CANCEL), int(Kind.FILL), int(Kind.PRINT)
UNSEEN = np.int64(-2)
EVERY_SLOT = np.int64((1 << SLOTS) - 1)


@lean_kernel
def _come(order, ts):
    """Let the hazard come that was to come until `ts`."""
    order.hazard -= order.rate * ((ts - order.since) / SECOND)
    order.since = ts


@lean_kernel
def _look(spec, order, around, ts):
    """Look at the order's intensity anew; one that has had its turn needs none."""
    _come(order, ts)
    if order.ahead == 0:
        order.hazard = 0.0
    if order.hazard > 0.0:
        x = covariates(around, np.int64(order.side), np.int64(order.level), order.ahead)
        order.rate = intensity(spec.hazard, x)


@lean_kernel
def begin_hazard(spec, pack, market, order, message, seed):
    """Let an order that has arrived join the queue, and draw the hazard until its turn.

    Args:
        spec: SPEC record.
        pack: the tape.
        market: pack market.
        order: ORDER record.
        message: last message with a time up to its arrival.
        seed: of the draws.
    """
    m = pack.markets[market]
    order.ahead = size_at(pack, market, np.int64(order.side), np.int64(order.level), message)
    order.hazard = -np.log1p(-uniform(seed, m.key, m.ordinal, order.serial, CHECK_HAZARD))
    order.rate, order.since = 0.0, order.arrive
    _look(spec, order, look_anew(pack, market, message, order.arrive), order.arrive)


@lean_kernel
def _traded(
    spec, pack, market, orders, side, level, size, footprint, position, message, fills_out, n,
    counters,
):  # fmt: skip
    """Share one print over our orders of the maker's side that stand at or before its level."""
    ts = pack.messages[message].ts
    left = size
    off = np.int64(0)
    if spec.impact.on == 1:
        off = np.int64(
            levels_off(pack, market, side, level, pushed(spec.impact, footprint, side, ts))
        )
    seen = np.int64(0)
    waiting = False
    while left > 0:
        slot = next_in_line(orders, side, seen)
        if slot < 0:
            break
        order = orders[slot]
        inside = order.level - level if side == BID else level - order.level
        if inside < 0:
            break  # it stands behind the print, and so do all that follow
        seen |= 1 << slot
        if inside == 0:
            _come(order, ts)
            waiting = waiting or (order.hazard > 0.0 and order.ahead > 0)  # and so do younger ones
            order.ahead = max(order.ahead - left, 0)
        if (inside == 0 and waiting) or inside < off:
            continue
        want = fillable(order, position)
        if want == 0:
            order.state = EMPTY
        elif room(fills_out, n, counters):
            filled = min(want, left)
            left -= filled
            n, position = book(
                spec, pack, market, orders, slot, position, np.int64(order.level), filled, ts,
                message, fills_out, n, counters,
            )  # fmt: skip
    return n, position


@lean_kernel
def _moved(pack, orders, side, level, message):
    """Move our queues by a cancel; returns the slots, a bit each, that it was felt in."""
    felt = np.int64(0)
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state == RESTING and order.level == level and order.side == side:
            order.ahead = ahead_after_cancel(
                PRO_RATA, 0.0, order.ahead, -pack.messages[message].size, pack.after[message]
            )
            felt |= 1 << slot
    return felt


@lean_kernel
def _look_at(spec, orders, changed, around, ts):
    """Look anew at the intensities of the `changed` slots."""
    for slot in range(SLOTS):
        if orders[slot].state == RESTING and (changed >> slot) & 1:
            _look(spec, orders[slot], around, ts)


@lean_kernel
def rest_hazard(
    spec, pack, market, orders, footprint, position, start, stop, fills_out, n, counters
):  # fmt: skip
    """Walk messages [start, stop) for our resting orders under HAZARD.

    Returns:
        (fills written, position after).
    """
    bid, ask = best_resting(orders)
    i, changed = start, np.int64(0)
    # What was seen last of the touches and of the last minute: a look anew costs several times more
    low, best_bid, best_ask = np.int64(-1), UNSEEN, UNSEEN
    bids = asks = np.int64(0)
    waiting = spec.pick_off_ns > 0 and crossed_by(orders)
    while i < stop and (bid != NO_BID or ask != NO_ASK):
        tag = np.int64(pack.tags[i])
        side, level, kind = tag & 1, tag >> 4, (tag >> 1) & 7
        if waiting:
            due, waiting = hit_sides(spec, pack, market, orders, i)
            if due != 0:
                for own in range(2):
                    if (due >> own) & 1:
                        n, position = meet_newcomer(
                            spec, pack, market, orders, np.int64(own),
                            opposite_touch(pack, market, np.int64(own), i), ALL_OF_IT, footprint,
                            position, i, fills_out, n, counters,
                        )  # fmt: skip
                waiting = crossed_by(orders)
                bid, ask = best_resting(orders)
        asked = (side == BID) == (kind == ADD)
        if level >= ask if asked else level <= bid:
            if kind == ADD and spec.pick_off_ns == 0:
                n, position = meet_newcomer(
                    spec, pack, market, orders, 1 - side, level, pack.messages[i].size, footprint,
                    position, i, fills_out, n, counters,
                )  # fmt: skip
            elif kind == ADD and spec.pick_off_ns != NEVER:
                waiting = note_crossing(spec, pack, market, orders, 1 - side, level, i, np.int64(0))
            elif kind in (FILL, PRINT):
                n, position = _traded(
                    spec, pack, market, orders, side, level, abs(pack.messages[i].size),
                    footprint, position, i, fills_out, n, counters,
                )  # fmt: skip
            bid, ask = best_resting(orders)
        if kind == CANCEL:
            changed |= _moved(pack, orders, side, level, i)
        if stirs(pack, market, i):
            changed = EVERY_SLOT
            if side == BID and level == pack.bid[i]:
                best_bid, bids = level, pack.after[i]
            elif side == ASK and level == pack.ask[i]:
                best_ask, asks = level, pack.after[i]
        i += 1
        if changed != 0 and (i == stop or pack.messages[i].ts != pack.messages[i - 1].ts):
            ts = pack.messages[i - 1].ts
            if pack.bid[i - 1] != best_bid:
                best_bid, bids = touch_size(pack, market, BID, i - 1)
            if pack.ask[i - 1] != best_ask:
                best_ask, asks = touch_size(pack, market, ASK, i - 1)
            low = minute_ago(pack, market, low, ts, i - 1)
            around = surroundings(
                pack, market, i - 1, ts, low, best_bid, bids, best_ask, asks
            )  # fmt: skip
            _look_at(spec, orders, changed, around, ts)
            changed = np.int64(0)
    counters.rest_calls += i - start
    return n, position
