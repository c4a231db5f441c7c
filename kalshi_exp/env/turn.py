"""A turn: what a step does to orders and money, the same in every world."""

from __future__ import annotations

import numpy as np

from kalshi_exp.env.actions import ACTION_REDUCE, ACTION_SIDE, ACTION_SIZE, HOLD, N_ACTIONS
from kalshi_exp.env.ledger import book_fill, mark, mark_account
from kalshi_exp.env.masks import NO_LEVEL, affordable, sale_size, standing
from kalshi_exp.env.placement import WALK_FROM
from kalshi_exp.fills.place import cancel_side, free_slot, send
from kalshi_exp.market.account import reserved
from kalshi_exp.market.draws import decision_key
from kalshi_exp.market.jit import inlined_kernel, lean_kernel
from kalshi_exp.market.latency import cancel_delay_ns, order_delay_ns
from kalshi_exp.market.orders import CALL_BACK, EMPTY, PLACE, SLOTS
from kalshi_exp.market.units import BID, MONEY_ONE, SIZE_ONE

DOLLARS = 1.0 / MONEY_ONE
CONTRACTS = 1.0 / SIZE_ONE
PNL, FEES, PASSIVE, AGGRESSIVE, PASSIVE_PLACED, AGGRESSIVE_PLACED = 0, 1, 2, 3, 4, 5
POSITION, TOTAL_PNL, EQUITY = 6, 7, 8
NO_ACTION = np.int64(-1)  # action of an order that an intent placed


@inlined_kernel
def free_cash(episode, rows, first):
    """Money of the account that no live order of any of its markets has reserved."""
    free = episode.cash
    for slot in range(first, first + episode.markets):
        free -= rows[slot].reserved
    return free


@inlined_kernel
def hold_back(spec, prices, row):
    """Recompute what the market's live orders can still cost."""
    row.reserved = reserved(row.orders, row.position, prices, row.ladder, spec.fees)


