"""The step of the tape world: actions to orders, to fills, to money, to facts."""

from __future__ import annotations

import numpy as np

from kalshi_exp.env.ledger import book_settlement
from kalshi_exp.env.turn import (
    carry_out,
    end_step,
    free_cash,
    hold_back,
    margin_cancel,
    mark_row,
    note_fill,
    note_placed,
)
from kalshi_exp.fills.execute import execute
from kalshi_exp.fills.impact import half_widening
from kalshi_exp.fills.place import live_orders
from kalshi_exp.market.jit import inlined_kernel
from kalshi_exp.market.units import PRICE_ONE


@inlined_kernel
def play_interval(
    spec, pack, tracks, episode, row, number, until, message_to, facts, fills, log, logged, counters
):
    """Run one market from its decision to the next, and book what filled.

    Args:
        spec: SPEC record.
        pack: the tape.
        tracks: the market tracks.
        episode: EPISODE record.
        row: ROW record.
        number: row number, written beside each logged fill.
        until: end of the interval, ns.
        message_to: last message of the interval.
        facts: float64[FACTS] of the row, written.
        fills: FILL scratch.
        log: (FILL[...], int64[...]) of this step; not kept when empty.
        logged: fills logged so far in this step.
        counters: COUNTERS record of the row's environment.

    Returns:
        Fills logged so far.
    """
    live = live_orders(row.orders)
    if live == 0:
        return logged
    at = tracks.row[row.market] + episode.tick
    now = tracks.ts[at]
    count, _ = execute(
        spec, pack, row.market, row.orders, row.footprint, row.position, tracks.message[at],
        message_to, until, episode.luck, episode.tick, fills, counters,
    )  # fmt: skip
    note_placed(row.orders, now, until, facts)
    for i in range(count):
        logged = note_fill(episode, row, fills[i], number, facts, log, logged)
    if count > 0 or live_orders(row.orders) != live:
        hold_back(spec, pack.prices, row)
    return logged


@inlined_kernel
def step_episode(
    rules, spec, pack, tracks, episode, rows, first, actions, legal, levels, facts, fills, log,
    logged, counters,
):  # fmt: skip
    """One decision of one episode: all its markets act in rotated order, then time passes.

    At the last decision of a session the interval runs to each market's close and settlement.

    Returns:
        Fills logged so far in this step.
    """
    market = episode.first_market
    last_tick = tracks.row[market + 1] - tracks.row[market] - 1
    ending = episode.tick + 1 >= last_tick
    now = tracks.ts[tracks.row[market] + episode.tick]
    for turn in range(episode.markets):
        ordinal = (turn + episode.tick) % episode.markets
        slot = first + ordinal
        row = rows[slot]
        carry_out(
            rules, spec, pack, episode, ordinal, row, now, actions[slot], legal[slot],
            levels[slot], free_cash(episode, rows, first),
        )  # fmt: skip
    for slot in range(first, first + episode.markets):
        row = rows[slot]
        m = pack.markets[row.market]
        next_at = tracks.row[row.market] + episode.tick + 1
        until = tracks.ts[next_at]
        episode.now = until
        message_to = tracks.message[next_at]
        if ending:
            until = max(until, m.close)
            message_to = m.last - 1
        logged = play_interval(
            spec, pack, tracks, episode, row, slot, until, message_to, facts[slot], fills, log,
            logged, counters,
        )  # fmt: skip
        if until >= m.close and row.settled == 0 and m.settlement >= 0:
            book_settlement(episode, row, m.settlement)
        wider = np.int64(0)
        if spec.impact.on == 1:
            wider = np.int64(half_widening(spec.impact, row.footprint, until))
        mark_row(
            row, max(tracks.mark_bid[next_at] - wider, 0),
            min(tracks.mark_ask[next_at] + wider, PRICE_ONE), facts[slot],
        )  # fmt: skip
    margin_cancel(spec, pack.prices, rows, first, episode)
    end_step(episode, rows, first, facts)
    return logged
