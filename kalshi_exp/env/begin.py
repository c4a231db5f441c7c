"""The start of an episode: which session, from which decision, with which luck."""

from __future__ import annotations

from kalshi_exp.fills.footprint import clear_footprint
from kalshi_exp.market.draws import CHECK_START, integer, mix
from kalshi_exp.market.jit import inlined_kernel, lean_kernel
from kalshi_exp.market.orders import EMPTY, SLOTS
from kalshi_exp.market.units import NEVER


@lean_kernel
def clear_row(row, market):
    """Make a row's private state that of a market not traded yet; its ladder begins at 0."""
    for slot in range(SLOTS):
        order = row.orders[slot]
        order.state = EMPTY
        order.cancel = NEVER
        order.serial = 0
        order.arrive = 0
    clear_footprint(row.footprint)
    row.market = market
    row.position = row.flow = row.cost = row.realized = row.fees = row.reserved = row.pnl = 0
    row.serial = row.settled = row.ladder = 0
    row.last_fill = row.opened = -1


@inlined_kernel
def _open_account(rules, session, episode):
    episode.session = session
    episode.count += 1
    episode.cash = episode.initial = episode.equity = episode.peak = rules.cash
    episode.drawdown = episode.turnover = episode.decisions = episode.refused = 0


@lean_kernel
def leave_idle(rules, episode, rows, first, slots):
    """Leave an environment without a session: its rows see nothing and may only HOLD."""
    _open_account(rules, -1, episode)
    episode.done = 1
    episode.markets = 0
    for slot in range(first, first + slots):
        clear_row(rows[slot], -1)


@lean_kernel
def begin_episode(
    rules, environment, session, market, markets, last_tick, episode, rows, first, slots
):  # fmt: skip
    """Begin an episode of `session` in an environment.

    Args:
        rules: RULES record.
        environment: the environment's number.
        session: session number within the world's sessions.
        market: the session's first market, in the world's numbering.
        markets: how many it has.
        last_tick: number of the session's last decision time.
        episode: EPISODE record.
        rows: ROW[N].
        first: first row of the episode.
        slots: rows an episode owns.
    """
    _open_account(rules, session, episode)
    episode.done = 0
    episode.first_market, episode.markets = market, markets
    episode.start = 0
    if rules.random_start == 1:
        latest = max(last_tick - rules.horizon, 0)
        episode.start = integer(
            rules.seed, session, environment, episode.count, CHECK_START, latest + 1
        )
    episode.tick = episode.start
    episode.stop = last_tick
    if rules.horizon > 0:
        episode.stop = min(last_tick, episode.start + rules.horizon)
    episode.luck = rules.seed
    if rules.horizon > 0:
        episode.luck = mix(rules.seed, environment, episode.count, 0, CHECK_START) >> 1
    for slot in range(slots):
        inside = slot < episode.markets
        clear_row(rows[first + slot], market + slot if inside else -1)
