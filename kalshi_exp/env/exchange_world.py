"""The exchange world: orders enter the matching engine, and the other traders react."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.detector import Detector, RuleDetector
from kalshi_exp.config.features import FeatureGroup
from kalshi_exp.config.fill import Fill
from kalshi_exp.config.scenario import Scenario
from kalshi_exp.config.world import World as WorldConfig
from kalshi_exp.env.begin import leave_idle
from kalshi_exp.env.exchange_clock import NO_ROOM, plan, react
from kalshi_exp.env.exchange_floor import MEETING, PLAYING, READY, Floor, new_floor
from kalshi_exp.env.exchange_orders import NOBODY, digest
from kalshi_exp.env.exchange_store import fitting, packed, unpacked
from kalshi_exp.env.exchange_view import observe_rows
from kalshi_exp.env.turn import carry_out, carry_out_intents, free_cash
from kalshi_exp.env.world import World
from kalshi_exp.exchange.batch import grown, new_batch, one_of, put_blank, view
from kalshi_exp.exchange.exchange import begin, blank_exchange, play, roomy
from kalshi_exp.exchange.simulate import event_name, market_order, session_start, tape_of
from kalshi_exp.features.settings import make_settings
from kalshi_exp.market.book import clear
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.jit import inlined_kernel, kernel, lean_kernel
from kalshi_exp.market.orders import SLOTS
from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SECOND
from kalshi_exp.tape.session import Session, session_key


@kernel
def _open(rules, exchanges, floor, episodes, rows, chosen, sessions, numbers, starts):
    """Let the chosen environments' sessions begin: nothing has happened yet, we hold nothing."""
    markets = floor.markets.shape[1]
    for environment in range(chosen.size):
        if not chosen[environment]:
            continue
        timer, first = floor.timers[environment], environment * markets
        timer.stage, timer.at, timer.first = MEETING, -1, -1
        timer.digested = timer.looked = 0
        for slot in range(first, first + markets):
            clear(floor.sizes[slot], floor.best[slot])
            floor.seen[slot].news = 0
            for k in range(SLOTS):
                floor.standing[slot, k].slot = -1
        if sessions[environment] >= 0:
            begin(view(exchanges, environment), numbers[environment], starts[environment])
        else:
            leave_idle(rules[0], episodes[environment], rows, first, markets)
            timer.stage = READY


@inlined_kernel
def _decide(rules, spec, floor, exchange, episode, rows, first, actions, legal, levels):
    """All markets of an event act in rotated order."""
    for turn in range(episode.markets):
        ordinal = (turn + episode.tick) % episode.markets
        slot = first + ordinal
        carry_out(
            rules, spec, exchange.engine, episode, ordinal, rows[slot], episode.now,
            actions[slot], legal[slot], levels[slot], free_cash(episode, rows, first),
        )  # fmt: skip
    for slot in range(first, first + episode.markets):
        floor.seen[slot].news = 0


@lean_kernel
def _ask(rules, spec, exchanges, floor, episodes, rows, intents, limits):
    slots = floor.markets.shape[1]
    for environment in range(episodes.size):
        episode, first = episodes[environment], environment * slots
        if episode.done == 1:
            continue
        engine = view(exchanges, environment).engine
        top = engine.prices.size
        for turn in range(episode.markets):
            ordinal = (turn + episode.tick) % episode.markets
            slot = first + ordinal
            wanted = intents[slot]
            priced = (0 <= wanted[BID].level < top, 0 <= wanted[ASK].level < top)
            carry_out_intents(
                rules[0], spec[0], engine, episode, ordinal, rows[slot], episode.now, wanted,
                limits[slot], priced, free_cash(episode, rows, first),
            )  # fmt: skip


