"""The luck of a judged policy: draws keyed by what they are for, never by where they are made."""

from __future__ import annotations

from kalshi_exp.market.draws import CHECK_ACTION, uniform
from kalshi_exp.market.jit import kernel


@kernel
def action_draws(episodes, rows, slots, out):
    """One uniform number a live row, keyed by (seed, session, market, decision).

    Every policy and every fill model meets the same.

    Args:
        episodes: EPISODE[E].
        rows: ROW[E * slots].
        slots: rows an episode owns.
        out: float64[E * slots], written; 0 where a row has no market.
    """
    for number in range(len(rows)):
        out[number] = 0.0
        if rows[number].market >= 0:
            episode = episodes[number // slots]
            out[number] = uniform(
                episode.luck, episode.key, number % slots, episode.tick, CHECK_ACTION
            )
