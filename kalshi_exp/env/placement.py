"""Where an action's order goes on the ladder."""

from __future__ import annotations

from kalshi_exp.env.state import CROSS, IMPROVE
from kalshi_exp.market.jit import inlined_kernel, lean_kernel
from kalshi_exp.market.units import BID
from kalshi_exp.tape.pack import size_at

WALK_FROM = 2_000  # from 20 contracts `cross` reaches into the third level
WALK_LEVELS = 3


@lean_kernel
def allowed(pack, market, level, now):
    """Whether the price grid in force at `now` has this ladder level."""
    m = pack.markets[market]
    if level < 0 or level >= m.levels:
        return False
    epoch = m.epochs - 1
    while epoch > 0 and pack.epoch_ts[m.epoch + epoch] > now:
        epoch -= 1
    return pack.valid[m.valid + epoch * m.levels + level]


@lean_kernel
def next_level(pack, market, level, step, now):
    """The next allowed level in direction `step` (+1, -1); the level itself at the ladder's end."""
    levels = pack.markets[market].levels
    candidate = level + step
    while 0 <= candidate < levels:
        if allowed(pack, market, candidate, now):
            return candidate
        candidate += step
    return level


@lean_kernel
def _deep_level(pack, market, message, side, touch, now):
    """Third non-empty level of the side being taken, plus one tick, or as deep as there is."""
    levels = pack.markets[market].levels
    step = 1 if side == BID else -1
    opposite = 1 - side
    found, deepest, level = 1, touch, touch
    for _ in range(levels):
        level += step
        if found == WALK_LEVELS or level < 0 or level >= levels:
            break
        if size_at(pack, market, opposite, level, message) > 0:
            found += 1
            deepest = level
    return next_level(pack, market, deepest, step, now)


@inlined_kernel
def limit_level(placement, pack, market, message, side, size, bid, ask, now):
    """Ladder level of an order's limit.

    Args:
        placement: JOIN, IMPROVE or CROSS.
        pack: the tape.
        market: pack market.
        message: last message seen.
        side: BID or ASK, the order's own side.
        size: 1e-2 contracts.
        bid: own touch of the BID side, as a level.
        ask: touch of the ASK side, as a level.
        now: ns, for the grid in force.

    Returns:
        The level; the book is two-sided when this is called.
    """
    own, other = (bid, ask) if side == BID else (ask, bid)
    if placement == CROSS:
        if size < WALK_FROM:
            return other
        return _deep_level(pack, market, message, side, other, now)
    if placement == IMPROVE:
        inside = next_level(pack, market, own, 1 if side == BID else -1, now)
        return inside if bid < inside < ask else own
    return own
