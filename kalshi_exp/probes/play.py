"""Strategies played in a world: every order they sent, every fill, and the mids since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, final

import numpy as np

from kalshi_exp.env import World
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.orders import FILL, INTENT, SLOTS
from kalshi_exp.probes.families import FAMILIES, Desk
from kalshi_exp.probes.strategies import Strategy
from kalshi_exp.probes.view import look

_FIRST_ROOM = 64  # orders a row; doubled when that is too few

Decide = Callable[[World, int, np.ndarray], object]
"""Makes a world's decision: told the world, the decision's number and `Played.mids` so far."""

SENT = np.dtype(
    [
        ("serial", np.int64),  # 0: no order
        ("sent", np.int64),  # ns
        ("arrive", np.int64),  # ns
        ("side", np.int8),
        ("level", np.int32),
        ("placed", np.int64),  # 1e-2 contracts
    ],
    align=True,
)
"""One order as it was sent."""


class Played(NamedTuple):
    """What the rows of a world did; row r is market r % slots of environment r // slots.

    Attributes:
        orders: SENT[K].
        order_rows: int64[K].
        fills: FILL[F], a row's in order of time.
        fill_rows: int64[F].
        times: int64[T, E], ns, of each decision.
        mids: int64[T + 1, N], twice the mid then, and at last at a session's end, as last known,
            without our orders, 1e-4 dollars.
        violations: int64[E], fills beyond the evidence.
    """

    orders: np.ndarray
    order_rows: np.ndarray
    fills: np.ndarray
    fill_rows: np.ndarray
    times: np.ndarray
    mids: np.ndarray
    violations: np.ndarray


@kernel
def _note(rows: Any, log: Any) -> None:
    """Copy every order that a slot still knows into its place in the log."""
    for number in range(len(rows)):
        for slot in range(SLOTS):
            order = rows[number].orders[slot]
            if order.serial >= 1:
                one = log[number, order.serial - 1]
                one.serial, one.sent, one.arrive = order.serial, order.sent, order.arrive
                one.side, one.level, one.placed = order.side, order.level, order.placed


@final
class Cast:
    """Which row plays which strategy, those of a family together."""

    def __init__(self, strategies: Sequence[Strategy], ladder: np.ndarray) -> None:
        """Give the parts out.

        Args:
            strategies: one a row.
            ladder: int32[L], prices of the ladder that all markets share.
        """
        self._ladder = ladder
        self._parts = []
        for family in FAMILIES:
            rows = np.array([k for k, s in enumerate(strategies) if s.family == family.name], int)
            if len(rows):
                told = [strategies[k].parameters for k in rows]
                own = {name: np.array([one[name] for one in told], float) for name in told[0]}
                self._parts.append((family, rows, own))

    def intents(self, world: World, tick: int, mids: np.ndarray) -> np.ndarray:
        """What every row wants at a decision, INTENT[N, 2]."""
        out = np.zeros((world.n, 2), INTENT)
        view = look(world, tick, mids, self._ladder)
        for family, rows, own in self._parts:
            seen = view.of(rows)
            desk = Desk(np.zeros((len(rows), 2), INTENT), seen)
            family.decide(seen, own, desk)
            out[rows] = desk.intents
        return out


def play(
    world: World, strategies: Sequence[Strategy], sessions: np.ndarray, ladder: np.ndarray
) -> Played:
    """Play one session an environment from its first decision to its end.

    Args:
        world: judges whole sessions, keeps fills, and its placement is `join`.
        strategies: one an environment.
        sessions: int64[E], the session of each.
        ladder: int32[L], prices of the ladder that all markets share.
    """
    cast = Cast([one for one in strategies for _ in range(world.slots)], ladder)

    def decide(world: World, tick: int, mids: np.ndarray) -> object:
        return world.send(cast.intents(world, tick, mids))

    return play_by(world, sessions, decide)


def play_by(world: World, sessions: np.ndarray, decide: Decide) -> Played:
    """Play one session an environment to its end, whoever decides.

    Args:
        world: judges whole sessions and keeps fills.
        sessions: int64[E], the session of each.
        decide: lets the world make one step.
    """
    world.reset(sessions=sessions)
    log = np.zeros((world.n, _FIRST_ROOM), SENT)
    times, fills, rows = [], [np.zeros(0, FILL)], [np.zeros(0, np.int64)]
    mids = np.zeros((0, world.n), np.int64)
    tick = 0
    while True:
        if tick == len(mids):
            mids = np.concatenate([mids, np.zeros((1024, world.n), np.int64)])
        bid, ask = world.exit_marks()
        mids[tick] = bid + ask
        # A session that ends before others in the batch keeps its last mids: so it does alone.
        if world.episodes["done"].all():
            break
        times.append(world.episodes["now"].copy())
        decide(world, tick, mids)
        if world.rows["serial"].max() > log.shape[1]:
            log = np.concatenate([log, np.zeros_like(log)], 1)
        _note(world.rows, log)
        kept = world.fills()
        fills.append(kept.fills.copy())
        rows.append(kept.rows.copy())
        tick += 1
    order_rows, numbers = np.nonzero(log["serial"])
    return Played(
        log[order_rows, numbers],
        order_rows,
        np.concatenate(fills),
        np.concatenate(rows),
        np.stack(times),
        mids[: tick + 1],
        world.counters["violations"].copy(),
    )
