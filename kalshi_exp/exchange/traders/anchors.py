"""Anchors: for a while traders defend 25, 50 or 75 cents, or makers fear it.

An episode may begin when the mid is within `radius_cents` of a level and the last one is long
enough ago. A *defence* keeps extra depth resting at the level, on its side of the mid (bids below
it, asks above), puts back a share of what is taken at each look, and closes spreads of more than a
cent while the mid is near. In a *fearful* one makers widen near the level, in full within the
radius and less up to twice that. It ends after its time, when the mid goes away or when it breaks
through the level by `give_up_cents`.

No caricature: all that a defence has resting is at most `depth` median touches, as the crowd knew
them before it. With the defaults the episodes fill 10 to 30 % of the session.

Strength: the square root of it scales both the odds that an episode takes place and its depth or
fear, so that the effect on average goes with strength itself. It also scales how eagerly spreads
are closed.

Label ANCHOR: the episode; price: the level; side: the defended one, -1 for fear; value: strength,
negative for fear.
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.exchange.agenda import DEFEND, NO_ORDER, push
from kalshi_exp.exchange.engine import POST_ONLY, cancel, place, rests
from kalshi_exp.exchange.labels import ANCHOR, note
from kalshi_exp.exchange.ladder import level_above, level_below
from kalshi_exp.exchange.owners import ANCHORS
from kalshi_exp.exchange.sampling import DEFENDER, draw, exponential_ns
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SECOND

ORDERS = 4  # a defence has at most: the first inside the spread, the others at the level
_INSIDE = np.int64(0)

DEFENCE = np.dtype(
    [
        ("end", np.int64),  # of the episode under way, ns; 0: none
        ("rest", np.int64),  # no other before, ns
        ("label", np.int64),
        ("side", np.int64),  # BID, ASK; -1 fear
        ("price", np.int64),  # the level, 1e-4 dollars
        ("fear", np.float64),  # cents, now
        ("touch", np.float64),  # median size of a touch, 1e-2 contracts
        ("slots", np.int64, ORDERS),
        ("serials", np.int64, ORDERS),
    ],
    align=True,
)
"""The defence of one market."""

_BIDS, _ASKS, _NEITHER = np.int64(BID), np.int64(ASK), np.int64(-1)
_CENT = PRICE_ONE // 100
_STARTS, _FEAR, _LENGTH, _REST, _LOOK, _TIGHTEN = np.arange(6)  # checks of a draw
_LEARN = 1.01  # by which the median touch moves for each one above or below
_CLOSEST = 0.5  # cents: no defence begins with the level all but broken


@lean_kernel
def _luck(exchange, market, check):
    clock = exchange.clock[0]
    return draw(
        clock.seed, clock.number, market, DEFENDER, exchange.ordinals[market, DEFENDER], check
    )


@lean_kernel
def _nearest(traits, mid):
    """The level next to a mid, cents; 0 when there is none."""
    level = 0.0
    for k in range(1, 4):
        there = (traits.at_25, traits.at_50, traits.at_75)[k - 1]
        if there and (level == 0.0 or abs(mid - 25.0 * k) < abs(mid - level)):
            level = 25.0 * k
    return level


@lean_kernel
def _disband(exchange, market, now):
    """End the episode."""
    defence = exchange.moods[market].defence
    for i in range(ORDERS):
        if rests(exchange.engine, defence.slots[i], defence.serials[i]):
            cancel(exchange.engine, defence.slots[i], defence.serials[i], now)
        defence.slots[i] = -1
    label = exchange.labels[defence.label]
    label.end = min(label.end, now)
    defence.end = 0
    defence.fear = 0.0
    u = _luck(exchange, market, _REST)
    exchange.ordinals[market, DEFENDER] += 1
    defence.rest = now + exponential_ns(u, exchange.parameters[0].anchors.gap_s)


@lean_kernel
def _begin(exchange, market, level, mid, now):
    """Begin an episode at a level (cents), unless chance is against it."""
    traits, defence = exchange.parameters[0].anchors, exchange.moods[market].defence
    if _luck(exchange, market, _STARTS) >= math.sqrt(traits.strength):
        u = _luck(exchange, market, _REST)
        defence.rest = now + exponential_ns(u, traits.duration_s + traits.gap_s)
    else:
        u = _luck(exchange, market, _LENGTH)
        defence.end = now + np.int64(traits.duration_s * (0.5 + u) * SECOND)
        defence.price = np.int64(level * _CENT)
        defence.side = _BIDS if mid > level else _ASKS
        value = traits.strength
        if _luck(exchange, market, _FEAR) < traits.fearful:
            defence.side = _NEITHER
            value = -value
        defence.label = note(
            exchange.labels, exchange.noted, ANCHOR, market, now, defence.end, defence.side,
            defence.price, value,
        )  # fmt: skip
        if defence.side >= 0:
            push(exchange.events, exchange.agenda[0], now, DEFEND, market, defence.label, NO_ORDER)
    exchange.ordinals[market, DEFENDER] += 1


@lean_kernel
def stand(exchange, market, mid, now):
    """The crowd sees a mid (cents): an episode begins, goes on or ends."""
    engine, traits = exchange.engine, exchange.parameters[0].anchors
    defence = exchange.moods[market].defence
    radius = traits.radius_cents
    if defence.end > 0:
        away = mid - defence.price / _CENT
        behind = 0.0 if defence.side < 0 else (-away if defence.side == BID else away)
        if now >= defence.end or abs(away) > 2.0 * radius or behind > traits.give_up_cents:
            _disband(exchange, market, now)
        elif defence.side < 0:
            near = min(1.0, max(0.0, 2.0 - abs(away) / radius))
            defence.fear = traits.fear_cents * math.sqrt(traits.strength) * near
        return
    for side in range(2):
        size = engine.sizes[market, side, engine.best[market, side]]
        defence.touch *= _LEARN if size > defence.touch else 1.0 / _LEARN
    level = _nearest(traits, mid)
    if now >= defence.rest and level > 0.0 and _CLOSEST <= abs(mid - level) <= radius:
        _begin(exchange, market, level, mid, now)


@lean_kernel
def _post(exchange, market, i, level, size, now):
    """Rest an order of the defence, in whole contracts, where it would not take."""
    defence = exchange.moods[market].defence
    side, size = defence.side, np.int64(size / 100.0) * 100
    slot, _ = place(exchange.engine, market, ANCHORS, side, level, size, POST_ONLY, now)
    if slot >= 0:
        defence.slots[i] = slot
        defence.serials[i] = exchange.engine.orders[slot].serial


@lean_kernel
def _hold(exchange, market, wall, now):
    """Keep `wall` (1e-2 contracts) resting at the level, and put back what was taken."""
    engine, traits = exchange.engine, exchange.parameters[0].anchors
    defence = exchange.moods[market].defence
    standing, free, first = 0.0, -1, True
    for i in range(1, ORDERS):
        first = first and defence.slots[i] < 0
        if rests(engine, defence.slots[i], defence.serials[i]):
            standing += engine.orders[defence.slots[i]].size
        else:
            free = i
    missing = wall - standing
    if free > 0 and missing > 0.1 * wall:
        level = level_below(engine.prices, defence.price)
        _post(exchange, market, free, level, missing if first else traits.refill * missing, now)


@lean_kernel
def _close_up(exchange, market, size, now):
    """Rest `size` a cent off the other side's touch where the spread is wider than that."""
    engine, traits = exchange.engine, exchange.parameters[0].anchors
    defence = exchange.moods[market].defence
    bid, ask = np.int64(engine.best[market, BID]), np.int64(engine.best[market, ASK])
    if rests(engine, defence.slots[0], defence.serials[0]):
        level = engine.orders[defence.slots[0]].level
        if level == (bid if defence.side == BID else ask):
            return
        cancel(engine, defence.slots[0], defence.serials[0], now)
        bid, ask = np.int64(engine.best[market, BID]), np.int64(engine.best[market, ASK])
    if bid < 0 or ask >= engine.prices.size or engine.prices[ask] - engine.prices[bid] <= _CENT:
        return
    near = abs(exchange.moods[market].mid - defence.price / _CENT) <= traits.radius_cents
    if near and _luck(exchange, market, _TIGHTEN) < traits.eager * traits.strength:
        if defence.side == BID:
            level = level_below(engine.prices, engine.prices[ask] - float(_CENT))
        else:
            level = level_above(engine.prices, engine.prices[bid] + float(_CENT))
        _post(exchange, market, _INSIDE, level, size, now)


@lean_kernel
def defend(exchange, market, label, now):
    """A defender looks after its orders, unless the episode of that label is over."""
    traits, defence = exchange.parameters[0].anchors, exchange.moods[market].defence
    if defence.end == 0 or defence.label != label:
        return
    if now >= defence.end:
        _disband(exchange, market, now)
        return
    most = traits.depth * math.sqrt(traits.strength) * defence.touch
    _hold(exchange, market, (1.0 - traits.tighten) * most, now)
    _close_up(exchange, market, traits.tighten * most, now)
    u = _luck(exchange, market, _LOOK)
    exchange.ordinals[market, DEFENDER] += 1
    gap = np.int64(traits.reaction_ms * (0.5 + u) * (SECOND // 1000)) + 1
    at = min(now + gap, defence.end)
    push(exchange.events, exchange.agenda[0], at, DEFEND, market, label, NO_ORDER)
