"""Play every session of an arena once, from its start to settlement, and keep what happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import final

import numpy as np

from kalshi_exp.config import Phase
from kalshi_exp.env import FACTS, N_ACTIONS, World
from kalshi_exp.learn.arena import Arena
from kalshi_exp.learn.luck import action_draws
from kalshi_exp.learn.minutes import Minutes
from kalshi_exp.learn.players import Player, View
from kalshi_exp.market.units import SIZE_ONE
from kalshi_exp.metrics import Records

_PASSIVE, _AGGRESSIVE = FACTS.index("passive_placed"), FACTS.index("aggressive_placed")
_EVERY = 5  # decisions between two points of an equity curve


@final
class Table:
    """A judging world and the bookkeeping around it: which session is where, and its sums so far.

    Attributes:
        world: the world.
        session: int64[E], session number an environment plays; -1 none.
        actions: int64[E, 21], actions taken by rows that had a choice.
        placed: int64[E, 2], passive and aggressive contracts placed, 1e-2.
    """

    def __init__(self, arena: Arena, world: World) -> None:
        """Sit down; the first sessions begin with the first call of `begin`."""
        self.world = world
        self._pending: Iterator[int] = iter(range(len(arena.sessions)))
        count = world.environments
        self.session = np.full(count, -1, np.int64)
        self.actions = np.zeros((count, N_ACTIONS), np.int64)
        self.placed = np.zeros((count, 2), np.int64)
        self.counted = world.counters.copy()
        self._environment = np.arange(world.n) // world.slots
        self._draws = np.zeros(world.n)

    def begin(self, free: np.ndarray) -> None:
        """Give the next sessions to free environments (bool[E])."""
        for environment in np.flatnonzero(free):
            self.session[environment] = next(self._pending, -1)
        self.actions[free] = 0
        self.placed[free] = 0
        self.counted[free] = self.world.counters[free]
        self.world.reset(free, self.session)

    def step(self, player: Player) -> None:
        """Let a player make one decision everywhere."""
        world = self.world
        action_draws(world.episodes, world.rows, world.slots, self._draws)
        choice = player.act(View(world.out.observation, world.out.mask, self._draws))
        decided = np.flatnonzero(world.out.mask.sum(1) > 1)
        np.add.at(self.actions, (self._environment[decided], choice[decided]), 1)
        facts = world.step(choice).facts[:, (_PASSIVE, _AGGRESSIVE)]
        units = np.rint(facts * SIZE_ONE).astype(np.int64)
        units[world.rows["market"] < 0] = 0  # a slot without a market says nothing
        self.placed += units.reshape(world.environments, world.slots, 2).sum(1)

    @property
    def ended(self) -> np.ndarray:
        """bool[E]: environments whose session has just ended."""
        over: np.ndarray = (self.world.episodes["done"] == 1) & (self.session >= 0)
        return over


def play(arena: Arena, player: Player, *, seed: int, fold: int) -> Records:
    """Judge one player on every session of an arena.

    Args:
        arena: the sessions.
        player: who decides.
        seed: of the luck.
        fold: written beside every row.
    """
    table = _table(arena, player, seed)
    minutes = Minutes(arena, table, player.name, fold)
    table.begin(np.ones(table.world.environments, np.bool_))
    minutes.note_equity(table, table.session >= 0)
    while (table.session >= 0).any():
        minutes.note_decision(table)
        table.step(player)
        minutes.note_fills(table)
        ended = table.ended
        due = (table.world.episodes["tick"] % _EVERY == 0) & (table.session >= 0)
        minutes.note_equity(table, due | ended)
        if ended.any():
            minutes.note_sessions(table, ended)
            table.begin(ended)
            minutes.note_equity(table, ended & (table.session >= 0))
    return minutes.records()


def money(arena: Arena, player: Player, *, seed: int, phase: Phase | None = None) -> float:
    """Mean P&L a session in dollars, without records: what tuning asks for.

    Args:
        arena: the sessions.
        player: who decides.
        seed: of the luck.
        phase: says what the player sees; the run's last one when absent.
    """
    table = _table(arena, player, seed, phase)
    table.begin(np.ones(table.world.environments, np.bool_))
    total = 0
    while (table.session >= 0).any():
        table.step(player)
        ended = table.ended
        if ended.any():
            episodes = table.world.episodes[ended]
            total += int((episodes["equity"] - episodes["initial"]).sum())
            table.begin(ended)
    return total / 1e6 / len(arena.sessions)


def _table(arena: Arena, player: Player, seed: int, phase: Phase | None = None) -> Table:
    everything = player.sees_everything
    return Table(arena, arena.stage(seed, player.placement, everything=everything, phase=phase))
