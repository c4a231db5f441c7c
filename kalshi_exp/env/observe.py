"""What each row sees at a decision: the shared track, its own facts, and the legal actions."""

from __future__ import annotations

from kalshi_exp.env.masks import fill_mask, hold_only
from kalshi_exp.features.private import observe_private
from kalshi_exp.features.table import FEATURES, MARKET_FEATURES, OBSERVATION
from kalshi_exp.market.jit import inlined_kernel
from kalshi_exp.market.orders import EMPTY, SLOTS
from kalshi_exp.market.units import BID, NEVER

N_FEATURES = len(FEATURES)


@inlined_kernel
def _own_orders(pack, row, now, facts):
    """The standing order of each side, as facts; an order being cancelled is not one."""
    m = pack.markets[row.market]
    facts.bid_size = facts.bid_level_price = facts.bid_age = facts.bid_ahead = 0
    facts.ask_size = facts.ask_level_price = facts.ask_age = facts.ask_ahead = 0
    for slot in range(SLOTS):
        order = row.orders[slot]
        if order.state == EMPTY or order.cancel != NEVER:
            continue
        price = pack.prices[m.price + order.level]
        if order.side == BID:
            facts.bid_size, facts.bid_level_price = order.size, price
            facts.bid_age, facts.bid_ahead = now - order.sent, order.ahead
        else:
            facts.ask_size, facts.ask_level_price = order.size, price
            facts.ask_age, facts.ask_ahead = now - order.sent, order.ahead


@inlined_kernel
def gather_facts(rules, pack, tracks, episode, rows, first, slot, facts):
    """Write the PRIVATE facts of one row."""
    row = rows[slot]
    at = tracks.row[row.market] + episode.tick
    now = tracks.ts[at]
    facts.cash, facts.reserved = episode.free, episode.cash - episode.free
    facts.initial, facts.equity, facts.peak = episode.initial, episode.equity, episode.peak
    facts.position, facts.cost, facts.realized = row.position, row.cost, row.realized
    facts.fees, facts.limit = row.fees, rules.limit
    facts.mark_bid, facts.mark_ask = tracks.mark_bid[at], tracks.mark_ask[at]
    facts.bid_price, facts.ask_price = tracks.bid_price[at], tracks.ask_price[at]
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
    facts.remaining = pack.markets[row.market].close - now
    _own_orders(pack, row, now, facts)


@inlined_kernel
def observe_episode(
    rules, spec, pack, tracks, switches, episode, rows, first, slots, facts, observation, mask,
    weight, levels,
):  # fmt: skip
    """Write observation, mask and weight of every row of one episode.

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
    """
    for slot in range(first, first + slots):
        row = rows[slot]
        if row.market < 0:
            observation[slot, :] = 0.0
            hold_only(mask[slot], levels[slot])
            weight[slot] = 0.0
            continue
        at = tracks.row[row.market] + episode.tick
        m = pack.markets[row.market]
        message = tracks.message[at]
        seen = message >= m.first
        bid = pack.bid[message] if seen else -1
        ask = pack.ask[message] if seen else m.levels
        news = tracks.news[at] and episode.done == 0
        fill_mask(
            rules, spec.fees, pack, row.market, row, episode.free, tracks.ts[at], message, bid, ask,
            news, mask[slot], levels[slot],
        )  # fmt: skip
        weight[slot] = 1.0 if news else 0.0
        gather_facts(rules, pack, tracks, episode, rows, first, slot, facts)
        observe_private(facts, observation[slot, MARKET_FEATURES:N_FEATURES])
        for column in range(MARKET_FEATURES):
            observation[slot, column] = tracks.features[at, column]
        for column in range(N_FEATURES):
            observation[slot, column] *= switches[column]
        for column in range(N_FEATURES, OBSERVATION):
            observation[slot, column] = switches[column]
