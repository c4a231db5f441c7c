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
    DEFEND,
    EVENT,
    FOLLOW,
    HALT,
    HYPE,
    LOOK,
    NEWS,
    NO_ORDER,
    PING,
    PONG,
    PULL,
    QUOTE,
    REST,
    RESUME,
    SAMPLE,
    SCAN,
    STRIKE,
    TAKE,
    WATCH,
    WITHDRAW,
    grow_agenda,
    pop,
    push,
)
from kalshi_exp.exchange.belief import STEP
from kalshi_exp.exchange.engine import Engine, close, grow, new_engine, place
from kalshi_exp.exchange.groups import reveal
from kalshi_exp.exchange.labels import LABEL
from kalshi_exp.exchange.markets import new_markets
from kalshi_exp.exchange.owners import AGENT, INFORMED, NOISE
from kalshi_exp.exchange.parameters import make_parameters
from kalshi_exp.exchange.sampling import DEFENDER, INSIDER, TRADERS, draw, exponential_ns
from kalshi_exp.exchange.script import call_halts, fill_shocks, make_script
from kalshi_exp.exchange.traders.anchors import defend
from kalshi_exp.exchange.traders.arbitrage import arbitrage
from kalshi_exp.exchange.traders.cascades import pull
from kalshi_exp.exchange.traders.climate import new_moods, watch, watches
from kalshi_exp.exchange.traders.informed import look
from kalshi_exp.exchange.traders.maker import QUOTED, SHOWN, alert, quote
from kalshi_exp.exchange.traders.momentum import follow, sample
from kalshi_exp.exchange.traders.noise import rest, take, withdraw
from kalshi_exp.exchange.traders.pingers import ping, pong
from kalshi_exp.exchange.traders.sentiment import begin_spell
from kalshi_exp.market.fees import make_fees
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.jit import kernel, lean_kernel
from kalshi_exp.market.units import SECOND

_REACTION, _PHASE = np.int64(63), np.int64(62)  # checks of a draw

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
        shown: SHOWN[M, makers], what each maker's quotes stand for.
        ordinals: int64[M, TRADERS], how often each trader has drawn.
        belief: float64[M, K], the true probability each `belief.STEP`.
        settlement: int64[M], 1e-4 dollars.
        parameters: PARAMETERS[1].
        clock: CLOCK[1].
        moods: MOOD[M], what each market's crowd knows and does.
        labels: LABEL[capacity], what was planted so far.
        noted: int64[1], how many of them are written.
        markets: MARKET[M], groups, partners and memories of traders.
        script: SCRIPTED[n], what happens at a fixed time.
    """

    engine: Engine
    events: np.ndarray
    agenda: np.ndarray
    quotes: np.ndarray
    answered: np.ndarray
    shown: np.ndarray
    ordinals: np.ndarray
    belief: np.ndarray
    settlement: np.ndarray
    parameters: np.ndarray
    clock: np.ndarray
    moods: np.ndarray
    labels: np.ndarray
    noted: np.ndarray
    markets: np.ndarray
    script: np.ndarray


@lean_kernel
def _open(exchange, order, news, shocks):
    """Draw each market's truth and call every trader for the first time."""
    clock, traits, agenda = exchange.clock[0], exchange.parameters[0], exchange.agenda[0]
    noise, informed = traits.noise, traits.informed
    reveal(
        clock, traits, order, exchange.markets, exchange.belief, exchange.settlement, news, shocks
    )
    named, start = np.int64(0), clock.start
    call_halts(exchange.events, agenda, start, exchange.script)
    for market in range(exchange.belief.shape[0]):
        for who in range(traits.maker.count):
            push(exchange.events, agenda, start, QUOTE, market, who, NO_ORDER)
        if watches(traits):
            # At a second of its own: what begins must not show by when within a second it does.
            phase = draw(clock.seed, clock.number, market, DEFENDER, 0, _PHASE)
            at = start + SECOND + np.int64(phase * SECOND)
            push(exchange.events, agenda, at, WATCH, market, NO_ORDER, NO_ORDER)
        if noise.rest_rate * noise.strength > 0.0:
            push(exchange.events, agenda, start + 1, REST, market, NO_ORDER, NO_ORDER)
        if noise.take_rate * noise.strength > 0.0:
            push(exchange.events, agenda, start + SECOND, TAKE, market, NO_ORDER, NO_ORDER)
        if informed.rate * informed.strength > 0.0:
            push(exchange.events, agenda, start + SECOND, LOOK, market, NO_ORDER, NO_ORDER)
            for k in range(news.shape[1]):
                if news[market, k]:
                    u = draw(clock.seed, clock.number, market, INSIDER, k, _REACTION)
                    at = start + k * STEP + exponential_ns(u, informed.reaction_ms / 1e3)
                    push(exchange.events, agenda, at, NEWS, market, NO_ORDER, NO_ORDER)
        if traits.sentiment.rate * traits.sentiment.strength > 0.0:
            push(exchange.events, agenda, start, HYPE, market, NO_ORDER, NO_ORDER)
        if traits.momentum.rate * traits.momentum.strength > 0.0:
            push(exchange.events, agenda, start + SECOND, SAMPLE, market, NO_ORDER, NO_ORDER)
        if traits.pingers.rate * traits.pingers.strength > 0.0:
            push(exchange.events, agenda, start, PING, market, NO_ORDER, NO_ORDER)
        group = exchange.markets[market].group
        if traits.arbitrage.strength > 0.0 and group >= 0 and not named >> group & 1:
            named |= 1 << group
            push(exchange.events, agenda, start + SECOND, SCAN, market, group, NO_ORDER)


