"""Noise traders: they know nothing, and their orders say nothing of where the price goes.

Resting orders come at a Poisson rate on a random side, a geometric number of ticks behind that
side's touch (now and then one tick inside a spread that has room), and are taken back after an
exponential lifetime. Taking orders come at a Poisson rate on a random side and take the touch
only, and only while the spread is within the patience drawn for them: nobody pays any price.

Calibration (kalshi.md 5.1): sizes with a median of tens of contracts and a long tail, takers half
the median of resters; adds fall off by about a fifth a tick behind the touch. Lifetimes are far
longer than the tape's 0.1 s, whose orders come at 60 a second: `plain` has five messages a second.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.exchange.agenda import REST, TAKE, WITHDRAW, push
from kalshi_exp.exchange.engine import GTC, IOC, place
from kalshi_exp.exchange.sampling import RESTER, TAKER, draw, exponential_ns, geometric, order_size
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE

NOISE = 0  # account

_GAP, _SIDE, _INSIDE, _DEPTH, _SIZE, _LIFE = 0, 1, 2, 3, 4, 6  # checks; a size takes two


@kernel
def rest(exchange, market, now):
    """One noise trader leaves a resting order, and the next one is called."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0]
    seed, number = clock.seed, clock.number
    ordinal = exchange.ordinals[market, RESTER]
    exchange.ordinals[market, RESTER] += 1
    gap = exponential_ns(draw(seed, number, market, RESTER, ordinal, _GAP), traits.rest_gap_s)
    push(exchange.events, exchange.agenda[0], now + gap, REST, market, -1, 0)

    side = BID if draw(seed, number, market, RESTER, ordinal, _SIDE) < 0.5 else ASK
    levels = engine.prices.size
    bid, ask = np.int64(engine.best[market, BID]), np.int64(engine.best[market, ASK])
    touch = bid if side == BID else ask
    if touch < 0 or touch >= levels:
        return
    behind = geometric(draw(seed, number, market, RESTER, ordinal, _DEPTH), traits.depth_ticks)
    inside = draw(seed, number, market, RESTER, ordinal, _INSIDE) < traits.improve
    if inside and bid >= 0 and ask < levels and ask - bid > 1:
        behind = np.int64(-1)
    level = touch - behind if side == BID else touch + behind
    if level < 0 or level >= levels:
        return
    size = order_size(
        draw(seed, number, market, RESTER, ordinal, _SIZE),
        draw(seed, number, market, RESTER, ordinal, _SIZE + 1),
        traits.noise_median,
        traits.noise_sigma,
    )
    slot, _ = place(engine, market, NOISE, side, level, size, GTC, now)
    if slot >= 0:
        u = draw(seed, number, market, RESTER, ordinal, _LIFE)
        farther = (1.0 + max(behind, 0)) / (1.0 + traits.depth_ticks)
        end = now + exponential_ns(u, traits.lifetime_s * farther)
        serial = engine.orders[slot].serial
        push(exchange.events, exchange.agenda[0], end, WITHDRAW, market, slot, serial)


@kernel
def take(exchange, market, now):
    """One noise trader takes the touch if the spread pleases it, and the next one is called."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0]
    seed, number = clock.seed, clock.number
    ordinal = exchange.ordinals[market, TAKER]
    exchange.ordinals[market, TAKER] += 1
    gap = exponential_ns(draw(seed, number, market, TAKER, ordinal, _GAP), traits.take_gap_s)
    push(exchange.events, exchange.agenda[0], now + gap, TAKE, market, -1, 0)

    bid, ask = np.int64(engine.best[market, BID]), np.int64(engine.best[market, ASK])
    if bid < 0 or ask >= engine.prices.size:
        return
    patience = exponential_ns(
        draw(seed, number, market, TAKER, ordinal, _DEPTH), traits.patience_cents
    )
    spread = (engine.prices[ask] - engine.prices[bid]) * 10_000_000  # 1e-4 dollars to 1e-9 cents
    if spread > patience + 1_000_000_000:
        return
    yes = 0.5 * (engine.prices[bid] + engine.prices[ask]) / PRICE_ONE
    if draw(seed, number, market, TAKER, ordinal, _INSIDE) > (4.0 * yes * (1.0 - yes)) ** 2:
        return
    side = BID if draw(seed, number, market, TAKER, ordinal, _SIDE) < 0.5 else ASK
    size = order_size(
        draw(seed, number, market, TAKER, ordinal, _SIZE),
        draw(seed, number, market, TAKER, ordinal, _SIZE + 1),
        0.5 * traits.noise_median,
        traits.noise_sigma,
    )
    place(engine, market, NOISE, side, ask if side == BID else bid, size, IOC, now)