@inlined_kernel
def carry_out(
    rules, spec, ladders, episode, ordinal, row, now, action, legal, levels, free
):  # fmt: skip
    """Turn an action into an order on its own side of the book.

    An order replaces only the one on its own side of the book (`send`). An action that is not
    legal, or whose cash a sibling market took a moment ago, is refused and counted.

    Args:
        rules: RULES record.
        spec: SPEC record.
        ladders: whatever has `prices`, with the market's from `row.ladder` on: pack or engine.
        episode: EPISODE record.
        ordinal: the market's place within its session.
        row: ROW record.
        now: ns.
        action: number of the action.
        legal: bool[21].
        levels: int64[2, 2], limit levels.
        free: the account's free money.
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
    spent = free < episode.free  # a sibling market acted since the masks were made
    if spent and reduce == 0 and not affordable(spec.fees, ladders, row, side, level, size, free):
        episode.refused += 1
        return
    _send(
        rules, spec, ladders.prices, episode, ordinal, row, now, side, level, size, reduce,
        np.int64(0), action,
    )  # fmt: skip


@lean_kernel
def _send(
    rules, spec, prices, episode, ordinal, row, now, side, level, size, reduce, immediate, action
):  # fmt: skip
    """Send an order from a row that has a free slot."""
    key = decision_key(episode.luck, episode.key, ordinal, episode.tick)
    delay = order_delay_ns(spec.latency, key, side)
    cancel_delay = delay
    if spec.latency.alike == 0:
        cancel_delay = cancel_delay_ns(spec.latency, key, side)
    slot = send(
        row.orders, side, level, size, reduce, immediate, action, now, delay, cancel_delay,
        rules.ttl, row.serial + 1,
    )  # fmt: skip
    row.serial = max(row.serial, row.orders[slot].serial)
    hold_back(spec, prices, row)


@lean_kernel
def carry_out_intents(
    rules, spec, ladders, episode, ordinal, row, now, intents, limits, priced, free
):  # fmt: skip
    """Carry out what a row asks for on either side of the book.

    An order is refused and counted where no order may be sent, when it is off the ladder or has no
    size, and when the position limit, free cash or the four slots leave no room for it. As with
    actions, an order replaces the one on its own side, and a smaller one at its price shrinks it.

    Args:
        rules: RULES record.
        spec: SPEC record.
        ladders: whatever has `prices`, with the market's from `row.ladder` on: pack or engine.
        episode: EPISODE record.
        ordinal: the market's place within its session.
        row: ROW record.
        now: ns.
        intents: INTENT[2], by side.
        limits: int64[2, 2], the limit levels of actions; none: no order may be sent.
        priced: (bool, bool), whether each side's level is on the ladder that is in force.
        free: the account's free money.
    """
    for side in range(2):
        intent = intents[side]
        if intent.asked == CALL_BACK:
            key = decision_key(episode.luck, episode.key, ordinal, episode.tick)
            cancel_side(row.orders, side, now + cancel_delay_ns(spec.latency, key, side))
        if intent.asked != PLACE:
            continue
        level, size = np.int64(intent.level), intent.size
        if intent.reduce == 1:
            size = sale_size(row.position, side, size)
        position = row.position if side == BID else -row.position
        open_here = limits[side, 0] != NO_LEVEL and free_slot(row.orders) >= 0
        fits = open_here and size > 0 and priced[side]
        if fits and intent.reduce == 0:
            fits = size <= rules.limit - position - standing(row.orders, side) and affordable(
                spec.fees, ladders, row, side, level, size, free
            )
        if not fits:
            episode.refused += 1
            continue
        before = row.reserved
        _send(
            rules, spec, ladders.prices, episode, ordinal, row, now, side, level, size,
            np.int64(intent.reduce), np.int64(intent.immediate), NO_ACTION,
        )  # fmt: skip
        free -= row.reserved - before


@lean_kernel
def _youngest_order(rows, first, markets):
    """(slot, row) of the order of an account that was sent last; (-1, -1) when none is live."""
    youngest, owner = -1, -1
    for number in range(first, first + markets):
        for slot in range(SLOTS):
            order = rows[number].orders[slot]
            if order.state != EMPTY and (
                owner < 0 or order.sent > rows[owner].orders[youngest].sent
            ):
                youngest, owner = slot, number
    return youngest, owner


@lean_kernel
def margin_cancel(spec, prices, rows, first, episode):
    """Cancel youngest orders, as Kalshi does, while rounding left less cash than is reserved."""
    while free_cash(episode, rows, first) < 0:
        youngest, owner = _youngest_order(rows, first, episode.markets)
        if owner < 0:
            return
        rows[owner].orders[youngest].state = EMPTY
        hold_back(spec, prices, rows[owner])


@inlined_kernel
def note_placed(orders, since, until, facts):
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
def note_fill(episode, row, fill, number, facts, log, logged):
    """Book a fill of row `number`, add it to the facts and to the step's log if one is kept.

    Returns:
        Fills logged so far in this step.
    """
    book_fill(episode, row, fill)
    facts[FEES] += fill.fee * DOLLARS
    facts[PASSIVE if fill.passive == 1 else AGGRESSIVE] += fill.size * CONTRACTS
    if logged < log.rows.shape[0]:
        log.fills[logged] = fill
        log.rows[logged] = number
        logged += 1
    return logged


@inlined_kernel
def mark_row(row, bid_price, ask_price, facts):
    """Mark a market to the side one would exit on, and write the facts of its step."""
    change = mark(row, bid_price, ask_price)
    facts[PNL] = change * DOLLARS
    facts[POSITION] = row.position * CONTRACTS
    facts[TOTAL_PNL] = row.pnl * DOLLARS


@inlined_kernel
def end_step(episode, rows, first, facts):
    """Mark the account, and let the decision be the next one."""
    mark_account(episode, rows, first)
    for slot in range(first, first + episode.markets):
        facts[slot, EQUITY] = episode.equity * DOLLARS
    episode.tick += 1
    episode.decisions += 1