def blank_exchange(
    scenario: Scenario, seed: int, agents: int = 0, fees: Fees | None = None
) -> Exchange:
    """An exchange in which no session has begun; see `begin`.

    Args:
        scenario: the market and its traders.
        seed: of the market.
        agents: accounts to add for outsiders, from `AGENT` on.
        fees: the schedule that everybody pays by; Kalshi's ordinary one when not given.
    """
    grid = PriceGrid.structure(scenario.grid)
    markets = scenario.markets
    guarded = np.ones(AGENT + agents, np.bool_)
    guarded[[int(NOISE), int(INFORMED)]] = False
    duration = round(scenario.duration_s * SECOND)
    steps = duration // STEP + 1
    script = make_script(scenario)
    clock = np.zeros(1, CLOCK)
    clock["seed"], clock["close"] = seed, duration
    quotes = np.zeros((markets, scenario.maker.count, 2, scenario.maker.levels), QUOTED)
    quotes["slot"] = -1
    return Exchange(
        engine=new_engine(grid, markets, guarded, make_fees(Fees() if fees is None else fees)),
        events=np.zeros(markets * (int(steps) + 16) + 2 * len(script), EVENT),
        agenda=np.zeros(1, AGENDA),
        quotes=quotes,
        answered=np.zeros((markets, scenario.maker.count), np.int64),
        shown=np.full((markets, scenario.maker.count), -1, SHOWN),
        ordinals=np.zeros((markets, TRADERS), np.int64),
        belief=np.zeros((markets, int(steps))),
        settlement=np.zeros(markets, np.int64),
        parameters=make_parameters(scenario),
        clock=clock,
        moods=new_moods(scenario),
        labels=np.zeros(64, LABEL),
        noted=np.zeros(1, np.int64),
        markets=new_markets(markets),
        script=script,
    )


@kernel
def begin(exchange, number, start):
    """Begin session `number` of a blank exchange at `start`, ns, before its first event."""
    clock = exchange.clock[0]
    clock.number = number
    clock.close += start - clock.start
    clock.start = clock.now = start
    belief = exchange.belief
    markets, steps = belief.shape
    related = exchange.parameters[0].groups.strength > 0.0 or exchange.script.size > 0
    shocks = np.zeros((markets, steps if related else 0))
    fill_shocks(exchange.script, shocks)
    _open(exchange, np.zeros(markets, np.int64), np.zeros(belief.shape, np.bool_), shocks)


def new_exchange(
    scenario: Scenario,
    seed: int,
    number: int,
    start: int,
    agents: int = 0,
    fees: Fees | None = None,
) -> Exchange:
    """An exchange at its opening, before its first event.

    Args:
        scenario: the market and its traders.
        seed: of the market.
        number: of the session.
        start: opening, ns.
        agents: accounts to add for outsiders, from `AGENT` on.
        fees: the schedule that everybody pays by; Kalshi's ordinary one when not given.
    """
    exchange = blank_exchange(scenario, seed, agents, fees)
    begin(exchange, np.int64(number), np.int64(start))
    return exchange


@lean_kernel
def needs(exchange):
    """What one event may need: (orders, entries, events, labels).

    A maker's look needs most orders and entries, a basket most events: each leg alerts its makers.
    """
    makers, levels = exchange.quotes.shape[1], exchange.quotes.shape[3]
    quotes = 2 * levels
    entries = 2 * quotes + exchange.engine.counts[0].live + 2
    markets = exchange.markets.size
    return quotes + 2, entries + markets, makers * (markets + 1) + 8, np.int64(8)


