"""Noise traders: they know nothing, and their orders say nothing of where the price goes.

Resting orders come at a Poisson rate on a random side, a geometric number of ticks behind that
side's touch (now and then one tick inside a spread that has room), and are taken back after an
exponential lifetime. Taking orders come at a Poisson rate on a random side, take the touch only,
and only while the spread is within the patience drawn for them. They lose interest as the answer
settles: one that comes at mid p acts with probability (4 p (1 - p))^2.

Calibration. The recorded fast 15-minute series has resting sizes with a median of 27 contracts and
taking ones of 15, both with a long tail, and adds that fall off by about a fifth a tick behind the
touch. Its orders live 0.1 s, at 60 changes a second; `plain` has five a second, so lives are
seconds, and shorter at the touch, as there: an order that outlives the price it was meant for
holds the mid back, and at six seconds everywhere the mid's changes at lag one correlated at 0.02
to 0.03. The fading interest matters below 10 and above 90 cents: there prices hardly move, a tick
is wide, and who joined the touch earned 0.2 cents a contract from noise that kept coming.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.exchange.agenda import NO_ORDER, REST, TAKE, WITHDRAW, push
from kalshi_exp.exchange.engine import GTC, IOC, place
from kalshi_exp.exchange.owners import NOISE
from kalshi_exp.exchange.sampling import RESTER, TAKER, draw, exponential_ns, geometric, order_size
from kalshi_exp.exchange.traders.climate import presence
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE

# Checks of a draw; a size takes two.
_GAP, _SIDE, _INSIDE, _DEPTH, _SIZE, _SIZE_KIND, _LIFE, _WILLING = np.arange(8)


@lean_kernel
def rest(exchange, market, now):
    """One noise trader leaves a resting order, and the next one is called."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0].noise
    seed, number = clock.seed, clock.number
    ordinal = exchange.ordinals[market, RESTER]
    exchange.ordinals[market, RESTER] += 1
    gap = exponential_ns(
        draw(seed, number, market, RESTER, ordinal, _GAP),
        1.0 / (traits.rest_rate * traits.strength),
    )
    push(exchange.events, exchange.agenda[0], now + gap, REST, market, NO_ORDER, NO_ORDER)

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
        draw(seed, number, market, RESTER, ordinal, _SIZE_KIND),
        traits.size_median,
        traits.size_sigma,
    )
    if draw(seed, number, market, RESTER, ordinal, _WILLING) >= presence(
        exchange, market, side, now
    ):
        return
    slot, _ = place(engine, market, NOISE, side, level, size, GTC, now)
    if slot >= 0:
        u = draw(seed, number, market, RESTER, ordinal, _LIFE)
        farther = (1.0 + max(behind, 0)) / (1.0 + traits.depth_ticks)
        end = now + exponential_ns(u, traits.lifetime_s * farther)
        serial = engine.orders[slot].serial
        push(exchange.events, exchange.agenda[0], end, WITHDRAW, market, slot, serial)


@lean_kernel
def take(exchange, market, now):
    """One noise trader takes the touch if the spread pleases it, and the next one is called."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0].noise
    seed, number = clock.seed, clock.number
    ordinal = exchange.ordinals[market, TAKER]
    exchange.ordinals[market, TAKER] += 1
    gap = exponential_ns(
        draw(seed, number, market, TAKER, ordinal, _GAP), 1.0 / (traits.take_rate * traits.strength)
    )
    push(exchange.events, exchange.agenda[0], now + gap, TAKE, market, NO_ORDER, NO_ORDER)

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
        draw(seed, number, market, TAKER, ordinal, _SIZE_KIND),
        0.5 * traits.size_median,
        traits.size_sigma,
    )
    place(engine, market, NOISE, side, ask if side == BID else bid, size, IOC, now)
