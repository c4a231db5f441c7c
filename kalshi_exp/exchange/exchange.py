"""The whole exchange as arrays: the engine, the traders around it, and the clock.

An agent enters with `submit` between two calls of `advance`, as one more owner. Every trader's
draws are keyed by (seed, session, market, trader, ordinal), so that the others' luck stays theirs
when an agent comes; what changes is only the book they meet.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.config.fill import Fees
from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange.agenda import (
    AGENDA,
    ALERT,
    EVENT,
    LOOK,
    NEWS,
    NO_ORDER,
    QUOTE,
    REST,
    TAKE,
    WITHDRAW,
    grow_agenda,
    pop,
    push,
)
from kalshi_exp.exchange.belief import STEP, walk
from kalshi_exp.exchange.engine import Engine, cancel, grow, new_engine, place
from kalshi_exp.exchange.labels import LABEL
from kalshi_exp.exchange.owners import AGENT, INFORMED, NOISE
from kalshi_exp.exchange.parameters import make_parameters
from kalshi_exp.exchange.sampling import INSIDER, TRADERS, draw, exponential_ns
from kalshi_exp.exchange.traders.informed import look
from kalshi_exp.exchange.traders.maker import QUOTED, alert, quote
from kalshi_exp.exchange.traders.noise import rest, take
from kalshi_exp.market.fees import make_fees
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.jit import kernel, lean_kernel
from kalshi_exp.market.units import PRICE_ONE, SECOND

_REACTION = np.int64(63)  # check of a draw

CLOCK = np.dtype(
    [
        ("seed", np.int64),
        ("number", np.int64),  # of the session
        ("start", np.int64),  # ns
        ("close", np.int64),  # ns; nothing happens from here on
        ("now", np.int64),  # everything before is done
    ],
    align=True,
)
"""Where the simulation is."""


class Exchange(NamedTuple):
    """Arrays of one simulated event of M markets.

    Attributes:
        engine: the matching engine.
        events: EVENT[capacity], a heap of what the traders do next.
        agenda: AGENDA[1].
        quotes: QUOTED[M, makers, 2, levels], the makers' orders.
        answered: int64[M, makers], for how much of its fills each was called.
        ordinals: int64[M, TRADERS], how often each trader has drawn.
        belief: float64[M, K], the true probability each `belief.STEP`.
        settlement: int64[M], 1e-4 dollars.
        parameters: PARAMETERS[1].
        clock: CLOCK[1].
        labels: LABEL[capacity], what was planted so far.
        noted: int64[1], how many of them are written.
    """

    engine: Engine
    events: np.ndarray
    agenda: np.ndarray
    quotes: np.ndarray
    answered: np.ndarray
    ordinals: np.ndarray
    belief: np.ndarray
    settlement: np.ndarray
    parameters: np.ndarray
    clock: np.ndarray
    labels: np.ndarray
    noted: np.ndarray


@kernel
def _open(exchange):
    """Draw each market's truth and call every trader for the first time."""
    clock, traits = exchange.clock[0], exchange.parameters[0]
    belief, noise, informed = traits.belief, traits.noise, traits.informed
    news = np.zeros(exchange.belief.shape[1], np.bool_)
    for market in range(exchange.belief.shape[0]):
        won = walk(
            clock.seed, clock.number, market, belief.volatility_cents, belief.jumps_per_hour,
            belief.jump_cents, belief.opening, exchange.belief[market], news,
        )  # fmt: skip
        exchange.settlement[market] = PRICE_ONE if won else 0
        agenda = exchange.agenda[0]
        for who in range(traits.maker.count):
            push(exchange.events, agenda, clock.start, QUOTE, market, who, NO_ORDER)
        if noise.rest_rate * noise.strength > 0.0:
            push(exchange.events, agenda, clock.start + 1, REST, market, NO_ORDER, NO_ORDER)
        if noise.take_rate * noise.strength > 0.0:
            push(exchange.events, agenda, clock.start + SECOND, TAKE, market, NO_ORDER, NO_ORDER)
        if informed.rate * informed.strength > 0.0:
            push(exchange.events, agenda, clock.start + SECOND, LOOK, market, NO_ORDER, NO_ORDER)
            for k in range(news.size):
                if news[k]:
                    u = draw(clock.seed, clock.number, market, INSIDER, k, _REACTION)
                    at = clock.start + k * STEP + exponential_ns(u, informed.reaction_ms / 1e3)
                    push(exchange.events, agenda, at, NEWS, market, NO_ORDER, NO_ORDER)


