"""The step of the tape world: actions to orders, to fills, to money, to facts."""

from __future__ import annotations

from kalshi_exp.env.actions import ACTION_REDUCE, ACTION_SIDE, ACTION_SIZE, HOLD, N_ACTIONS
from kalshi_exp.env.ledger import book_fill, book_settlement, mark, mark_account
from kalshi_exp.env.masks import affordable, sale_size
from kalshi_exp.env.placement import WALK_FROM
from kalshi_exp.fills.execute import execute
from kalshi_exp.fills.place import live_orders, send
from kalshi_exp.market.account import reserved
from kalshi_exp.market.draws import CHECK_LATENCY, uniform
from kalshi_exp.market.jit import inlined_kernel, lean_kernel
from kalshi_exp.market.latency import latency_ns
from kalshi_exp.market.orders import EMPTY, SLOTS
from kalshi_exp.market.units import MONEY_ONE, SIZE_ONE

DOLLARS = 1.0 / MONEY_ONE
CONTRACTS = 1.0 / SIZE_ONE
PNL, FEES, PASSIVE, AGGRESSIVE, PASSIVE_PLACED, AGGRESSIVE_PLACED = 0, 1, 2, 3, 4, 5
POSITION, TOTAL_PNL, EQUITY = 6, 7, 8


@inlined_kernel
def free_cash(episode, rows, first):
    """Money of the account that no live order of any of its markets has reserved."""
    free = episode.cash
    for slot in range(first, first + episode.markets):
        free -= rows[slot].reserved
    return free


@inlined_kernel
def hold_back(spec, pack, row):
    """Recompute what the market's live orders can still cost."""
    m = pack.markets[row.market]
    row.reserved = reserved(row.orders, row.position, pack.prices, m.price, spec.fees)


@inlined_kernel
def carry_out(rules, spec, pack, episode, row, now, action, legal, levels, free):
    """Turn an action into an order on its own side of the book.

    An order replaces only the one on its own side of the book (`send`). An action that is not
    legal, or whose cash a sibling market took a moment ago, is refused and counted.
    """
    if action == HOLD:
        return
    if action < 0 or action >= N_ACTIONS or not legal[action]:
        episode.refused += 1
        return
    side = ACTION_SIDE[action]
    size = ACTION_SIZE[action]
    reduce = ACTION_REDUCE[action]
    if reduce == 1:
        size = sale_size(row.position, side, size)
    level = levels[side, 1] if size >= WALK_FROM else levels[side, 0]
    m = pack.markets[row.market]
    spent = free < episode.free  # a sibling market acted since the masks were made
    if spent and reduce == 0 and not affordable(spec.fees, pack, row, side, level, size, free):
        episode.refused += 1
        return
    u = uniform(episode.luck, m.key, m.ordinal, episode.tick, CHECK_LATENCY)
    slot = send(
        row.orders, side, level, size, reduce, 0, action, now, latency_ns(spec.latency, u),
        rules.ttl, row.serial + 1,
    )  # fmt: skip
    row.serial = max(row.serial, row.orders[slot].serial)
    hold_back(spec, pack, row)


@lean_kernel
def margin_cancel(spec, pack, rows, first, episode):
    """Cancel youngest orders, as Kalshi does, while rounding left less cash than is reserved."""
    while free_cash(episode, rows, first) < 0:
        youngest, owner = -1, -1
        for number in range(first, first + episode.markets):
            for slot in range(SLOTS):
                order = rows[number].orders[slot]
                if order.state != EMPTY and (
                    owner < 0 or order.sent > rows[owner].orders[youngest].sent
                ):
                    youngest, owner = slot, number
        if owner < 0:
            return
        rows[owner].orders[youngest].state = EMPTY
        hold_back(spec, pack, rows[owner])


@inlined_kernel
def _placed(orders, since, until, facts):
    """Add the contracts that reached the exchange in (since, until] to the facts."""
    for slot in range(SLOTS):
        order = orders[slot]
        # Without latency an order arrives at the instant it is sent, which is this interval's.
        arrive = max(order.arrive, order.sent + 1)
        if order.serial > 0 and since < arrive <= until:
            if order.crossed == 1:
                facts[AGGRESSIVE_PLACED] += order.placed * CONTRACTS
            facts[PASSIVE_PLACED] += order.rested * CONTRACTS


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
        spec, pack, row.market, row.orders, row.consumed, row.position, tracks.message[at],
        message_to, until, episode.luck, episode.tick, fills, counters,
    )  # fmt: skip
    _placed(row.orders, now, until, facts)
    for i in range(count):
        fill = fills[i]
        book_fill(episode, row, fill)
        facts[FEES] += fill.fee * DOLLARS
        facts[PASSIVE if fill.passive == 1 else AGGRESSIVE] += fill.size * CONTRACTS
        if logged < log.rows.shape[0]:
            log.fills[logged] = fill
            log.rows[logged] = number
            logged += 1
    if count > 0 or live_orders(row.orders) != live:
        hold_back(spec, pack, row)
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
        slot = first + (turn + episode.tick) % episode.markets
        row = rows[slot]
        carry_out(
            rules, spec, pack, episode, row, now, actions[slot], legal[slot], levels[slot],
            free_cash(episode, rows, first),
        )  # fmt: skip
    for slot in range(first, first + episode.markets):
        row = rows[slot]
        m = pack.markets[row.market]
        next_at = tracks.row[row.market] + episode.tick + 1
        until = tracks.ts[next_at]
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
        change = mark(row, tracks.mark_bid[next_at], tracks.mark_ask[next_at])
        facts[slot, PNL] = change * DOLLARS
        facts[slot, POSITION] = row.position * CONTRACTS
        facts[slot, TOTAL_PNL] = row.pnl * DOLLARS
    margin_cancel(spec, pack, rows, first, episode)
    mark_account(episode, rows, first)
    for slot in range(first, first + episode.markets):
        facts[slot, EQUITY] = episode.equity * DOLLARS
    episode.tick += 1
    episode.decisions += 1
    return logged
