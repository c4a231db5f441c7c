"""Informed traders: they see the true probability and take what is offered too cheaply.

They look at a Poisson rate, and once more a reaction time after each jump. Whatever stands wrong
by more than 4 p (1 - p) x `edge_cents` they take, to the last level where that holds; the size
wanted grows with how wrong the touch is, so that little worth copying is left behind them. One that
takes may bring another along (`follow`), who looks milliseconds later; none does so in `plain`.

Calibration. The edge is gross of fees, on purpose. On Kalshi takers as a group lose about 1 %,
while prices move their way after they trade: the information is there, and worth less than the
fee. So it is here: informed traders lose a little after fees, and who copies them loses more. One
look a second at half a cent costs an order at the touch 0.6 to 0.8 cents a contract against the
truth (the recorded series: 0.4 to 1.0 cents within 30 s), and three to four prints in ten are
theirs.
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.exchange.agenda import LOOK, NEWS, NO_ORDER, push
from kalshi_exp.exchange.belief import STEP
from kalshi_exp.exchange.engine import IOC, place
from kalshi_exp.exchange.ladder import level_above, level_below
from kalshi_exp.exchange.owners import INFORMED
from kalshi_exp.exchange.sampling import COPIER, INSIDER, draw, exponential_ns, order_size
from kalshi_exp.exchange.traders.sentiment import sentiment_cents
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE

_BUY, _SELL = np.int64(BID), np.int64(ASK)

_GAP, _SIZE, _SIZE_KIND, _AGAIN, _AFTER = np.arange(5)  # checks of a draw


@lean_kernel
def believed(exchange, market, at):
    """The true price of YES at a time, 1e-4 dollars, not rounded."""
    step = max(np.int64(0), (at - exchange.clock[0].start) // STEP)
    path = exchange.belief[market]
    return path[min(step, path.size - 1)] * PRICE_ONE


@lean_kernel
def _want(exchange, market, who, ordinal, wrong_cents):
    clock, traits = exchange.clock[0], exchange.parameters[0].informed
    size = order_size(
        draw(clock.seed, clock.number, market, who, ordinal, _SIZE),
        draw(clock.seed, clock.number, market, who, ordinal, _SIZE_KIND),
        traits.size_median,
        traits.size_sigma,
    )
    return np.int64(math.ceil(size * max(1.0, wrong_cents)))


@lean_kernel
def look(exchange, market, after, now, again):
    """One informed trader looks.

    Args:
        exchange: Exchange.
        market: number of the market.
        after: NO_ORDER, or anything else: it looks because another just took.
        now: ns.
        again: it is one of the Poisson looks and calls the next.
    """
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0].informed
    who, ordinal = COPIER, now
    if after == NO_ORDER:
        who, ordinal = INSIDER, exchange.ordinals[market, INSIDER]
        exchange.ordinals[market, INSIDER] += 1
    if again:
        u = draw(clock.seed, clock.number, market, INSIDER, ordinal, _GAP)
        gap = exponential_ns(u, 1.0 / (traits.rate * traits.strength))
        push(exchange.events, exchange.agenda[0], now + gap, LOOK, market, NO_ORDER, NO_ORDER)

    truth = believed(exchange, market, now)
    unsettled = 4.0 * (truth / PRICE_ONE) * (1.0 - truth / PRICE_ONE)
    hype = exchange.parameters[0].sentiment.shared * sentiment_cents(exchange, market, now)
    truth += 100.0 * hype
    edge = traits.edge_cents * 100.0 * unsettled
    high = level_below(engine.prices, truth - edge)
    low = level_above(engine.prices, truth + edge)
    if engine.best[market, ASK] <= high:
        side, level = _BUY, high
        wrong = truth - engine.prices[engine.best[market, ASK]]
    elif engine.best[market, BID] >= low:
        side, level = _SELL, low
        wrong = engine.prices[engine.best[market, BID]] - truth
    else:
        return
    size = _want(exchange, market, who, ordinal, wrong / 100.0)
    place(engine, market, INFORMED, side, level, size, IOC, now)
    if draw(clock.seed, clock.number, market, who, ordinal, _AGAIN) < traits.follow:
        u = draw(clock.seed, clock.number, market, who, ordinal, _AFTER)
        at = now + exponential_ns(u, traits.follow_ms / 1e3)
        push(exchange.events, exchange.agenda[0], at, NEWS, market, side, NO_ORDER)