def new_exchange(
    scenario: Scenario, seed: int, number: int, start: int, agents: int = 0
) -> Exchange:
    """An exchange at its opening, before its first event.

    Args:
        scenario: the market and its traders.
        seed: of the market.
        number: of the session.
        start: opening, ns.
        agents: accounts to add for outsiders, from `AGENT` on.
    """
    grid = PriceGrid.structure(scenario.grid)
    markets = scenario.markets
    guarded = np.ones(AGENT + agents, np.bool_)
    guarded[[int(NOISE), int(INFORMED)]] = False
    duration = round(scenario.duration_s * SECOND)
    steps = duration // STEP + 1
    clock = np.zeros(1, CLOCK)
    clock["seed"], clock["number"] = seed, number
    clock["start"] = clock["now"] = start
    clock["close"] = start + duration
    quotes = np.zeros((markets, scenario.maker.count, 2, scenario.maker.levels), QUOTED)
    quotes["slot"] = -1
    exchange = Exchange(
        engine=new_engine(grid, markets, guarded, make_fees(Fees())),
        events=np.zeros(markets * (int(steps) + 16), EVENT),
        agenda=np.zeros(1, AGENDA),
        quotes=quotes,
        answered=np.zeros((markets, scenario.maker.count), np.int64),
        ordinals=np.zeros((markets, TRADERS), np.int64),
        belief=np.zeros((markets, int(steps))),
        settlement=np.zeros(markets, np.int64),
        parameters=make_parameters(scenario),
        clock=clock,
        labels=np.zeros(64, LABEL),
        noted=np.zeros(1, np.int64),
    )
    _open(exchange)
    return exchange


@lean_kernel
def _needs(exchange):
    """What one event may need: (orders, entries, events, labels). A maker's look needs most."""
    makers, levels = exchange.quotes.shape[1], exchange.quotes.shape[3]
    quotes = 2 * levels
    entries = 2 * quotes + exchange.engine.counts[0].live + 2
    return quotes + 2, entries, makers + 8, np.int64(8)


@lean_kernel
def _roomy(exchange):
    """Whether there is room for any one event."""
    orders, entries, events, labels = _needs(exchange)
    engine = exchange.engine
    counts = engine.counts[0]
    return (
        engine.orders.size - counts.live >= orders
        and engine.log.size - counts.logged >= entries
        and exchange.events.size - 1 - exchange.agenda[0].waiting >= events
        and exchange.labels.size - exchange.noted[0] >= labels
    )


@kernel
def _room(exchange):
    """The exchange, grown, with room for any one event."""
    orders, entries, events, more = _needs(exchange)
    engine = grow(exchange.engine, orders, entries)
    heap = grow_agenda(exchange.events, exchange.agenda[0], events)
    labels = exchange.labels
    if labels.size - exchange.noted[0] < more:
        labels = np.zeros(2 * labels.size + more, labels.dtype)
        labels[: exchange.noted[0]] = exchange.labels[: exchange.noted[0]]
    return Exchange(
        engine, heap, exchange.agenda, exchange.quotes, exchange.answered, exchange.ordinals,
        exchange.belief, exchange.settlement, exchange.parameters, exchange.clock, labels,
        exchange.noted,
    )  # fmt: skip


@kernel
def advance(exchange, until):
    """Play every event before `until` (ns; at most the close). Returns the exchange, perhaps grown.

    Calls may be cut at any times: the outcome is the same.
    """
    clock = exchange.clock[0]
    until = min(until, clock.close)
    while exchange.agenda[0].waiting > 0 and exchange.events[0].ts < until:
        if not _roomy(exchange):
            exchange = _room(exchange)
        event = pop(exchange.events, exchange.agenda[0])
        now, what, market, slot = event.ts, event.what, event.market, event.slot
        if what == WITHDRAW:
            cancel(exchange.engine, slot, event.serial, now)
        elif what == REST:
            rest(exchange, market, now)
        elif what == TAKE:
            take(exchange, market, now)
        elif what in (LOOK, NEWS):
            look(exchange, market, now, what == LOOK)
        elif what in (QUOTE, ALERT):
            quote(exchange, market, slot, now, what == QUOTE)
        alert(exchange, market, now)
    clock.now = max(clock.now, until)
    return exchange


@kernel
def submit(exchange, market, owner, side, level, size, rule, now):
    """An outsider's order at `now`, after `advance(exchange, now)`; see `engine.place`.

    Returns:
        (exchange, outcome, filled): the exchange, perhaps grown, and what `place` says.
    """
    if not _roomy(exchange):
        exchange = _room(exchange)
    outcome, filled = place(exchange.engine, market, owner, side, level, size, rule, now)
    if filled > 0:
        alert(exchange, market, now)
    return exchange, outcome, filled
