"""Liquidity we took that the tape still shows: it is not there to be taken again."""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.footprint import UNUSED
from kalshi_exp.fills.spec import TIMER
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.tape.pack import size_at


@lean_kernel
def _recover(spec, pack, market, entry, ts, message):
    """Give back what time (TIMER) or the tape (EVIDENCE) has given back up to now.

    By evidence, what we took cannot be more than the tape showed at any moment since: liquidity
    that left the level takes ours with it, and what is added after that is new. Between those
    moments it comes back by itself, exponentially, when the model says so.
    """
    if spec.recovery == TIMER:
        if ts - entry.ts > spec.recovery_ns:
            entry.size = 0
        return
    m = pack.markets[market]
    row = m.index + entry.side * m.levels + entry.level
    low, high = pack.level_start[row], pack.level_start[row + 1]
    last = high
    while low < high:
        middle = (low + high) >> 1
        if pack.level_messages[middle] <= entry.message:
            low = middle + 1
        else:
            high = middle
    if spec.recovery_ns > 0:
        _fade(spec, pack, entry, low, last, ts, message)
    else:
        while low < last and pack.level_messages[low] <= message and entry.size > 0:
            entry.size = min(entry.size, pack.after[pack.level_messages[low]])
            low += 1
    entry.message = max(entry.message, message)


@lean_kernel
def _fade(spec, pack, entry, low, last, ts, message):
    """Evidence and return by itself in the order of time; what is missing is rounded down."""
    missing, since = float(entry.size), entry.ts
    while low < last and pack.level_messages[low] <= message and missing >= 1.0:
        at = pack.level_messages[low]
        missing *= np.exp((since - pack.messages[at].ts) / spec.recovery_ns)
        missing, since = min(missing, float(pack.after[at])), pack.messages[at].ts
        low += 1
    entry.size = np.int64(missing * np.exp((since - ts) / spec.recovery_ns))
    entry.ts = ts


@lean_kernel
def _place_for(spec, pack, market, footprint, side, level, ts, message):
    """Index of the (side, level)'s entry, else of a free one, else -1."""
    consumed = footprint.consumed
    free = -1
    for k in range(consumed.shape[0]):
        entry = consumed[k]
        if entry.size <= 0:
            if free < 0:
                free = k
            if entry.size == UNUSED:
                break
        elif entry.level == level and entry.side == side:
            _recover(spec, pack, market, entry, ts, message)
            return k
    if free >= 0:
        return free
    for k in range(consumed.shape[0]):
        _recover(spec, pack, market, consumed[k], ts, message)
        if consumed[k].size <= 0:
            return k
    return -1


@lean_kernel
def offered(spec, pack, market, footprint, side, level, ts, message, counters):
    """What the tape shows at a level and we have not taken.

    Args:
        spec: SPEC record.
        pack: the tape.
        market: pack market.
        footprint: FOOTPRINT record of the row; stale entries are brought up to date.
        side: side of the book to take from.
        level: ladder index.
        ts: now, ns.
        message: last message seen.
        counters: COUNTERS record; `overflow` rises when there is no room to book a take.

    Returns:
        (size in 1e-2 contracts, entry to book the take in). Without room nothing is offered, for
        what is not booked would be sold twice.
    """
    shown = size_at(pack, market, side, level, message)
    if shown <= 0:
        return shown * 0, -1
    k = _place_for(spec, pack, market, footprint, side, level, ts, message)
    if k < 0:
        counters.overflow += 1
        return shown * 0, -1
    return max(shown - max(footprint.consumed[k].size, 0), 0), k


@lean_kernel
def consume(footprint, k, side, level, size, ts, message):
    """Book `size` as taken from (side, level) in the entry that `offered` named."""
    entry = footprint.consumed[k]
    entry.side = side
    entry.level = level
    entry.size = max(entry.size, 0) + size
    entry.ts = ts
    entry.message = message
