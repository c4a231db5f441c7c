"""What each row of the exchange world sees at a decision, and where its orders would go."""

from __future__ import annotations

from kalshi_exp.env.actions import ACTION_SIZE
from kalshi_exp.env.exchange_orders import queue_ahead
from kalshi_exp.env.exchange_watch import CROSS_FROM, CROSS_TO, sample_until, take_touches
from kalshi_exp.env.masks import fill_mask, hold_only
from kalshi_exp.env.observe import N_FEATURES, gather_facts, may_trade, see_nothing, switch
from kalshi_exp.env.placement import WALK_FROM, WALK_LEVELS
from kalshi_exp.env.state import CROSS, IMPROVE
from kalshi_exp.features.book import touch_prices
from kalshi_exp.features.cross_market import observe_cross_market
from kalshi_exp.features.engine import marks, observe
from kalshi_exp.features.private import observe_private
from kalshi_exp.features.table import MARKET_FEATURES
from kalshi_exp.market.jit import inlined_kernel, lean_kernel
from kalshi_exp.market.orders import RESTING, SLOTS
from kalshi_exp.market.units import BID


@lean_kernel
def look(floor, exchange, environment, rows, first, now, observation):
    """Take the view of every market at `now`: touch, marks, features, and our queue places."""
    engine, settings = exchange.engine, floor.settings[0]
    if floor.timers[environment].first >= 0:  # something has happened
        sample_until(floor, engine, environment, first, now + 1)
    take_touches(floor, engine, environment, first)
    for slot in range(first, first + engine.open.size):
        seen, state = floor.seen[slot], floor.states[slot]
        sizes, best = floor.sizes[slot], floor.best[slot]
        seen.bid, seen.ask = best[0], best[1]
        seen.bid_price, seen.ask_price = touch_prices(best, engine.prices)
        seen.mark_bid, seen.mark_ask = marks(state, best, engine.prices)
        observe(settings, state, sizes, best, engine.prices, now, observation[slot])
        observe_cross_market(
            floor.siblings, environment, slot - first, engine.open.size,
            observation[slot, CROSS_FROM:CROSS_TO],
        )  # fmt: skip
        for k in range(SLOTS):
            order, stands = rows[slot].orders[k], floor.standing[slot, k]
            if order.state == RESTING and stands.slot >= 0:
                order.ahead = queue_ahead(engine, stands.slot)


@lean_kernel
def deep_level(sizes, side, touch):
    """As on a tape: the third level of the side being taken, plus one tick, or as deep as it is."""
    levels = sizes.shape[1]
    step = 1 if side == BID else -1
    found, deepest, level = 1, touch, touch + step
    while found < WALK_LEVELS and 0 <= level < levels:
        if sizes[1 - side, level] > 0:
            found += 1
            deepest = level
        level += step
    return min(max(deepest + step, 0), levels - 1)


@lean_kernel
def limit_levels(placement, sizes, bid, ask, levels):
    """Write int64[2, 2]: the limit level of each side's small and large orders.

    Args:
        placement: JOIN, IMPROVE or CROSS.
        sizes: int64[2, n], the book without our orders, of a ladder that never changes.
        bid: its best bid level; the book is two-sided.
        ask: its best ask level.
        levels: int64[2, 2], written: [side, small or large].
    """
    for side in range(2):
        own, other = (bid, ask) if side == BID else (ask, bid)
        level = own
        if placement == CROSS:
            level = other
        elif placement == IMPROVE:
            inside = own + (1 if side == BID else -1)
            level = inside if bid < inside < ask else own
        levels[side, 0] = levels[side, 1] = level
        if placement == CROSS and ACTION_SIZE[-1] >= WALK_FROM:
            levels[side, 1] = deep_level(sizes, side, other)


@inlined_kernel
def observe_rows(
    rules, spec, floor, exchange, switches, episode, rows, first, slots, private, out
):  # fmt: skip
    """Write observation, mask, weight and limit levels of every row; `look` came before."""
    prices, close, now = exchange.engine.prices, exchange.clock[0].close, episode.now
    for slot in range(first, first + slots):
        row = rows[slot]
        if row.market < 0:
            see_nothing(slot, out.observation, out.mask, out.weight, out.levels)
            continue
        seen = floor.seen[slot]
        news = seen.news == 1 and episode.done == 0
        mask, levels = out.mask[slot], out.levels[slot]
        hold_only(mask, levels)
        if may_trade(row, now, close, seen.bid, seen.ask, prices.size, news):
            limit_levels(rules.placement, floor.sizes[slot], seen.bid, seen.ask, levels)
            fill_mask(rules, spec.fees, exchange.engine, row, episode.free, mask, levels)
        out.weight[slot] = 1.0 if news else 0.0
        touch = (seen.bid_price, seen.ask_price, seen.mark_bid, seen.mark_ask)
        gather_facts(rules, prices, close, touch, episode, rows, first, slot, now, private)
        observe_private(private, out.observation[slot, MARKET_FEATURES:N_FEATURES])
        switch(switches, out.observation[slot])
        for column in range(out.patterns.shape[1]):
            out.patterns[slot, column] = floor.watch.patterns[slot, column]
