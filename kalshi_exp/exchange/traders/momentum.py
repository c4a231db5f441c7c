"""Momentum followers: they take the touch in the direction in which the mid just moved.

The mid is noted each second. Where it lies `threshold_cents` from that of `lookback_s` ago they
are roused: with probability `rate` x strength in that second one of them decides, and its order
arrives after an exponential delay. It takes no more than the touch: what it meets has often moved.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.exchange.agenda import FOLLOW, NO_ORDER, SAMPLE, push
from kalshi_exp.exchange.engine import IOC, place
from kalshi_exp.exchange.owners import MOMENTUM
from kalshi_exp.exchange.sampling import FOLLOWER, draw, exponential_ns, order_size
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, SECOND

_BUY, _SELL = np.int64(BID), np.int64(ASK)
_DECIDES, _DELAY, _SIZE, _SIZE_KIND = np.arange(4)  # checks of a draw
_UNKNOWN = np.int64(-1)


@lean_kernel
def sample(exchange, market, now):
    """Note the mid, rouse a follower perhaps, and call the next look, a second on."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0].momentum
    push(exchange.events, exchange.agenda[0], now + SECOND, SAMPLE, market, NO_ORDER, NO_ORDER)
    ordinal = exchange.ordinals[market, FOLLOWER]
    exchange.ordinals[market, FOLLOWER] += 1
    trail = exchange.markets[market].trail
    bid, ask = np.int64(engine.best[market, BID]), np.int64(engine.best[market, ASK])
    twice = _UNKNOWN
    if bid >= 0 and ask < engine.prices.size:
        twice = np.int64(engine.prices[bid] + engine.prices[ask])
    trail[ordinal % trail.size] = twice
    if ordinal < traits.lookback_s or twice < 0:
        return
    before = trail[(ordinal - traits.lookback_s) % trail.size]
    moved = twice - before
    if before < 0 or abs(moved) < 200.0 * traits.threshold_cents:
        return
    u = draw(clock.seed, clock.number, market, FOLLOWER, ordinal, _DECIDES)
    if u < traits.rate * traits.strength:
        u = draw(clock.seed, clock.number, market, FOLLOWER, ordinal, _DELAY)
        at = now + exponential_ns(u, traits.delay_ms / 1e3)
        side = _BUY if moved > 0 else _SELL
        push(exchange.events, exchange.agenda[0], at, FOLLOW, market, side, ordinal)


@lean_kernel
def follow(exchange, market, side, ordinal, now):
    """A follower's order arrives: it takes what the touch shows, up to its size."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0]
    size = order_size(
        draw(clock.seed, clock.number, market, FOLLOWER, ordinal, _SIZE),
        draw(clock.seed, clock.number, market, FOLLOWER, ordinal, _SIZE_KIND),
        traits.momentum.size_median,
        traits.noise.size_sigma,
    )
    touch = np.int64(engine.best[market, 1 - side])
    if 0 <= touch < engine.prices.size:
        place(engine, market, MOMENTUM, side, touch, size, IOC, now)
