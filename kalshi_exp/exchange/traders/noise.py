"""Noise traders: they know nothing that makers don't, and their orders don't say where prices go.

Resting orders come at a Poisson rate on a random side, a geometric number of ticks behind that
side's touch (now and then one tick inside a spread that has room), and are taken back after an
exponential lifetime. Taking orders come at a Poisson rate on a random side, take the touch only,
and only while the spread is within the patience drawn for them. They lose interest as the answer
settles: one that comes at mid p acts with probability (4 p (1 - p))^2.

Most orders of a fast market are programs'. `flicker` of them are shown for an instant only;
`replace` of those taken back are put elsewhere in the same instant; the owners of `watch` follow
the belief as makers do, and take an order back once the belief comes within `watch_cents` of it,
after an exponential delay. `far` of the orders stand far behind, and long. A taker may go on behind
the touch (`sweep`) and may bring another along (`follow`), who comes milliseconds later and takes
the same side with odds of `herd`. In `plain` there is none of this.

Calibration. The recorded fast 15-minute series has resting sizes with a median of 27 contracts and
taking ones of 15, both with a long tail, and adds that fall off by about a fifth a tick behind the
touch. Its orders live 0.1 s, at 60 changes a second; `plain` has five a second, so lives are
seconds, and shorter at the touch, as there: an order that outlives the price it was meant for
holds the mid back, and at six seconds everywhere the mid's changes at lag one correlated at 0.02
to 0.03. The fading interest matters below 10 and above 90 cents: there prices hardly move, a tick
is wide, and who joined the touch earned 0.2 cents a contract from noise that kept coming. On the
recording 98.8 % of the volume removed is cancelled, although the mid moves 1.4 cents a second: what
stands wrong is mostly gone before anybody takes it. Without `watch` takers pick it off instead:
they then take the same side three times in four (recorded: 0.55), and the mid trails the belief, so
that its changes at lag one correlate at 0.1 to 0.2 (recorded: 0.04).
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.exchange.agenda import NO_ORDER, REST, TAKE, WITHDRAW, push
from kalshi_exp.exchange.belief import STEP
from kalshi_exp.exchange.engine import GTC, IOC, cancel, place
from kalshi_exp.exchange.owners import NOISE
from kalshi_exp.exchange.sampling import (
    REPLACER,
    RESTER,
    TAGGER,
    TAKER,
    draw,
    exponential_ns,
    geometric,
    lognormal_ns,
    order_size,
)
from kalshi_exp.exchange.traders.climate import presence
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE

# Checks of a draw; a size takes two.
_GAP, _SIDE, _INSIDE, _DEPTH, _SIZE, _SIZE_KIND, _LIFE, _WILLING = np.arange(8)
_FAR, _FORMAT, _FLICKER, _AGAIN, _SWEEP, _HERD, _WATCH, _PULL = np.arange(8, 16)

_TINY, _SMALL_CLIP, _LARGE_CLIP, _BLOCK = np.array([10, 1_000, 10_000, 200_000])


@lean_kernel
def _resting_size(exchange, market, who, ordinal):
    clock, traits = exchange.clock[0], exchange.parameters[0].noise
    kind = draw(clock.seed, clock.number, market, who, ordinal, _FORMAT)
    if kind < traits.tiny:
        return _TINY
    kind -= traits.tiny
    if kind < traits.clips:
        return _SMALL_CLIP if kind < 0.56 * traits.clips else _LARGE_CLIP
    if kind - traits.clips < traits.blocks:
        return _BLOCK
    return order_size(
        draw(clock.seed, clock.number, market, who, ordinal, _SIZE),
        draw(clock.seed, clock.number, market, who, ordinal, _SIZE_KIND),
        traits.size_median,
        traits.size_sigma,
    )


@lean_kernel
def _life(exchange, market, who, ordinal, behind, far):
    """How long an order is meant to rest, ns."""
    clock, traits = exchange.clock[0], exchange.parameters[0].noise
    u = draw(clock.seed, clock.number, market, who, ordinal, _LIFE)
    if far:
        mean = traits.far_s
    elif draw(clock.seed, clock.number, market, who, ordinal, _FLICKER) < traits.flicker:
        return lognormal_ns(u, traits.flicker_ms / 1e3, 1.0)
    else:
        farther = (1.0 + max(behind, 0)) / (1.0 + traits.depth_ticks)
        mean = traits.lifetime_s * farther
    if traits.life_sigma > 0.0:
        spread = traits.life_sigma
        return lognormal_ns(u, mean * math.exp(-0.5 * spread * spread), spread)
    return exponential_ns(u, mean)


@lean_kernel
def _passed(exchange, market, side, level, now, end):
    """When the belief first lies beyond an order, from `now` on; `end` if that comes sooner."""
    margin = exchange.parameters[0].noise.watch_cents / 100.0
    price = exchange.engine.prices[level] / PRICE_ONE + (margin if side == BID else -margin)
    start, path = exchange.clock[0].start, exchange.belief[market]
    first = (now - start) // STEP
    for step in range(first, min((end - start) // STEP + 1, path.size)):
        if (path[step] < price) if side == BID else (path[step] > price):
            return max(now, start + step * STEP)
    return end


@lean_kernel
def _leave(exchange, market, who, ordinal, side, now):
    """Leave a resting order on a side, to be taken back when its life is over."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0].noise
    seed, number = clock.seed, clock.number
    levels = engine.prices.size
    bid, ask = np.int64(engine.best[market, BID]), np.int64(engine.best[market, ASK])
    touch = bid if side == BID else ask
    if touch < 0 or touch >= levels:
        return
    far = draw(seed, number, market, who, ordinal, _FAR) < traits.far
    mean = traits.far_ticks if far else traits.depth_ticks
    behind = geometric(draw(seed, number, market, who, ordinal, _DEPTH), mean)
    inside = draw(seed, number, market, who, ordinal, _INSIDE) < traits.improve
    if inside and bid >= 0 and ask < levels and ask - bid > 1:
        behind = np.int64(-1)
    level = touch - behind if side == BID else touch + behind
    if level < 0 or level >= levels:
        return
    willing = draw(seed, number, market, who, ordinal, _WILLING)
    if willing >= presence(exchange, market, side, now):
        return
    size = _resting_size(exchange, market, who, ordinal)
    slot, _ = place(engine, market, NOISE, side, level, size, GTC, now)
    if slot >= 0:
        end = now + _life(exchange, market, who, ordinal, behind, far)
        if draw(seed, number, market, who, ordinal, _WATCH) < traits.watch:
            u = draw(seed, number, market, who, ordinal, _PULL)
            passed = _passed(exchange, market, side, level, now, end)
            end = min(end, passed + exponential_ns(u, traits.watch_ms / 1e3))
        serial = engine.orders[slot].serial
        push(exchange.events, exchange.agenda[0], end, WITHDRAW, market, slot, serial)


