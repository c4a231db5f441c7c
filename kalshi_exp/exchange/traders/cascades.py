"""Cascades: after a large move of the mid liquidity withdraws, and returns gradually.

The crowd watches the mid each second. Once it has moved by more than `move_cents` in less than
`window_s`, a reaction time later makers cut their quotes, noise takes orders back, and both leave
less from then on, through `climate.presence`. What is withdrawn (`depth_low` to `depth_high` of the
liquidity, more of it on the side that the price moves towards and more after falls) comes back
slowly at first: at a share x of the time to the end, x^2 of it is back. Makers renew quotes as it
returns. Until `refractory_s` later no other begins.

Strength: the square root of it scales both the odds that a move starts a cascade and how deep this
is, so that the liquidity missing on average goes with strength itself.

Labels. CASCADE: from the withdrawal until all is back; side: where the price had moved to, BID when
it fell and ASK when it rose; price: the mid; value: share withdrawn, mean of both sides.
WITHDRAWAL: the same time for each side of the book; value: share withdrawn of that side.
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.exchange.agenda import ALERT, NO_ORDER, PULL, push
from kalshi_exp.exchange.engine import amend_down, cancel, rests
from kalshi_exp.exchange.labels import CASCADE, WITHDRAWAL, note
from kalshi_exp.exchange.owners import NOISE
from kalshi_exp.exchange.sampling import CROWD, draw, exponential_ns
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SECOND

WINDOW = 64  # seconds of mids kept: the most that `window_s` may be

PANIC = np.dtype(
    [
        ("mids", np.float64, WINDOW),  # cents, a ring: one a second
        ("watched", np.int64),  # mids seen so far
        ("start", np.int64),  # of the last withdrawal, ns
        ("end", np.int64),  # when it is all back, ns
        ("rest", np.int64),  # no other before, ns
        ("bids", np.float64),  # share withdrawn of each side at the start
        ("asks", np.float64),
    ],
    align=True,
)
"""What the crowd of one market remembers."""

_BIDS, _ASKS = np.int64(BID), np.int64(ASK)
_CENT = PRICE_ONE // 100
_STARTS, _REACTION, _DEPTH, _RETURN, _LEAVES = np.arange(5)  # checks; _LEAVES: the first of many
_RENEW = 8 * SECOND  # a maker renews quotes that are older, while liquidity returns
_TURNS = 4  # a quarter of them each second, so that the book isn't emptied at once


@lean_kernel
def withdrawn(panic, side, now):
    """Share of a side's liquidity that is withdrawn now."""
    if now >= panic.end:
        return 0.0
    back = (now - panic.start) / (panic.end - panic.start)
    return (panic.bids if side == BID else panic.asks) * (1.0 - back * back)


@lean_kernel
def _move(panic, mid, window_s):
    """Remember a mid; returns the largest move to it within the window, cents, signed."""
    low = high = mid
    for age in range(1, min(panic.watched, math.ceil(window_s) - 1) + 1):
        was = panic.mids[(panic.watched - age) % WINDOW]
        low, high = min(low, was), max(high, was)
    panic.mids[panic.watched % WINDOW] = mid
    panic.watched += 1
    return mid - low if mid - low > high - mid else mid - high


@lean_kernel
def _renew(exchange, market, now):
    """Let makers replace a quarter of their old quotes, in the size they want now."""
    engine, quotes = exchange.engine, exchange.quotes
    turn = exchange.moods[market].panic.watched % _TURNS
    for who in range(quotes.shape[1]):
        old = False
        for side in range(2):
            for i in range(turn, quotes.shape[3], _TURNS):
                slot, serial = (
                    quotes[market, who, side, i].slot,
                    quotes[market, who, side, i].serial,
                )
                if rests(engine, slot, serial) and engine.orders[slot].ts < now - _RENEW:
                    cancel(engine, slot, serial, now)
                    old = True
        if old:
            push(exchange.events, exchange.agenda[0], now, ALERT, market, who, NO_ORDER)


