"""Market makers: several levels a side around a lagged view of the truth.

At each look one moves its quotes to `half_spread_cents` from the probability of `lag_ms` ago,
leaning against its inventory, and replaces what was taken; what still stands where it should
keeps its place in the queue. Its looks come at jittered intervals around `refresh_s`, and once
more `alert_ms` after somebody took from it. It never takes.

Calibration. A quarter of a cent, rounded outwards to cents, shows one cent half of the time and
two the other half (the recorded fast series: 61 and 22 %). A tighter quote would leave nothing to
noise, a wider one would leave room inside the spread for others. It is quicker than a decision a
second and still loses 0.4 cents a contract: whoever is slower or further back in the queue loses
more. The lean against inventory is slight, because a mid that leans can be foretold.
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.exchange.agenda import ALERT, NO_ORDER, QUOTE, push
from kalshi_exp.exchange.engine import POST_ONLY, cancel, place, rests
from kalshi_exp.exchange.ladder import level_above, level_below
from kalshi_exp.exchange.owners import MAKER
from kalshi_exp.exchange.sampling import QUOTER, draw, normal
from kalshi_exp.exchange.traders.climate import fear_cents, presence
from kalshi_exp.exchange.traders.informed import believed
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, MILLISECOND, SECOND

QUOTED = np.dtype([("serial", np.int64), ("slot", np.int64)], align=True)
"""One order that the maker left standing; slot -1: none."""

_BIDS, _ASKS = np.int64(BID), np.int64(ASK)
_GAP, _SIZE = np.arange(2)  # checks of a draw: _SIZE + side * levels + place in the line of quotes
_SIGMA = 0.5  # of the logarithm of a quote's size


@lean_kernel
def slowness(traits, who):
    """How much slower than the first maker this one is: from 1 to `reaction_spread`, by ratios."""
    if traits.count < 2:
        return 1.0
    return traits.reaction_spread ** (who / (traits.count - 1.0))


@lean_kernel
def _withdraw(exchange, market, who, side, first, last, now):
    """Cancel the quotes of a side outside levels first..last; forget those that are gone."""
    engine, quotes = exchange.engine, exchange.quotes[market, who, side]
    for quote in quotes:
        if quote.slot >= 0 and not rests(engine, quote.slot, quote.serial):
            quote.slot = -1
        if quote.slot >= 0:
            level = engine.orders[quote.slot].level
            if level < first or level > last:
                cancel(engine, quote.slot, quote.serial, now)
                quote.slot = -1


@lean_kernel
def _post(exchange, market, who, side, first, last, ordinal, now):
    """Post a quote at each of the levels first..last (in that order of haste) that has none."""
    engine, quotes = exchange.engine, exchange.quotes[market, who, side]
    clock, traits = exchange.clock[0], exchange.parameters[0].maker
    median = traits.size * traits.strength * presence(exchange, market, side, now)
    step = 1 if last >= first else -1
    for place_in_line in range(abs(last - first) + 1):
        level = first + step * place_in_line
        if level < 0 or level >= engine.prices.size:
            break
        free = -1
        stands = False
        for i in range(quotes.size):
            if quotes[i].slot < 0:
                free = i
            elif engine.orders[quotes[i].slot].level == level:
                stands = True
        if stands or free < 0:
            continue
        check = _SIZE + side * quotes.size + place_in_line
        z = normal(draw(clock.seed, clock.number, market, QUOTER + who, ordinal, check))
        size = np.int64(median * math.exp(_SIGMA * z) + 1.0) * 100
        slot, _ = place(engine, market, MAKER + who, side, level, size, POST_ONLY, now)
        if slot >= 0:
            quotes[free].slot = slot
            quotes[free].serial = engine.orders[slot].serial


@lean_kernel
def quote(exchange, market, who, now, again):
    """A maker looks; `again`: it is one of the regular looks and calls the next."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0].maker
    ordinal = exchange.ordinals[market, QUOTER + who]
    exchange.ordinals[market, QUOTER + who] += 1
    if again:
        u = draw(clock.seed, clock.number, market, QUOTER + who, ordinal, _GAP)
        gap = np.int64(traits.refresh_s * (0.5 + u) * SECOND) + 1
        push(exchange.events, exchange.agenda[0], now + gap, QUOTE, market, who, NO_ORDER)

    lag = np.int64(traits.lag_ms * slowness(traits, who) * MILLISECOND)
    seen = believed(exchange, market, now - lag)
    held = engine.accounts[market, MAKER + who].position / (100.0 * traits.inventory_limit)
    middle = seen - 100.0 * traits.skew_cents * min(max(held, -1.0), 1.0)
    half = 100.0 * (traits.half_spread_cents + fear_cents(exchange, market, now))
    levels = exchange.quotes.shape[3]
    bid, ask = level_below(engine.prices, middle - half), level_above(engine.prices, middle + half)
    if held >= 1.0:
        bid = -1
    if held <= -1.0:
        ask = engine.prices.size
    _withdraw(exchange, market, who, _BIDS, bid - levels + 1, bid, now)
    _withdraw(exchange, market, who, _ASKS, ask, ask + levels - 1, now)
    deepest = bid - levels + 1
    bid = min(bid, engine.best[market, ASK] - 1)
    _post(exchange, market, who, _BIDS, bid, deepest, ordinal, now)
    highest = ask + levels - 1
    ask = max(ask, engine.best[market, BID] + 1)
    _post(exchange, market, who, _ASKS, ask, highest, ordinal, now)


@lean_kernel
def alert(exchange, market, now):
    """Call every maker whom somebody took from since it was last called."""
    traits = exchange.parameters[0].maker
    for who in range(traits.count):
        made = exchange.engine.accounts[market, MAKER + who].made
        if made > exchange.answered[market, who]:
            exchange.answered[market, who] = made
            at = now + np.int64(traits.alert_ms * slowness(traits, who) * MILLISECOND)
            push(exchange.events, exchange.agenda[0], at, ALERT, market, who, NO_ORDER)