@lean_kernel
def rest(exchange, market, now):
    """One noise trader leaves a resting order, and the next one is called."""
    clock, traits = exchange.clock[0], exchange.parameters[0].noise
    ordinal = exchange.ordinals[market, RESTER]
    exchange.ordinals[market, RESTER] += 1
    gap = exponential_ns(
        draw(clock.seed, clock.number, market, RESTER, ordinal, _GAP),
        1.0 / (traits.rest_rate * traits.strength),
    )
    push(exchange.events, exchange.agenda[0], now + gap, REST, market, NO_ORDER, NO_ORDER)
    u = draw(clock.seed, clock.number, market, RESTER, ordinal, _SIDE)
    _leave(exchange, market, RESTER, ordinal, np.int64(BID if u < 0.5 else ASK), now)


@lean_kernel
def withdraw(exchange, market, slot, serial, now):
    """Take an order back whose life is over; now and then another replaces it at once."""
    clock = exchange.clock[0]
    side = np.int64(exchange.engine.orders[slot].side)
    if cancel(exchange.engine, slot, serial, now) > 0:
        u = draw(clock.seed, clock.number, market, REPLACER, now, _AGAIN)
        if u < exchange.parameters[0].noise.replace:
            _leave(exchange, market, REPLACER, now, side, now)


@lean_kernel
def take(exchange, market, after, now):
    """One noise trader takes the touch if the spread pleases it.

    Args:
        exchange: Exchange.
        market: number of the market.
        after: NO_ORDER: it is one of the Poisson ones and calls the next; else the side that
            the trader took who brought this one along.
        now: ns.
    """
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0].noise
    seed, number = clock.seed, clock.number
    who, ordinal = TAGGER, now
    if after == NO_ORDER:
        who, ordinal = TAKER, exchange.ordinals[market, TAKER]
        exchange.ordinals[market, TAKER] += 1
        gap = exponential_ns(
            draw(seed, number, market, TAKER, ordinal, _GAP),
            1.0 / (traits.take_rate * traits.strength),
        )
        push(exchange.events, exchange.agenda[0], now + gap, TAKE, market, NO_ORDER, NO_ORDER)

    bid, ask = np.int64(engine.best[market, BID]), np.int64(engine.best[market, ASK])
    if bid < 0 or ask >= engine.prices.size:
        return
    patience = exponential_ns(
        draw(seed, number, market, who, ordinal, _DEPTH), traits.patience_cents
    )
    spread = (engine.prices[ask] - engine.prices[bid]) * 10_000_000  # 1e-4 dollars to 1e-9 cents
    if spread > patience + 1_000_000_000:
        return
    yes = 0.5 * (engine.prices[bid] + engine.prices[ask]) / PRICE_ONE
    if draw(seed, number, market, who, ordinal, _INSIDE) > (4.0 * yes * (1.0 - yes)) ** 2:
        return
    side = np.int64(BID if draw(seed, number, market, who, ordinal, _SIDE) < 0.5 else ASK)
    if after >= 0 and draw(seed, number, market, who, ordinal, _HERD) < 2.0 * traits.herd - 1.0:
        side = after
    size = order_size(
        draw(seed, number, market, who, ordinal, _SIZE),
        draw(seed, number, market, who, ordinal, _SIZE_KIND),
        traits.take_median,
        traits.take_sigma,
    )
    reach = np.int64(
        1_000 if draw(seed, number, market, who, ordinal, _SWEEP) < traits.sweep else 0
    )
    level = min(ask + reach, engine.prices.size - 1) if side == BID else max(bid - reach, 0)
    place(engine, market, NOISE, side, level, size, IOC, now)
    if draw(seed, number, market, who, ordinal, _AGAIN) < traits.follow:
        u = draw(seed, number, market, who, ordinal, _LIFE)
        at = now + exponential_ns(u, traits.follow_ms / 1e3)
        push(exchange.events, exchange.agenda[0], at, TAKE, market, side, NO_ORDER)