@lean_kernel
def _run(
    rules, spec, exchanges, floor, switches, episodes, rows, begun, sessions, start, logged,
    actions, private, scratch, log, counters, out,
):  # fmt: skip
    """Bring every environment from number `start` on to its next decision.

    Args:
        rules: RULES[1].
        spec: SPEC[1].
        exchanges: the batch.
        floor: the other arrays.
        switches: float32[OBSERVATION].
        episodes: EPISODE[E].
        rows: ROW[N].
        begun: bool[E], those whose session has just begun; if there is one, nobody else moves.
        sessions: int64[E], the session of each.
        start: number of the first environment.
        logged: fills logged so far.
        actions: int64[N].
        private: PRIVATE[1], scratch.
        scratch: FILL scratch.
        log: the step's fill log.
        counters: COUNTERS[E].
        out: the buffers.

    Returns:
        (the first environment without room to go on, or their number; fills logged so far).
    """
    slots, beginning = floor.markets.shape[1], begun.any()
    for environment in range(start, episodes.size):
        first = environment * slots
        episode, timer = episodes[environment], floor.timers[environment]
        exchange = view(exchanges, environment)
        if beginning and not begun[environment]:
            continue
        moving = timer.stage != READY
        if not moving:
            out.facts[first : first + slots, :] = 0.0
            if not beginning and episode.done == 0:
                _decide(
                    rules[0], spec[0], floor, exchange, episode, rows, first, actions,
                    out.mask, out.levels,
                )  # fmt: skip
                timer.stage, timer.looked = PLAYING, 0
                moving = True
        while timer.stage != READY:
            until = plan(floor, exchange, environment, episode, rows, first)
            roomed = until != NO_ROOM
            if roomed:
                over = play(exchange, until)
                logged = digest(
                    floor, exchange, environment, spec[0], episode, rows, first, NOBODY,
                    out.facts, scratch, log, logged, counters[environment],
                )  # fmt: skip
                if not over and roomy(exchange):
                    continue  # digesting emptied the log
                roomed = over
            if roomed:
                roomed, logged = react(
                    rules[0], spec[0], floor, exchange, environment, sessions[environment],
                    episode, rows, first, out.facts, scratch, log, logged, counters[environment],
                    out.observation,
                )  # fmt: skip
            if not roomed:
                return environment, logged
        terminated = truncated = False
        if moving and not beginning and episode.tick >= episode.stop:
            episode.done = 1
            terminated = rows[first].settled == 1
            truncated = not terminated
        for slot in range(first, first + slots):
            out.terminated[slot] = terminated
            out.truncated[slot] = truncated
        if moving or beginning:
            if beginning:
                out.facts[first : first + slots, :] = 0.0
            episode.free = free_cash(episode, rows, first)
            observe_rows(
                rules[0], spec[0], floor, exchange, switches, episode, rows, first, slots,
                private[0], out,
            )  # fmt: skip
    return episodes.size, logged


