"""What each row sees at a decision: the shared track, its own facts, and the legal actions."""

from __future__ import annotations

from kalshi_exp.env.actions import ACTION_SIZE
from kalshi_exp.env.masks import fill_mask, hold_only
from kalshi_exp.env.placement import limit_level
from kalshi_exp.env.state import CROSS
from kalshi_exp.features.private import observe_private
from kalshi_exp.features.table import FEATURES, MARKET_FEATURES, OBSERVATION
from kalshi_exp.fills.place import free_slot
from kalshi_exp.market.jit import inlined_kernel
from kalshi_exp.market.orders import EMPTY, SLOTS
from kalshi_exp.market.units import BID, NEVER

N_FEATURES = len(FEATURES)


@inlined_kernel
def _own_orders(prices, row, now, facts):
    """The standing order of each side, as facts; an order being cancelled is not one."""
    facts.bid_size = facts.bid_level_price = facts.bid_age = facts.bid_ahead = 0
    facts.ask_size = facts.ask_level_price = facts.ask_age = facts.ask_ahead = 0
    for slot in range(SLOTS):
        order = row.orders[slot]
        if order.state == EMPTY or order.cancel != NEVER:
            continue
        price = prices[row.ladder + order.level]
        if order.side == BID:
            facts.bid_size, facts.bid_level_price = order.size, price
            facts.bid_age, facts.bid_ahead = now - order.sent, order.ahead
        else:
            facts.ask_size, facts.ask_level_price = order.size, price
            facts.ask_age, facts.ask_ahead = now - order.sent, order.ahead


@inlined_kernel
def gather_facts(rules, prices, close, seen, episode, rows, first, slot, now, facts):
    """Write the PRIVATE facts of one row.

    Args:
        rules: RULES record.
        prices: int32 array that holds the market's ladder from its `ladder` on.
        close: end of trading, ns.
        seen: (bid, ask, exit mark of the bid, of the ask), 1e-4 dollars; a touch of -1: none.
        episode: EPISODE record.
        rows: ROW[N].
        first: first row of the episode.
        slot: the row.
        now: ns.
        facts: PRIVATE record, written.
    """
    row = rows[slot]
    facts.cash, facts.reserved = episode.free, episode.cash - episode.free
    facts.initial, facts.equity, facts.peak = episode.initial, episode.equity, episode.peak
    facts.position, facts.cost, facts.realized = row.position, row.cost, row.realized
    facts.fees, facts.limit = row.fees, rules.limit
    facts.bid_price, facts.ask_price, facts.mark_bid, facts.mark_ask = seen
    exposure = 0
    for other in range(first, first + episode.markets):
        if other != slot:
            exposure += rows[other].cost
    facts.other_exposure = exposure
    facts.now = now
    # The last interval runs past its decision, to the close: so may its fills.
    facts.since_fill = max(now - row.last_fill, 0) if row.last_fill >= 0 else -1
    facts.held = max(now - row.opened, 0) if row.opened >= 0 else 0
    facts.decision, facts.horizon = episode.tick - episode.start, episode.stop - episode.start
    facts.remaining = close - now
    _own_orders(prices, row, now, facts)


@inlined_kernel
def see_nothing(slot, observation, mask, weight, levels):
    """Write what a row without a market sees: nothing, and HOLD is all it may do."""
    observation[slot, :] = 0.0
    hold_only(mask[slot], levels[slot])
    weight[slot] = 0.0


@inlined_kernel
def may_trade(row, now, close, bid, ask, ladder, news):
    """Whether there is anything to decide: news, an open two-sided market, a free order slot."""
    if not news or now >= close or bid < 0 or ask >= ladder or row.settled == 1:
        return False
    return free_slot(row.orders) >= 0


@inlined_kernel
def switch(switches, line):
    """Zero what is switched off in a line float32[OBSERVATION], and append the group mask."""
    for column in range(N_FEATURES):
        line[column] *= switches[column]
    for column in range(N_FEATURES, OBSERVATION):
        line[column] = switches[column]


@inlined_kernel
def _limits(placement, pack, market, message, bid, ask, now, levels):
    """Write int64[2, 2], the limit level of each side's small and large orders."""
    for side in range(2):
        levels[side, 0] = limit_level(
            placement, pack, market, message, side, ACTION_SIZE[1], bid, ask, now
        )
        levels[side, 1] = levels[side, 0]
        if placement == CROSS:
            levels[side, 1] = limit_level(
                placement, pack, market, message, side, ACTION_SIZE[-1], bid, ask, now
            )


@inlined_kernel
def observe_episode(
    rules, spec, pack, tracks, switches, episode, rows, first, slots, facts, observation, mask,
    weight, levels, patterns,
):  # fmt: skip
    """Write observation, mask and weight of every row of one episode on a tape.

    Args:
        rules: RULES record.
        spec: SPEC record.
        pack: the tape.
        tracks: the market tracks.
        switches: float32[OBSERVATION], 1 for features whose group is on and, at the end, the
            group mask itself.
        episode: EPISODE record.
        rows: ROW[N].
        first: first row of the episode.
        slots: rows an episode owns; those beyond its markets see nothing and may only HOLD.
        facts: PRIVATE scratch record.
        observation: float32[N, OBSERVATION], written.
        mask: bool[N, 21], written.
        weight: float32[N], written.
        levels: int64[N, 2, 2], written.
        patterns: float32[N, len(PATTERNS)], written where the tracks have them.
    """
    for slot in range(first, first + slots):
        row = rows[slot]
        if row.market < 0:
            see_nothing(slot, observation, mask, weight, levels)
            continue
        at = tracks.row[row.market] + episode.tick
        now = tracks.ts[at]
        m = pack.markets[row.market]
        message = tracks.message[at]
        known = message >= m.first
        bid = pack.bid[message] if known else -1
        ask = pack.ask[message] if known else m.levels
        news = tracks.news[at] and episode.done == 0
        hold_only(mask[slot], levels[slot])
        if may_trade(row, now, m.close, bid, ask, m.levels, news):
            _limits(rules.placement, pack, row.market, message, bid, ask, now, levels[slot])
            fill_mask(
                rules, spec.fees, pack, row, episode.free, mask[slot],
                levels[slot],
            )  # fmt: skip
        weight[slot] = 1.0 if news else 0.0
        seen = (
            tracks.bid_price[at], tracks.ask_price[at], tracks.mark_bid[at], tracks.mark_ask[at]
        )  # fmt: skip
        gather_facts(rules, pack.prices, m.close, seen, episode, rows, first, slot, now, facts)
        observe_private(facts, observation[slot, MARKET_FEATURES:N_FEATURES])
        for column in range(MARKET_FEATURES):
            observation[slot, column] = tracks.features[at, column]
        for column in range(tracks.patterns.shape[1]):
            patterns[slot, column] = tracks.patterns[at, column]
        switch(switches, observation[slot])
