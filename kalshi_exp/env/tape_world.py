"""The tape world: episodes over shared tapes, judged by a fill model."""

from __future__ import annotations

from typing import final

import numpy as np

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.features import FeatureGroup
from kalshi_exp.config.fill import Fill
from kalshi_exp.config.world import World as WorldConfig
from kalshi_exp.env.advance import step_episode
from kalshi_exp.env.begin import begin_episode, leave_idle
from kalshi_exp.env.observe import observe_episode
from kalshi_exp.env.placement import allowed
from kalshi_exp.env.turn import carry_out_intents, free_cash
from kalshi_exp.env.world import World
from kalshi_exp.features.track import Tracks
from kalshi_exp.market.jit import inlined_kernel, lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE
from kalshi_exp.tape.pack import Pack


@inlined_kernel
def _observe(rules, spec, pack, tracks, switches, episode, rows, first, slots, private, out):
    episode.free = free_cash(episode, rows, first)
    observe_episode(
        rules[0], spec[0], pack, tracks, switches, episode, rows, first, slots, private[0],
        out.observation, out.mask, out.weight, out.levels, out.patterns,
    )  # fmt: skip


@lean_kernel
def _begin(
    rules, spec, pack, tracks, switches, starts, sizes, episodes, rows, slots, flags, sessions,
    private, out,
):  # fmt: skip
    for environment in range(episodes.shape[0]):
        if not flags[environment]:
            continue
        first = environment * slots
        episode = episodes[environment]
        out.facts[first : first + slots, :] = 0.0
        session = sessions[environment]
        if session < 0:
            leave_idle(rules[0], episode, rows, first, slots)
        else:
            market = starts[session]
            last_tick = tracks.row[market + 1] - tracks.row[market] - 1
            begin_episode(
                rules[0], environment, session, market, sizes[session], last_tick, episode, rows,
                first, slots,
            )  # fmt: skip
            for slot in range(first, first + episode.markets):
                rows[slot].ladder = pack.markets[rows[slot].market].price
            episode.key = pack.markets[market].key
            episode.now = tracks.ts[tracks.row[market] + episode.tick]
        _observe(rules, spec, pack, tracks, switches, episode, rows, first, slots, private, out)


@lean_kernel
def _ask(rules, spec, pack, tracks, episodes, rows, slots, intents, limits):
    for environment in range(episodes.shape[0]):
        episode, first = episodes[environment], environment * slots
        if episode.done == 1:
            continue
        now = tracks.ts[tracks.row[episode.first_market] + episode.tick]
        for turn in range(episode.markets):
            ordinal = (turn + episode.tick) % episode.markets
            slot = first + ordinal
            row, wanted = rows[slot], intents[slot]
            priced = (
                allowed(pack, row.market, np.int64(wanted[BID].level), now),
                allowed(pack, row.market, np.int64(wanted[ASK].level), now),
            )
            carry_out_intents(
                rules[0], spec[0], pack, episode, ordinal, row, now, wanted, limits[slot], priced,
                free_cash(episode, rows, first),
            )  # fmt: skip


@lean_kernel
def _step(
    rules, spec, pack, tracks, switches, episodes, rows, slots, actions, private, scratch,
    log, counters, out,
):  # fmt: skip
    logged = np.int64(0)  # a literal would have all that it is passed to compiled once more
    for environment in range(episodes.shape[0]):
        first = environment * slots
        episode = episodes[environment]
        terminated = truncated = False
        out.facts[first : first + slots, :] = 0.0
        if episode.done == 0:
            logged = step_episode(
                rules[0], spec[0], pack, tracks, episode, rows, first, actions,
                out.mask, out.levels, out.facts, scratch, log, logged, counters[environment],
            )  # fmt: skip
            if episode.tick >= episode.stop:
                episode.done = 1
                terminated = True
                for slot in range(first, first + episode.markets):
                    terminated = terminated and rows[slot].settled == 1
                truncated = not terminated
            _observe(rules, spec, pack, tracks, switches, episode, rows, first, slots, private, out)
        for slot in range(first, first + slots):
            out.terminated[slot] = terminated
            out.truncated[slot] = truncated
    return logged


@final
class TapeWorld(World):
    """Episodes over recorded or simulated tapes, judged by a fill model.

    Market data are shared and read-only; `episodes` and `rows` are the whole private state.

    Args:
        pack: the tape.
        tracks: its market tracks.
        config: world configuration.
        fill: fill model configuration.
        placement: where orders are placed.
        features: feature groups that are switched on.
        environments: episodes side by side.
        seed: of draws and of the order of sessions.
        whole_sessions: judge: sessions in turn, start to settlement, rather than train.
        record_fills: keep each step's fills in `fills()`.

    Raises:
        ValueError: a session is too short for a training episode.
    """

    def __init__(
        self,
        pack: Pack,
        tracks: Tracks,
        config: WorldConfig,
        fill: Fill,
        placement: Placement,
        features: dict[str, FeatureGroup],
        *,
        environments: int,
        seed: int,
        whole_sessions: bool = False,
        record_fills: bool = False,
    ) -> None:
        self.pack, self.tracks = pack, tracks
        owner = pack.markets["session"]
        self.sizes = np.bincount(owner).astype(np.int64)
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]]).astype(np.int64)
        super().__init__(
            config,
            fill,
            placement,
            features,
            slots=int(self.sizes.max()),
            environments=environments,
            seed=seed,
            whole_sessions=whole_sessions,
            record_fills=record_fills,
        )
        self._check_lengths(np.diff(self.tracks.row)[self.starts])

    @property
    def sessions(self) -> int:
        """Sessions in the pack."""
        return len(self.sizes)

    def exit_marks(self) -> tuple[np.ndarray, np.ndarray]:
        """From the track; see `World.exit_marks`."""
        market = self.rows["market"]
        at = self.tracks.row[market] + np.repeat(self.episodes["tick"], self.slots)
        at[market < 0] = 0
        bid, ask = self.tracks.mark_bid[at], self.tracks.mark_ask[at]
        there = market >= 0
        return np.where(there, bid, 0).astype(np.int64), np.where(there, ask, PRICE_ONE)

    def _begin(self, chosen: np.ndarray, numbers: np.ndarray) -> None:
        _begin(
            self.rules, self.spec, self.pack, self.tracks, self.switches, self.starts, self.sizes,
            self.episodes, self.rows, self.slots, chosen, numbers, self._private, self.out,
        )  # fmt: skip

    def _ask(self) -> None:
        _ask(
            self.rules, self.spec, self.pack, self.tracks, self.episodes, self.rows, self.slots,
            self._intents, self.out.levels,
        )  # fmt: skip

    def _play(self) -> int:
        logged: int = _step(
            self.rules, self.spec, self.pack, self.tracks, self.switches, self.episodes,
            self.rows, self.slots, self._actions, self._private, self._scratch,
            self._log, self.counters, self.out,
        )  # fmt: skip
        return logged
