"""PROBABILISTIC: a resting order fills by a draw at each decision, with no evidence asked for."""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.booking import book, fillable, room
from kalshi_exp.fills.impact import pushed
from kalshi_exp.market.draws import CHECK_FILL, uniform
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY, RESTING, SLOTS
from kalshi_exp.market.units import BID, PRICE_ONE, SECOND, SIZE_ONE

CENT = PRICE_ONE // 100
MINUTE = 60 * SECOND


@lean_kernel
def activity_level(prints, window_ns):
    """Activity in [0, 1] from the market's prints in a window of `window_ns`."""
    rate = prints / (window_ns / MINUTE)
    if rate < 5.0:
        return rate / 10.0
    if rate <= 20.0:
        return 0.5 + (rate - 5.0) / 30.0
    return min(1.0, 0.5 + rate / 40.0)


@lean_kernel
def _base(price, bid, ask):
    """Base probability of a bid at `price` between the touches of a two-sided book."""
    spread = ask - bid
    if price > ask:
        return 0.99
    if price == ask:
        return 0.95
    if price >= ask - CENT and spread >= 2 * CENT:
        return 0.80
    if price >= ask - 2 * CENT and spread >= 3 * CENT:
        return 0.90
    if price == bid:
        return 0.40
    if price < bid:
        return max(0.10, 0.30 - 0.05 * ((bid - price) / CENT))
    return 0.40 + 0.40 * ((price - bid) / max(spread, CENT))


@lean_kernel
def fill_probability(side, price, bid, ask, size, waited_ns, activity):
    """Probability that one check fills a resting order.

    It is per check, not per unit of time.

    Args:
        side: BID or ASK of the YES book.
        price: YES limit, 1e-4 dollars.
        bid: best YES bid, 1e-4 dollars; below 0 for none.
        ask: best YES ask, 1e-4 dollars; below 0 for none.
        size: remaining, 1e-2 contracts.
        waited_ns: time since it was placed.
        activity: in [0, 1].

    Returns:
        base + time + size + activity + wide + empty, in [0.01, 0.99].
    """
    p = 0.30
    if bid >= 0 and ask >= 0:
        if side == BID:
            p = _base(price, bid, ask)
        else:
            p = _base(PRICE_ONE - price, PRICE_ONE - ask, PRICE_ONE - bid)
        excess = (ask - bid) / CENT - 5.0
        if excess > 0.0:
            p -= 0.10 * min(excess / 10.0, 1.0)
    elif bid < 0 and ask < 0:
        p -= 0.30
    waited = waited_ns / SECOND
    if waited < 10.0:
        p += -0.10 + 0.01 * waited
    elif waited < 30.0:
        p += 0.05 * (waited - 10.0) / 20.0
    else:
        p += 0.05
    if size < 10 * SIZE_ONE:
        p += 0.05
    elif size > 100 * SIZE_ONE:
        p -= 0.10
    elif size > 50 * SIZE_ONE:
        p -= 0.03
    p += 0.2 * activity - 0.1
    return min(max(p, 0.01), 0.99)


@lean_kernel
def prints_since(pack, market, since, message):
    """Trades of the market with a time after `since` (ns), up to and with a message."""
    first = pack.markets[market].first
    if message < first:
        return 0
    low, high = first, message + 1
    while low < high:
        middle = (low + high) >> 1
        if pack.messages[middle].ts <= since:
            low = middle + 1
        else:
            high = middle
    before = pack.prints[low - 1] if low > first else 0
    return pack.prints[message] - before


@lean_kernel
def check_resting(
    spec, pack, market, orders, footprint, position, message, now, seed, decision, fills_out, n,
    counters,
):  # fmt: skip
    """One check of each resting order at the end of a decision interval.

    A fill is whole and at the limit, and counts a violation: nothing on the tape gave it.

    Args:
        spec: SPEC record.
        pack: the tape.
        market: pack market.
        orders: ORDER[SLOTS].
        footprint: FOOTPRINT record.
        position: 1e-2 contracts, YES positive.
        message: last message with a time up to `now`.
        now: ns.
        seed: of the draws.
        decision: number of the decision, for the draws.
        fills_out: FILL[...].
        n: fills written so far.
        counters: COUNTERS record.

    Returns:
        (fills written, position after).
    """
    m = pack.markets[market]
    bid, ask, activity = np.int64(-1), np.int64(-1), -1.0
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state != RESTING:
            continue
        if fillable(order, position) == 0:
            order.state = EMPTY
            continue
        if activity < 0.0:
            trades = prints_since(pack, market, now - spec.activity_ns, message)
            activity = activity_level(trades, spec.activity_ns)
            if message >= m.first:
                if pack.bid[message] >= 0:
                    bid = np.int64(pack.prices[m.price + pack.bid[message]])
                if pack.ask[message] < m.levels:
                    ask = np.int64(pack.prices[m.price + pack.ask[message]])
        counters.rest_calls += 1
        counters.checks += 1
        price = np.int64(pack.prices[m.price + order.level])
        waited = now - order.arrive
        p = fill_probability(order.side, price, bid, ask, order.size, waited, activity)
        if spec.impact.on == 1:
            # As far from the market as our own takes have moved it; the least of every cent on
            # the way, as the base is higher at two cents from the touch than at one.
            off = np.int64(pushed(spec.impact, footprint, np.int64(order.side), now))
            while off > 0:
                away = price - off if order.side == BID else price + off
                p = min(
                    p, fill_probability(order.side, away, bid, ask, order.size, waited, activity)
                )
                off -= CENT
        u = uniform(seed, m.key, m.ordinal, decision, CHECK_FILL + slot)
        if u < p and room(fills_out, n, counters):
            counters.violations += 1
            n, position = book(
                spec, pack, market, orders, slot, position, np.int64(order.level),
                fillable(order, position), now, message, fills_out, n, counters,
            )  # fmt: skip
    return n, position
