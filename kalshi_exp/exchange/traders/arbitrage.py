"""The arbitrageur: all legs of an exclusive group at once, when their prices can't all be right.

It looks at each group every `watch_s` or so. Asks that sum to less than one dollar less its edge,
or bids to more than one dollar and its edge, make it come back after a lag; if the sum is still
wrong it takes the same number of contracts of every leg, as many as the thinnest touch shows, and
goes on at short intervals until it isn't. Makers see the legs go at the same instant and take
back a share of the sentiment that made the sum wrong.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.exchange.agenda import NO_ORDER, SCAN, STRIKE, push
from kalshi_exp.exchange.engine import IOC, place
from kalshi_exp.exchange.owners import ARBITRAGE
from kalshi_exp.exchange.sampling import ARBITRAGEUR, draw, exponential_ns
from kalshi_exp.exchange.traders.maker import alert
from kalshi_exp.exchange.traders.sentiment import teach
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SECOND

_BUY, _SELL, _NOTHING = np.int64(BID), np.int64(ASK), np.int64(-1)
_GAP = np.int64(0)  # check of a draw


@lean_kernel
def _wrong(engine, markets, group, edge):
    """(side to trade, size of the thinnest leg): BID when asks sum to too little; -1 neither."""
    levels = engine.prices.size
    asks = bids = np.int64(0)
    offered = wanted = np.int64(2**62)
    for market in range(markets.size):
        if markets[market].group != group:
            continue
        bid, ask = np.int64(engine.best[market, BID]), np.int64(engine.best[market, ASK])
        if bid < 0 or ask >= levels:  # an empty side: nobody quotes, or the market is halted
            return _NOTHING, np.int64(0)
        asks += engine.prices[ask]
        bids += engine.prices[bid]
        offered = min(offered, engine.sizes[market, ASK, ask])
        wanted = min(wanted, engine.sizes[market, BID, bid])
    if PRICE_ONE - asks > edge:
        return _BUY, offered
    if bids - PRICE_ONE > edge:
        return _SELL, wanted
    return _NOTHING, np.int64(0)


@lean_kernel
def arbitrage(exchange, market, group, now, strikes):
    """One look at a group; `strikes`: the lag is over, and what is still wrong is traded.

    Args:
        exchange: of the event.
        market: of the group; its number keys the draws.
        group: number of the group.
        now: ns.
        strikes: whether it may trade.
    """
    engine, clock, markets = exchange.engine, exchange.clock[0], exchange.markets
    traits = exchange.parameters[0].arbitrage
    ordinal = exchange.ordinals[market, ARBITRAGEUR]
    exchange.ordinals[market, ARBITRAGEUR] += 1
    side, size = _wrong(engine, markets, group, traits.edge_cents * 100.0)
    what, mean_s = SCAN, traits.watch_s
    if side != _NOTHING:
        what, mean_s = STRIKE, traits.pause_s if strikes else traits.lag_s
    u = draw(clock.seed, clock.number, market, ARBITRAGEUR, ordinal, _GAP)
    at = now + exponential_ns(u, mean_s)
    push(exchange.events, exchange.agenda[0], at, what, market, group, NO_ORDER)
    if side == _NOTHING or not strikes:
        return
    size = min(size, np.int64(traits.size * traits.strength * 100.0) + 1)
    fade = np.int64(exchange.parameters[0].sentiment.ramp_s * SECOND)
    for leg in range(markets.size):
        if markets[leg].group == group:
            level = np.int64(engine.best[leg, 1 - side])
            place(engine, leg, ARBITRAGE, side, level, size, IOC, now)
            sign = -1.0 if side == BID else 1.0
            teach(markets[leg].spell, exchange.labels, sign, traits.lesson, fade, now)
            alert(exchange, leg, now)
