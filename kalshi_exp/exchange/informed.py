"""Informed traders: they see the true probability and take what is offered too cheaply.

They look at a Poisson rate, and once more a reaction time after each jump. Whatever stands wrong
by more than `edge_cents` they take, to the last level where that holds; the size wanted grows
with how wrong the touch is, so that nothing worth copying is left behind them.

The edge is gross of fees, on purpose. On the recorded tape takers as a group lose to fees (about
1 %, kalshi.md 5.2) while prices move their way after they trade: information there is worth less
than the fee. So it is here: who trades on it pays the maker's loss and more to the exchange, and
nobody who follows can keep anything.
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.exchange.agenda import LOOK, push
from kalshi_exp.exchange.belief import STEP
from kalshi_exp.exchange.engine import IOC, place
from kalshi_exp.exchange.ladder import level_above, level_below
from kalshi_exp.exchange.sampling import INSIDER, draw, exponential_ns, order_size
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE

INFORMED = 1  # account

_GAP, _SIZE = 0, 1  # checks; a size takes two


@kernel
def believed(exchange, market, at):
    """The true price of YES at a time, 1e-4 dollars, not rounded."""
    step = max(np.int64(0), (at - exchange.clock[0].start) // STEP)
    path = exchange.belief[market]
    return path[min(step, path.size - 1)] * PRICE_ONE


@kernel
def _want(exchange, market, ordinal, wrong_cents):
    clock, traits = exchange.clock[0], exchange.parameters[0]
    size = order_size(
        draw(clock.seed, clock.number, market, INSIDER, ordinal, _SIZE),
        draw(clock.seed, clock.number, market, INSIDER, ordinal, _SIZE + 1),
        traits.informed_median,
        traits.noise_sigma,
    )
    return np.int64(math.ceil(size * max(1.0, wrong_cents)))


@kernel
def look(exchange, market, now, again):
    """One informed trader looks; `again`: it is one of the Poisson looks and calls the next."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0]
    ordinal = exchange.ordinals[market, INSIDER]
    exchange.ordinals[market, INSIDER] += 1
    if again:
        u = draw(clock.seed, clock.number, market, INSIDER, ordinal, _GAP)
        gap = exponential_ns(u, traits.look_gap_s)
        push(exchange.events, exchange.agenda[0], now + gap, LOOK, market, -1, 0)

    truth = believed(exchange, market, now)
    unsettled = 4.0 * (truth / PRICE_ONE) * (1.0 - truth / PRICE_ONE)
    edge = traits.edge_cents * 100.0 * unsettled
    high = level_below(engine.prices, truth - edge)
    low = level_above(engine.prices, truth + edge)
    if engine.best[market, ASK] <= high:
        wrong = (truth - engine.prices[engine.best[market, ASK]]) / 100.0
        size = _want(exchange, market, ordinal, wrong)
        place(engine, market, INFORMED, BID, high, size, IOC, now)
    elif engine.best[market, BID] >= low:
        wrong = (engine.prices[engine.best[market, BID]] - truth) / 100.0
        size = _want(exchange, market, ordinal, wrong)
        place(engine, market, INFORMED, ASK, low, size, IOC, now)
