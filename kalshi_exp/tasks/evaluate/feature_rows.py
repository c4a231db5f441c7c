"""The decisions of a random policy on the sessions of an arena, with every feature."""

from __future__ import annotations

import numpy as np

from kalshi_exp.learn import Arena, Random
from kalshi_exp.learn.play import Table
from kalshi_exp.metrics.features import FeatureRows

_NOW, _TEN_SECONDS = 0, 2  # columns of `mids_after`
_HALF_CENTS = 200.0  # twice a mid, 1e-4 dollars, to a cent


def feature_rows(arena: Arena, seed: int, most: int) -> FeatureRows:
    """Play every session once at random and keep what was seen.

    Market features are the track's, whoever plays; the random policy gives features of position
    and orders something to show.

    Args:
        arena: the sessions.
        seed: of the luck.
        most: rows to keep at most, as many of each session, drawn evenly.
    """
    world = arena.stage(seed, None, everything=True)
    table, player = Table(arena, world), Random()
    share = max(most // len(arena.sessions), 1)
    kept: dict[str, list[np.ndarray]] = {
        name: [] for name in ("observation", "mask", "session", "markout", "one_sided")
    }
    notes: list[list[tuple[np.ndarray, ...]]] = [[] for _ in range(world.environments)]
    table.begin(np.ones(world.environments, np.bool_))
    while (table.session >= 0).any():
        for environment in np.flatnonzero(table.session >= 0):
            notes[environment].append(_note(table, int(environment)))
        table.step(player)
        ended = table.ended
        for environment in np.flatnonzero(ended):
            _keep(arena, table, int(environment), notes[environment], share, kept)
            notes[environment] = []
        if ended.any():
            table.begin(ended)
    return FeatureRows(
        names=tuple(session.name for session in arena.sessions),
        **{name: np.concatenate(parts) for name, parts in kept.items()},
    )


def _note(table: Table, environment: int) -> tuple[np.ndarray, ...]:
    """Ordinals, times, observations and masks of an environment's markets at this decision."""
    world = table.world
    low = environment * world.slots
    slots = np.flatnonzero(world.rows["market"][low : low + world.slots] >= 0)
    times = np.full(len(slots), world.episodes["now"][environment], np.int64)
    return slots, times, world.out.observation[low + slots], world.out.mask[low + slots]


def _keep(
    arena: Arena,
    table: Table,
    environment: int,
    notes: list[tuple[np.ndarray, ...]],
    share: int,
    kept: dict[str, list[np.ndarray]],
) -> None:
    """Thin the notes of a session that has just ended and look up what its prices did next."""
    ordinals, times, observation, mask = (np.concatenate(part) for part in zip(*notes, strict=True))
    if len(times) > share:
        # Drawn, because every n-th row could be of one market always.
        rng = np.random.Generator(np.random.PCG64(int(table.session[environment])))
        some = np.sort(rng.choice(len(times), share, replace=False))
        ordinals, times, observation, mask = (
            part[some] for part in (ordinals, times, observation, mask)
        )
    mids = arena.mids(table.world, environment, ordinals, times)
    two_sided = (mids[:, _NOW] >= 0) & (mids[:, _TEN_SECONDS] >= 0)
    moved = (mids[:, _TEN_SECONDS].astype(np.float64) - mids[:, _NOW]) / _HALF_CENTS
    kept["observation"].append(observation)
    kept["mask"].append(mask)
    kept["session"].append(np.full(len(times), table.session[environment], np.int64))
    kept["markout"].append(np.where(two_sided, moved, np.nan))
    kept["one_sided"].append(mids[:, _NOW] < 0)
