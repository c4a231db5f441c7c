"""Impact: our takes move prices against us for a while. It costs, and never gives a fill.

Concave in size over depth and decaying, as price impact is measured (Bouchaud, Farmer and Lillo,
"How Markets Slowly Digest Changes in Supply and Demand", 2009); the parameters are measured on a
tape or against the simulated exchange.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.config.fill import Impact
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import BID, PRICE_ONE, SECOND, SIZE_ONE
from kalshi_exp.tape.pack import size_at

CENT = PRICE_ONE / 100.0
DEPTH_LEVELS = 5
MEDIUM_FROM, LARGE_FROM = 20 * SIZE_ONE, 100 * SIZE_ONE

IMPACT = np.dtype(
    [
        ("on", np.int8),
        ("moves", np.float64, (3,)),  # small, medium, large: 1e-4 dollars when all depth is taken
        ("exponent", np.float64),
        ("half_life", np.float64),  # ns
        ("widen", np.float64),  # 1e-4 dollars
        ("widen_ns", np.int64),
    ],
    align=True,
)
"""`config.Impact` as the kernels read it."""


def make_impact(config: Impact) -> np.void:
    """The kernels' record of an impact configuration."""
    record = np.zeros(1, IMPACT)
    moves = (config.small * CENT, config.medium * CENT, config.large * CENT)
    record[0] = (
        int(any(moves) or config.widen_cents > 0.0),
        moves,
        config.exponent,
        config.half_life_s * SECOND,
        config.widen_cents * CENT,
        round(config.widen_s * SECOND),
    )
    return record[0]


@lean_kernel
def pushed(impact, footprint, side, ts):
    """How far our takes of a side still hold prices against it at `ts`, 1e-4 dollars."""
    push = footprint.push[side]
    if push <= 0.0:
        return 0.0
    return push * 2.0 ** (-(ts - footprint.push_ts[side]) / impact.half_life)


@lean_kernel
def half_widening(impact, footprint, ts):
    """By how much either touch stands further off at `ts`, 1e-4 dollars."""
    return 0.5 * impact.widen if ts < footprint.wide_until else 0.0


@lean_kernel
def levels_off(pack, market, side, level, distance):
    """How many ladder levels a price moves against a side by a distance, to the nearest."""
    m = pack.markets[market]
    step = 1 if side == BID else -1
    at, moved = level, 0
    while 0 <= at + step < m.levels:
        tick = abs(np.int64(pack.prices[m.price + at + step]) - np.int64(pack.prices[m.price + at]))
        if distance < 0.5 * tick:
            break
        distance -= tick
        at += step
        moved += 1
    return moved


@lean_kernel
def note_take(impact, footprint, pack, market, side, touch, taken, ts, message):
    """Let a take of one order move prices.

    Args:
        impact: IMPACT record that is on.
        footprint: FOOTPRINT record, changed.
        pack: the tape.
        market: pack market.
        side: BID or ASK, the taking order's.
        touch: opposite touch that it met.
        taken: 1e-2 contracts, above 0.
        ts: ns.
        message: last message then.
    """
    m = pack.markets[market]
    step = 1 if side == BID else -1
    depth = np.int64(0)
    for k in range(DEPTH_LEVELS):
        level = touch + step * k
        if 0 <= level < m.levels:
            depth += size_at(pack, market, 1 - side, level, message)
    class_ = 0 if taken < MEDIUM_FROM else (1 if taken < LARGE_FROM else 2)
    share = taken / max(depth, taken)
    before = pushed(impact, footprint, side, ts)
    footprint.push[side] = before + impact.moves[class_] * share**impact.exponent
    footprint.push_ts[side] = ts
    if class_ > 0 and impact.widen > 0.0:
        footprint.wide_until = ts + impact.widen_ns