@lean_kernel
def spare(exchange):
    """What there is room for: as `needs`."""
    engine = exchange.engine
    counts = engine.counts[0]
    return (
        engine.orders.size - counts.live,
        engine.log.size - counts.logged,
        exchange.events.size - 1 - exchange.agenda[0].waiting,
        exchange.labels.size - exchange.noted[0],
    )


@lean_kernel
def roomy(exchange):
    """Whether there is room for any one event."""
    orders, entries, events, labels = needs(exchange)
    had = spare(exchange)
    return had[0] >= orders and had[1] >= entries and had[2] >= events and had[3] >= labels


@kernel
def make_room(exchange, orders, entries, events, more):
    """The exchange with room for so many orders, log entries, events and labels more."""
    engine = grow(exchange.engine, orders, entries)
    heap = grow_agenda(exchange.events, exchange.agenda[0], events)
    labels = exchange.labels
    if labels.size - exchange.noted[0] < more:
        labels = np.zeros(2 * labels.size + more, labels.dtype)
        labels[: exchange.noted[0]] = exchange.labels[: exchange.noted[0]]
    return Exchange(
        engine, heap, exchange.agenda, exchange.quotes, exchange.answered, exchange.shown,
        exchange.ordinals,
        exchange.belief, exchange.settlement, exchange.parameters, exchange.clock, exchange.moods,
        labels, exchange.noted, exchange.markets, exchange.script,
    )  # fmt: skip


@kernel
def _room(exchange):
    """The exchange, grown, with room for any one event."""
    orders, entries, events, labels = needs(exchange)
    return make_room(exchange, orders, entries, events, labels)


@lean_kernel
def play(exchange, until):
    """Play events before `until` (ns; at most the close) while there is room for one more.

    Returns:
        Whether all of them were played; if not, nothing of the next one has happened.
    """
    clock = exchange.clock[0]
    until = min(until, clock.close)
    while exchange.agenda[0].waiting > 0 and exchange.events[0].ts < until:
        if not roomy(exchange):
            return False
        event = pop(exchange.events, exchange.agenda[0])
        now, what, market, slot = event.ts, event.what, event.market, event.slot
        if what == WITHDRAW:
            withdraw(exchange, market, slot, event.serial, now)
        elif what == REST:
            rest(exchange, market, now)
        elif what == TAKE:
            take(exchange, market, slot, now)
        elif what in (LOOK, NEWS):
            look(exchange, market, slot, now, what == LOOK)
        elif what in (QUOTE, ALERT):
            quote(exchange, market, slot, now, what == QUOTE)
        elif what == WATCH:
            watch(exchange, market, now)
        elif what == DEFEND:
            defend(exchange, market, slot, now)
        elif what == PULL:
            pull(exchange, market, slot, now)
        elif what == SAMPLE:
            sample(exchange, market, now)
        elif what == FOLLOW:
            follow(exchange, market, slot, event.serial, now)
        elif what == PING:
            ping(exchange, market, now)
        elif what == PONG:
            pong(exchange, market, now)
        elif what in (SCAN, STRIKE):
            arbitrage(exchange, market, slot, now, what == STRIKE)
        elif what == HYPE:
            begin_spell(exchange, market, now)
        elif what == HALT:
            close(exchange.engine, market, now)
        elif what == RESUME:
            exchange.engine.open[market] = True
            for shown in exchange.shown[market]:
                shown.made = -1  # the halt took every quote
        alert(exchange, market, now)
    clock.now = max(clock.now, until)
    return True


@kernel
def advance(exchange, until):
    """Play every event before `until` (ns; at most the close). Returns the exchange, perhaps grown.

    Calls may be cut at any times: the outcome is the same.
    """
    while not play(exchange, until):
        exchange = _room(exchange)
    return exchange


@kernel
def submit(exchange, market, owner, side, level, size, rule, now):
    """An outsider's order at `now`, after `advance(exchange, now)`; see `engine.place`.

    Returns:
        (exchange, outcome, filled): the exchange, perhaps grown, and what `place` says.
    """
    if not roomy(exchange):
        exchange = _room(exchange)
    outcome, filled = place(exchange.engine, market, owner, side, level, size, rule, now)
    if filled > 0:
        alert(exchange, market, now)
    return exchange, outcome, filled
