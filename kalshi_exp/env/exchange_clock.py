"""Time in the exchange world: from the opening to an episode's start, and between decisions.

Others play until something is due of ours, then that is done, and so on. `plan` says until when,
`react` does what is due; what is under way is told by the stage of the environment's timer alone,
so a stop for want of room costs nothing: it goes on where it was. Others play between the two, in
the caller: whatever calls a kernel as large as theirs is compiled together with it.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.env.begin import begin_episode
from kalshi_exp.env.exchange_floor import ARRIVING, MEETING, READY, WARMING
from kalshi_exp.env.exchange_orders import arrive, follow
from kalshi_exp.env.exchange_view import look
from kalshi_exp.env.ledger import book_settlement
from kalshi_exp.env.turn import end_step, hold_back, margin_cancel, mark_row, note_placed
from kalshi_exp.exchange.engine import settle
from kalshi_exp.exchange.exchange import roomy
from kalshi_exp.fills.execute import next_event
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.orders import EMPTY, SENT, SLOTS
from kalshi_exp.market.units import ASK, BID

NO_ROOM = np.int64(-1)


@lean_kernel
def _all_follow(floor, exchange, episode, rows, first, now):
    for slot in range(first, first + episode.markets):
        if not follow(exchange, rows[slot], floor.standing[slot], now):
            return False
    return True


@lean_kernel
def _half(clock):
    return clock.start + (clock.close - clock.start) // 2


@lean_kernel
def plan(floor, exchange, environment, episode, rows, first):
    """Until when the others may play before something of ours is due.

    Returns:
        ns, what happens before it is theirs; NO_ROOM: call it again when there is room.
    """
    timer, every, clock = floor.timers[environment], floor.pace[0].every, exchange.clock[0]
    if timer.stage == MEETING:
        timer.at = _half(clock)
        if exchange.agenda[0].waiting > 0:
            timer.at = min(timer.at, exchange.events[0].ts)
        return timer.at + 1
    now = timer.start + episode.tick * every
    if timer.stage == WARMING:
        return now - every + 1
    if timer.stage == ARRIVING:
        return now + 1
    if not _all_follow(floor, exchange, episode, rows, first, timer.at):
        return NO_ROOM
    timer.due, timer.row, timer.order = clock.close, -1, -1
    for slot in range(first, first + episode.markets):
        at, k, _, _ = next_event(rows[slot].orders, clock.close)
        if k >= 0 and at < timer.due:
            timer.due, timer.row, timer.order = at, slot, k
    target = clock.close if timer.looked == 1 else now + every
    if timer.row >= 0 and timer.due <= target:
        return timer.due + 1
    timer.due, timer.row = target, -1
    return min(target + 1, clock.close)


@lean_kernel
def _two_sided(engine):
    for market in range(engine.open.size):
        if engine.best[market, BID] >= 0 and engine.best[market, ASK] < engine.prices.size:
            return True
    return False


@lean_kernel
def _begin(rules, floor, exchange, environment, session, episode, rows, first):
    """The first decision is the first moment at which a market is two-sided, or half time."""
    timer, clock, every = floor.timers[environment], exchange.clock[0], floor.pace[0].every
    if timer.at < _half(clock) and not _two_sided(exchange.engine):
        return
    slots = floor.markets.shape[1]
    timer.start = timer.at
    timer.ticks = (clock.close - timer.start + every - 1) // every
    begin_episode(
        rules, environment, session, session * slots, slots, timer.ticks - 1, episode, rows, first,
        slots,
    )  # fmt: skip
    timer.stage = WARMING if episode.tick > 0 else ARRIVING


@lean_kernel
def react(
    rules, spec, floor, exchange, environment, session, episode, rows, first, facts, scratch, log,
    logged, counters, observation,
):  # fmt: skip
    """Do what is due after the others have played until `plan` said; READY: a decision is due.

    Returns:
        (whether there was room for it, fills logged so far).
    """
    timer, every = floor.timers[environment], floor.pace[0].every
    if timer.stage == MEETING:
        _begin(rules, floor, exchange, environment, session, episode, rows, first)
        return True, logged
    if timer.stage == WARMING:
        for slot in range(first, first + episode.markets):
            floor.seen[slot].news = 0  # news is what came since the decision before
        timer.stage = ARRIVING
        return True, logged
    if timer.stage == ARRIVING:
        timer.at = episode.now = timer.start + episode.tick * every
        look(floor, exchange, environment, rows, first, episode.now, observation)
        timer.stage = READY
        return True, logged
    if timer.row >= 0:
        return _carry_on(
            spec, floor, exchange, environment, episode, rows, first, facts, scratch, log, logged,
            counters,
        )  # fmt: skip
    timer.at = timer.due
    if not _all_follow(floor, exchange, episode, rows, first, timer.at):
        return False, logged
    ending = episode.tick + 1 >= timer.ticks - 1
    if timer.looked == 0:
        look(floor, exchange, environment, rows, first, timer.at, observation)
        timer.looked = 1
        if ending:
            return True, logged
    _conclude(spec, floor, exchange, environment, episode, rows, first, facts, ending)
    timer.stage = READY
    return True, logged


@lean_kernel
def _carry_on(
    spec, floor, exchange, environment, episode, rows, first, facts, scratch, log, logged, counters
):  # fmt: skip
    """An order arrives or ends."""
    timer = floor.timers[environment]
    order = rows[timer.row].orders[timer.order]
    if order.state == EMPTY:
        return True, logged  # it filled before
    if not roomy(exchange):
        return False, logged
    timer.at = timer.due
    if order.state == SENT:
        logged = arrive(
            floor, exchange, environment, spec, episode, rows, first, timer.row, timer.order,
            timer.due, facts, scratch, log, logged, counters,
        )  # fmt: skip
    else:
        order.state = EMPTY
    return True, logged


@lean_kernel
def _conclude(spec, floor, exchange, environment, episode, rows, first, facts, ending):
    """Bring money up to date with what happened in a step; after the last one, settle."""
    timer, prices = floor.timers[environment], exchange.engine.prices
    for slot in range(first, first + episode.markets):
        row, seen = rows[slot], floor.seen[slot]
        note_placed(row.orders, episode.now, timer.at, facts[slot])
        if ending:
            for k in range(SLOTS):
                row.orders[k].state = EMPTY
            market = floor.markets[environment, slot - first]
            book_settlement(episode, row, exchange.settlement[market])
            settle(exchange.engine, market, exchange.settlement[market])
        else:
            hold_back(spec, prices, row)
        mark_row(row, seen.mark_bid, seen.mark_ask, facts[slot])
    margin_cancel(spec, prices, rows, first, episode)
    end_step(episode, rows, first, facts)
    episode.now = timer.start + episode.tick * floor.pace[0].every