@lean_kernel
def flinch(exchange, market, mid, now):
    """The crowd sees a mid (cents): a large move starts a cascade, makers return from one."""
    clock, traits = exchange.clock[0], exchange.parameters[0].cascades
    panic = exchange.moods[market].panic
    move = _move(panic, mid, traits.window_s)
    if panic.end > 0 and panic.start + _RENEW < now < panic.end + _RENEW:
        _renew(exchange, market, now)
    if now < panic.rest or abs(move) <= traits.move_cents:
        return
    ordinal = exchange.ordinals[market, CROWD]
    if draw(clock.seed, clock.number, market, CROWD, ordinal, _STARTS) >= math.sqrt(
        traits.strength
    ):
        exchange.ordinals[market, CROWD] += 1
        panic.rest = now + np.int64(traits.window_s * SECOND)  # the same move gets no second chance
        return
    u = draw(clock.seed, clock.number, market, CROWD, ordinal, _REACTION)
    at = now + exponential_ns(u, traits.reaction_ms / 1e3)
    panic.rest = at + np.int64(traits.refractory_s * SECOND)
    push(
        exchange.events,
        exchange.agenda[0],
        at,
        PULL,
        market,
        _BIDS if move < 0 else _ASKS,
        NO_ORDER,
    )


@lean_kernel
def _cut(exchange, market, ordinal, now):
    """Makers cut what they quote, noise takes orders back."""
    engine, quotes, clock = exchange.engine, exchange.quotes, exchange.clock[0]
    panic = exchange.moods[market].panic
    check = _LEAVES
    for side in range(2):
        share = withdrawn(panic, side, now)
        for who in range(quotes.shape[1]):
            for i in range(quotes.shape[3]):
                slot, serial = (
                    quotes[market, who, side, i].slot,
                    quotes[market, who, side, i].serial,
                )
                if rests(engine, slot, serial):
                    left = np.int64(engine.orders[slot].size * (1.0 - share))
                    amend_down(engine, slot, serial, left, now)
        for level in range(engine.prices.size):
            slot = engine.queues[market, side, level].head
            while slot >= 0:
                order = engine.orders[slot]
                behind = order.behind
                if order.owner == NOISE:
                    u = draw(clock.seed, clock.number, market, CROWD, ordinal, check)
                    check += 1
                    if u < share:
                        cancel(engine, slot, order.serial, now)
                slot = behind


@lean_kernel
def pull(exchange, market, side, now):
    """Liquidity withdraws after a move towards `side`."""
    clock, traits = exchange.clock[0], exchange.parameters[0].cascades
    mood = exchange.moods[market]
    panic = mood.panic
    ordinal = exchange.ordinals[market, CROWD]
    exchange.ordinals[market, CROWD] += 1
    u = draw(clock.seed, clock.number, market, CROWD, ordinal, _DEPTH) * (1.0 - traits.fall)
    if side == BID:
        u += traits.fall
    depth = traits.depth_low + u * (traits.depth_high - traits.depth_low)
    depth *= math.sqrt(traits.strength)
    more, less = depth * (1.0 + traits.facing), depth * (1.0 - traits.facing)
    panic.bids, panic.asks = (more, less) if side == BID else (less, more)
    u = draw(clock.seed, clock.number, market, CROWD, ordinal, _RETURN)
    back = traits.return_low_s + u * (traits.return_high_s - traits.return_low_s)
    panic.start = now
    panic.end = now + np.int64(back * SECOND)
    panic.rest = max(panic.rest, panic.end)
    labels, noted, price = exchange.labels, exchange.noted, np.int64(round(mood.mid * _CENT))
    note(labels, noted, CASCADE, market, now, panic.end, side, price, depth)
    note(labels, noted, WITHDRAWAL, market, now, panic.end, _BIDS, price, panic.bids)
    note(labels, noted, WITHDRAWAL, market, now, panic.end, _ASKS, price, panic.asks)
    _cut(exchange, market, ordinal, now)
