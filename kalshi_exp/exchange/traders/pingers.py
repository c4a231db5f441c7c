"""Liquidity pingers: probes of 1 to 5 contracts that come and go within 5 s, then size.

A probe joins the touch of a random side, or betters it by a tick where the spread has room. When
its time is up what is left of it is taken back, and with probability `follow` size comes: where
nobody touched the probe it is safe to rest there, so an order rests at the side's touch for a
while; where somebody took it there is a flow, and an order takes the other touch along with it.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.exchange.agenda import NO_ORDER, PING, PONG, WITHDRAW, push
from kalshi_exp.exchange.engine import GTC, IOC, POST_ONLY, cancel, place
from kalshi_exp.exchange.owners import PINGERS
from kalshi_exp.exchange.sampling import PINGER, draw, exponential_ns, order_size
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, SECOND, SIZE_ONE

_BIDS, _ASKS = np.int64(BID), np.int64(ASK)
# Checks of a draw.
_GAP, _SIDE, _LIFE, _PROBE, _FOLLOWS, _SIZE, _SIZE_KIND, _STAY = np.arange(8)
_LARGEST = 5  # contracts of a probe


@lean_kernel
def ping(exchange, market, now):
    """A probe is put, its end called, and the next one; a session's first call only calls it."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0].pingers
    seed, number = clock.seed, clock.number
    probe, ordinal, end = exchange.markets[market].probe, exchange.ordinals[market, PINGER], now
    exchange.ordinals[market, PINGER] += 1
    bid, ask = np.int64(engine.best[market, BID]), np.int64(engine.best[market, ASK])
    if ordinal > 0 and bid >= 0 and ask < engine.prices.size:
        side = _BIDS if draw(seed, number, market, PINGER, ordinal, _SIDE) < 0.5 else _ASKS
        inside = np.int64(1 if ask - bid > 1 else 0)
        level = bid + inside if side == BID else ask - inside
        u = draw(seed, number, market, PINGER, ordinal, _PROBE)
        probe.size = (1 + np.int64(u * _LARGEST)) * SIZE_ONE
        probe.side, probe.ordinal = side, ordinal
        probe.slot, _ = place(engine, market, PINGERS, side, level, probe.size, POST_ONLY, now)
        if probe.slot >= 0:
            probe.serial = engine.orders[probe.slot].serial
            u = draw(seed, number, market, PINGER, ordinal, _LIFE)
            end = now + np.int64((0.05 + 0.95 * u) * traits.life_s * SECOND)
            push(exchange.events, exchange.agenda[0], end, PONG, market, NO_ORDER, NO_ORDER)
    u = draw(seed, number, market, PINGER, ordinal, _GAP)
    at = end + exponential_ns(u, 60.0 / (traits.rate * traits.strength))
    push(exchange.events, exchange.agenda[0], at, PING, market, NO_ORDER, NO_ORDER)


@lean_kernel
def pong(exchange, market, now):
    """A probe's time is up: it is taken back, and size follows or not."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0]
    seed, number, probe = clock.seed, clock.number, exchange.markets[market].probe
    side, ordinal = probe.side, probe.ordinal
    untouched = cancel(engine, probe.slot, probe.serial, now) == probe.size
    touch = np.int64(engine.best[market, side])
    follows = draw(seed, number, market, PINGER, ordinal, _FOLLOWS) < traits.pingers.follow
    if not follows or touch < 0 or touch >= engine.prices.size:
        return
    size = order_size(
        draw(seed, number, market, PINGER, ordinal, _SIZE),
        draw(seed, number, market, PINGER, ordinal, _SIZE_KIND),
        traits.pingers.size_median,
        traits.noise.size_sigma,
    )
    # Whoever took a bid sold: size sells along, to what is bid now.
    acts, rule = (side, GTC) if untouched else (_BIDS + _ASKS - side, IOC)
    slot, _ = place(engine, market, PINGERS, acts, touch, size, rule, now)
    if slot >= 0:
        u = draw(seed, number, market, PINGER, ordinal, _STAY)
        at = now + exponential_ns(u, traits.pingers.stay_s)
        serial = engine.orders[slot].serial
        push(exchange.events, exchange.agenda[0], at, WITHDRAW, market, slot, serial)
