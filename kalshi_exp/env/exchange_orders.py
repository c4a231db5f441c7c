"""Our orders in the matching engine: they arrive, are called back, and fill.

A row's orders say what we mean to have standing; the engine is made to follow them at the instant
at which something changes. What the engine did since is read from its log, in the log's order.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.env.exchange_watch import sample_until
from kalshi_exp.env.turn import note_fill
from kalshi_exp.exchange.engine import (
    CANCELLED,
    FILLED,
    GTC,
    IOC,
    amend_down,
    cancel,
    crosses,
    place,
    rests,
)
from kalshi_exp.exchange.exchange import roomy
from kalshi_exp.exchange.owners import AGENT
from kalshi_exp.exchange.traders.maker import alert
from kalshi_exp.features.engine import advance, count, reset
from kalshi_exp.features.siblings import reset_siblings
from kalshi_exp.fills.booking import fillable, write_fill
from kalshi_exp.market.book import apply
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY, RESTING, SLOTS
from kalshi_exp.patterns.watch import reset_watch
from kalshi_exp.tape.session import Kind

ME, NOBODY, NO_MESSAGE = np.int64(AGENT), np.int64(-1), np.int64(-1)
NONE = np.int64(0)
_FILL = int(Kind.FILL)


@lean_kernel
def _ours(standing, serial):
    """Which of a row's orders the engine knows by that serial."""
    for k in range(SLOTS):
        if standing[k].slot >= 0 and standing[k].serial == serial:
            return k
    return -1


@lean_kernel
def digest(
    floor, exchange, environment, spec, episode, rows, first, taking, facts, scratch, log, logged,
    counters,
):  # fmt: skip
    """Take in what the engine logged since: our fills into money, the others' into features.

    Features never see our orders: our own adds and cancels and what others took from us are left
    out; what we took is gone from the book, but is no print of the market's.

    Args:
        floor: the arrays.
        exchange: this environment's.
        environment: its number.
        spec: SPEC record.
        episode: EPISODE record.
        rows: ROW[N].
        first: first row of the episode.
        taking: which of its row's orders is taking at this moment; NOBODY.
        facts: float64[N, FACTS], added to.
        scratch: FILL scratch.
        log: the step's fill log.
        logged: fills in it so far.
        counters: COUNTERS record.

    Returns:
        Fills logged so far.
    """
    engine, timer, settings = exchange.engine, floor.timers[environment], floor.settings[0]
    counts = engine.counts[0]
    if timer.first < 0 and counts.logged > 0:
        timer.first = engine.log[0].ts
        for slot in range(first, first + engine.open.size):
            reset(
                settings, floor.states[slot], engine.prices, timer.first, exchange.clock[0].close
            )  # fmt: skip
            reset_watch(floor.watch, slot)
        reset_siblings(floor.siblings, environment)
    for i in range(timer.digested, counts.logged):
        entry = engine.log[i]
        kind = entry.kind
        passive, aggressive = entry.owner == ME, entry.taker == ME
        if passive and kind != _FILL:
            continue
        slot = first + floor.places[environment, entry.market]
        floor.seen[slot].news = 1
        if passive or aggressive:
            row = rows[slot]
            k = np.int64(_ours(floor.standing[slot], entry.serial)) if passive else taking
            write_fill(
                spec.fees, row.orders, k, row.position, np.int64(engine.prices[entry.level]),
                np.int64(entry.level), abs(entry.size), entry.ts, NO_MESSAGE, scratch, NONE,
                counters,
            )  # fmt: skip
            logged = note_fill(episode, row, scratch[0], slot, facts[slot], log, logged)
        if passive:
            continue
        sample_until(floor, engine, environment, first, entry.ts)
        state, best = floor.states[slot], floor.best[slot]
        advance(state, floor.sizes[slot], best, engine.prices, entry.ts)
        apply(floor.sizes[slot], best, int(entry.side), int(entry.level), entry.size)
        if not aggressive:
            count(settings, state, best, kind, entry.side, entry.level, entry.size)
    if floor.pace[0].recording == 0:
        counts.logged = 0
    timer.digested = counts.logged
    return logged


@lean_kernel
def follow(exchange, row, standing, now):
    """Let the engine's orders of one row be no more than what the row means to have standing.

    Returns:
        Whether there was room for it; if not, calling it again goes on.
    """
    engine = exchange.engine
    for k in range(SLOTS):
        stands = standing[k]
        if stands.slot < 0:
            continue
        order = row.orders[k]
        if not rests(engine, stands.slot, stands.serial):
            stands.slot = -1
            if order.state == RESTING:
                order.state = EMPTY  # a halt took it
            continue
        want = fillable(order, row.position) if order.state == RESTING else np.int64(0)
        if want >= engine.orders[stands.slot].size:
            continue
        if not roomy(exchange):
            return False
        if want > 0:
            amend_down(engine, stands.slot, stands.serial, want, now)
            order.size = want
        else:
            cancel(engine, stands.slot, stands.serial, now)
            stands.slot = -1
            if order.state == RESTING:
                order.state = EMPTY
    return True


@lean_kernel
def arrive(
    floor, exchange, environment, spec, episode, rows, first, slot, k, now, facts, scratch, log,
    logged, counters,
):  # fmt: skip
    """Order `k` of row `slot` reaches the engine, which has room for it, and the others react.

    What the exchange would not take in is counted as refused.

    Returns:
        Fills logged so far.
    """
    row = rows[slot]
    order = row.orders[k]
    if order.expire <= now:
        order.state = EMPTY
        return logged
    counters.take_calls += 1
    want = fillable(order, row.position)
    if want == 0:
        order.state = EMPTY
        return logged
    engine = exchange.engine
    market = floor.markets[environment, slot - first]
    side, level = np.int64(order.side), np.int64(order.level)
    order.size = want
    if crosses(engine, market, side, level):
        order.crossed = 1
    rule = IOC if order.immediate == 1 else GTC
    outcome, filled = place(engine, market, ME, side, level, want, rule, now)
    logged = digest(
        floor, exchange, environment, spec, episode, rows, first, k, facts, scratch, log, logged,
        counters,
    )  # fmt: skip
    if outcome >= 0:
        order.state = RESTING
        order.rested = order.size
        stands = floor.standing[slot, k]
        stands.slot, stands.serial = outcome, engine.orders[outcome].serial
    elif outcome != FILLED:
        order.state = EMPTY
        if outcome != CANCELLED or order.immediate == 0:
            episode.refused += 1
    if filled > 0:
        alert(exchange, market, now)
    return logged


@lean_kernel
def queue_ahead(engine, slot):
    """Size in front of a resting order in its queue, 1e-2 contracts."""
    ahead = np.int64(0)
    before = engine.orders[slot].ahead
    while before >= 0:
        ahead += engine.orders[before].size
        before = engine.orders[before].ahead
    return ahead
