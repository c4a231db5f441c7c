"""Market makers: several levels a side around a lagged view of the truth.

At each look one moves its quotes to `half_spread_cents` from the probability of `lag_ms` ago,
leaning against its inventory, and replaces what was taken; what still stands where it should
keeps its place in the queue. Its looks come at jittered intervals around `refresh_s`, and once
more `alert_ms` after somebody took from it. It never takes.

Of several makers the last is `reaction_spread` times as slow as the first and quotes `width_spread`
times as wide, the others between them by equal ratios. `caution` widens a quote for a move of the
belief within the last `caution_s`; `temper` gives each maker a width of its own that changes every
`temper_s`; `away` of its stretches of `away_s` a maker isn't there. `plain` has one, of even
temper, that stays.

Calibration. A quarter of a cent, rounded outwards to cents, shows one cent half of the time and
two the other half (the recorded fast series: 61 and 22 %). A tighter quote would leave nothing to
noise, a wider one would leave room inside the spread for others. It is quicker than a decision a
second and still loses 0.4 cents a contract: whoever is slower or further back in the queue loses
more. The lean against inventory is slight, because a mid that leans can be foretold. The recorded
series has spreads of one cent and of three and more side by side: caution over ten seconds gives
both, while over one second it makes the mid trail every move, since quotes then return with a lag
(its changes at lag one correlated at 0.2).
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
from kalshi_exp.exchange.traders.sentiment import sentiment_cents
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, MILLISECOND, SECOND

QUOTED = np.dtype([("serial", np.int64), ("slot", np.int64)], align=True)
"""One order that the maker left standing; slot -1: none."""

SHOWN = np.dtype([("bid", np.int64), ("ask", np.int64), ("made", np.int64)], align=True)
"""The best levels a maker quoted at a look that left every quote in its place, and how much of it
had filled by then: while they are the same, a look has nothing to do. made -1: one is missing."""

_BIDS, _ASKS = np.int64(BID), np.int64(ASK)
# Checks of a draw. A size takes _SIZE + side * levels + place in the line of quotes.
_GAP, _SIZE, _AWAY, _TEMPER = np.int64(0), np.int64(1), np.int64(1_000), np.int64(1_001)


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
    """Post a quote at each of the levels first..last (in that order of haste) that has none.

    Returns:
        Whether all of them stand now.
    """
    engine, quotes = exchange.engine, exchange.quotes[market, who, side]
    clock, traits = exchange.clock[0], exchange.parameters[0].maker
    median = traits.size * traits.strength * presence(exchange, market, side, now)
    step = 1 if last >= first else -1
    whole = True
    for place_in_line in range(abs(last - first) + 1):
        level = first + step * place_in_line
        if level < 0 or level >= engine.prices.size:
            break
        if place_in_line > 0:
            median *= traits.size_decay
        free = -1
        stands = False
        for i in range(quotes.size):
            if quotes[i].slot < 0:
                free = i
            elif engine.orders[quotes[i].slot].level == level:
                stands = True
        if stands:
            continue
        if free < 0:
            whole = False
            continue
        check = _SIZE + side * quotes.size + place_in_line
        z = normal(draw(clock.seed, clock.number, market, QUOTER + who, ordinal, check))
        size = np.int64(median * math.exp(traits.size_sigma * z) + 1.0) * 100
        slot, _ = place(engine, market, MAKER + who, side, level, size, POST_ONLY, now)
        if slot >= 0:
            quotes[free].slot = slot
            quotes[free].serial = engine.orders[slot].serial
        else:
            whole = False
    return whole


@lean_kernel
def _where(exchange, market, who, now):
    """The levels where a maker wants its best bid and ask; off the ladder: nowhere."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0].maker
    nowhere = np.int64(-exchange.quotes.shape[3]), np.int64(2 * engine.prices.size)
    if traits.away > 0.0:
        stretch = np.int64((now - clock.start) / (traits.away_s * SECOND))
        u = draw(clock.seed, clock.number, market, QUOTER + who, stretch, _AWAY)
        if u < traits.away:
            return nowhere
    slow = slowness(traits, who)
    then = now - np.int64(traits.lag_ms * slow * MILLISECOND)
    seen = believed(exchange, market, then)
    held = engine.accounts[market, MAKER + who].position / (100.0 * traits.inventory_limit)
    middle = seen + 100.0 * sentiment_cents(exchange, market, now)
    middle -= 100.0 * traits.skew_cents * min(max(held, -1.0), 1.0)
    wider = traits.width_spread ** (who / max(traits.count - 1.0, 1.0))
    if traits.temper > 0.0:
        stretch = np.int64((now - clock.start) / (traits.temper_s * SECOND))
        u = draw(clock.seed, clock.number, market, QUOTER + who, stretch, _TEMPER)
        wider *= math.exp(traits.temper * normal(u))
    half = 100.0 * (wider * traits.half_spread_cents + fear_cents(exchange, market, now))
    if traits.caution > 0.0:
        before = believed(exchange, market, then - np.int64(traits.caution_s * SECOND))
        half += traits.caution * abs(seen - before)
    bid = level_below(engine.prices, middle - half) if held < 1.0 else nowhere[0]
    ask = level_above(engine.prices, middle + half) if held > -1.0 else nowhere[1]
    return np.int64(bid), np.int64(ask)


@lean_kernel
def quote(exchange, market, who, now, again):
    """A maker looks; `again`: it is one of the regular looks and calls the next."""
    engine, clock, traits = exchange.engine, exchange.clock[0], exchange.parameters[0].maker
    ordinal = exchange.ordinals[market, QUOTER + who]
    exchange.ordinals[market, QUOTER + who] += 1
    if again:
        u = draw(clock.seed, clock.number, market, QUOTER + who, ordinal, _GAP)
        gap = np.int64(traits.refresh_s * slowness(traits, who) * (0.5 + u) * SECOND) + 1
        push(exchange.events, exchange.agenda[0], now + gap, QUOTE, market, who, NO_ORDER)

    levels = exchange.quotes.shape[3]
    bid, ask = _where(exchange, market, who, now)
    account, shown = engine.accounts[market, MAKER + who], exchange.shown[market, who]
    if again and shown.made == account.made and shown.bid == bid and shown.ask == ask:
        return
    shown.bid, shown.ask = bid, ask
    _withdraw(exchange, market, who, _BIDS, bid - levels + 1, bid, now)
    _withdraw(exchange, market, who, _ASKS, ask, ask + levels - 1, now)
    first = min(bid, engine.best[market, ASK] - 1)
    bids = _post(exchange, market, who, _BIDS, first, bid - levels + 1, ordinal, now)
    whole = bids and first == bid
    first = max(ask, engine.best[market, BID] + 1)
    asks = _post(exchange, market, who, _ASKS, first, ask + levels - 1, ordinal, now)
    whole = whole and asks and first == ask
    shown.made = account.made if whole else np.int64(-1)


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