@final
class ExchangeWorld(World):
    """Episodes in simulated exchanges, one event each; the engine and its traders fill us.

    Of the fill model only latency and fees are read; everybody pays the same fees. Sessions are
    those of the synthetic data of the same scenario and seed, until our orders change them.

    Args:
        scenario: the market and its traders.
        market_seed: of the market, `data.seed`.
        numbers: of the sessions that are played; the world counts them from 0.
        config: world configuration; its clock counts seconds.
        fill: its latency and fees.
        placement: where orders are placed.
        features: feature groups that are switched on.
        detector: what watches the markets; the rule when not given.
        environments: episodes side by side.
        seed: of draws and of the order of sessions.
        whole_sessions: judge: sessions in turn, start to settlement, rather than train.
        record_fills: keep each step's fills in `fills()`.
        record_tapes: keep what a recorder of each exchange would have seen for `tape()`.

    Raises:
        ValueError: no session, or sessions too short for a training episode.
    """

    def __init__(
        self,
        scenario: Scenario,
        market_seed: int,
        numbers: Sequence[int],
        config: WorldConfig,
        fill: Fill,
        placement: Placement,
        features: dict[str, FeatureGroup],
        detector: Detector | None = None,
        *,
        environments: int,
        seed: int,
        whole_sessions: bool = False,
        record_fills: bool = False,
        record_tapes: bool = False,
    ) -> None:
        super().__init__(
            config,
            fill,
            placement,
            features,
            slots=scenario.markets,
            environments=environments,
            seed=seed,
            whole_sessions=whole_sessions,
            record_fills=record_fills,
        )
        if not len(numbers):
            raise ValueError("world=exchange got no session number to play: the split is empty")
        self.numbers = np.asarray(numbers, np.int64)
        self._grid = PriceGrid.structure(scenario.grid)
        self._scenario, self._market_seed = scenario, market_seed
        every = max(round(config.decision.every * SECOND), 1)
        self._check_lengths(np.array([-(-round(scenario.duration_s * SECOND) // every)]))
        self._blank = blank_exchange(scenario, market_seed, agents=1, fees=fill.fees)
        settings, detector = make_settings(features), detector or RuleDetector()
        self._nobody = np.zeros(environments, np.bool_)
        self._nothing = np.zeros(environments, np.int64)
        self.exchanges = new_batch(self._blank, environments)
        self.floor: Floor = new_floor(
            self._blank, environments, every, settings, detector, record_tapes
        )

    @property
    def sessions(self) -> int:
        """Sessions that are played."""
        return len(self.numbers)

    @property
    def instructions(self) -> int:
        """Orders placed, cancelled and amended in all exchanges since their sessions began."""
        return int(self.exchanges.engine.counts["instructions"].sum())

    def tape(self, environment: int) -> Session:
        """What a recorder would have seen of an environment's session so far.

        Needs `record_tapes`; our own orders are part of it, as they would be.
        """
        number = int(self.numbers[self.episodes["session"][environment]])
        exchange = one_of(self.exchanges, environment)
        return tape_of(exchange, self._grid, self._market_seed, number)

    def exit_marks(self) -> tuple[np.ndarray, np.ndarray]:
        """As last seen, our own orders left out; see `World.exit_marks`."""
        there, seen = self.rows["market"] >= 0, self.floor.seen
        return np.where(there, seen["mark_bid"], 0), np.where(there, seen["mark_ask"], PRICE_ONE)

    def _begin(self, chosen: np.ndarray, sessions: np.ndarray) -> None:
        opened = chosen & (sessions >= 0)
        numbers = self.numbers[sessions]
        starts = np.array([session_start(self._scenario, int(n)) for n in numbers], np.int64)
        put_blank(self.exchanges, self._blank, opened)
        for environment in np.flatnonzero(opened) if self.slots > 1 else ():
            order = market_order(self._market_seed, int(numbers[environment]), self.slots)
            self.floor.markets[environment] = order
            self.floor.places[environment] = np.argsort(order)
        _open(
            self.rules, self.exchanges, self.floor, self.episodes, self.rows, chosen, sessions,
            numbers, starts,
        )  # fmt: skip
        self._run(chosen, sessions)
        for environment in np.flatnonzero(opened):
            event = event_name(int(numbers[environment]))
            first = int(self.floor.timers["first"][environment])
            self.episodes["key"][environment] = session_key(event, first)

    def _ask(self) -> None:
        _ask(
            self.rules, self.spec, self.exchanges, self.floor, self.episodes, self.rows,
            self._intents, self.out.levels,
        )  # fmt: skip

    def _play(self) -> int:
        return self._run(self._nobody, self._nothing)

    def _run(self, begun: np.ndarray, sessions: np.ndarray) -> int:
        start, logged = np.int64(0), np.int64(0)
        while True:
            start, logged = _run(
                self.rules, self.spec, self.exchanges, self.floor, self.switches, self.episodes,
                self.rows, begun, sessions, start, logged, self._actions,
                self._private, self._scratch, self._log, self.counters, self.out,
            )  # fmt: skip
            if start == self.environments:
                return int(logged)
            self.exchanges, self._blank = grown(self.exchanges, self._blank, start)

    def snapshot(self) -> dict[str, np.ndarray]:
        """Copy of the whole private state, the simulated exchanges included."""
        return super().snapshot() | packed(self.exchanges) | packed(self.floor)

    def restore(self, snapshot: dict[str, np.ndarray]) -> None:
        """Put a snapshot back; it must come from a world of the same shape.

        Raises:
            ValueError: the shapes differ.
        """
        super().restore(snapshot)
        self.floor = unpacked(snapshot, self.floor)
        self.exchanges = unpacked(snapshot, self.exchanges)
        self._blank = fitting(self._blank, self.exchanges)
