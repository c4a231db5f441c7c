"""Frames of one market, in order -> messages: one pass through the book."""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.book import CROSSED, NEGATIVE, apply, clear
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import ASK, BID

STEP = np.dtype(
    [
        ("ts", np.int64),
        ("size", np.int64),  # delta: signed change; snapshot: its number
        ("level", np.int32),
        ("side", np.int8),
        ("snapshot", np.int8),
        ("fill", np.int8),  # delta: paired with a trade
        ("gap", np.int8),  # frames are known to be missing before it
    ],
    align=True,
)

FINE, REFUSED_NEGATIVE, REFUSED_CROSSED, NO_BOOK, REPAIRED = 0, 1, 2, 3, 4

_ADD, _CANCEL, _FILL, _SNAPSHOT, _GAP = 0, 1, 2, 3, 5


@kernel
def _write(
    messages: np.ndarray,
    source: np.ndarray,
    count: int,
    ts: int,
    size: int,
    level: int,
    side: int,
    kind: int,
    step: int,
) -> int:
    messages[count].ts = ts
    messages[count].size = size
    messages[count].level = level
    messages[count].side = side
    messages[count].kind = kind
    source[count] = step
    return count + 1


@kernel
def replay(
    steps: np.ndarray,
    starts: np.ndarray,
    sides: np.ndarray,
    levels: np.ndarray,
    amounts: np.ndarray,
    sizes: np.ndarray,
    best: np.ndarray,
    messages: np.ndarray,
    source: np.ndarray,
    faults: np.ndarray,
) -> int:
    """Apply one market's frames in order and write the messages they make.

    The first snapshot fills an empty book; a later one is written as its differences, removals
    first so that the book never crosses on the way. A later snapshot that differs though nothing
    was known to be missing proves a loss: a GAP goes before it and its fault is REPAIRED.

    Args:
        steps: STEP[n], in order of time.
        starts: int64[s + 1], rows of each snapshot in the next three.
        sides: int8[r], of each row.
        levels: int32[r], of each row.
        amounts: int64[r], of each row.
        sizes: int64[2, n levels], scratch.
        best: int32[2], scratch.
        messages: MESSAGE[capacity], written.
        source: int64[capacity], written: the step each message came from.
        faults: int8[n], written: FINE or why a step was refused or repaired.

    Returns:
        How many messages were written.
    """
    clear(sizes, best)
    target = np.zeros(sizes.shape, np.int64)
    shown, count, gap = False, 0, False
    for i in range(len(steps)):
        step = steps[i]
        gap = gap or (step.gap != 0 and shown)
        if step.snapshot != 0:
            target[:, :] = 0
            top, bottom = -1, sizes.shape[1]
            for row in range(starts[step.size], starts[step.size + 1]):
                target[sides[row], levels[row]] += amounts[row]
                if sides[row] == BID:
                    top = max(top, levels[row])
                else:
                    bottom = min(bottom, levels[row])
            if top >= bottom:
                faults[i] = REFUSED_CROSSED
                continue
            differs = False
            for side in (BID, ASK):
                for level in range(sizes.shape[1]):
                    differs = differs or target[side, level] != sizes[side, level]
            if shown and differs and not gap:
                faults[i] = REPAIRED
                gap = True
            if gap:
                count = _write(messages, source, count, step.ts, 0, 0, 0, _GAP, i)
                gap = False
            for sign in (-1, 1):
                for side in (BID, ASK):
                    for level in range(sizes.shape[1]):
                        change = target[side, level] - sizes[side, level]
                        if change * sign > 0:
                            apply(sizes, best, side, level, change)
                            count = _write(
                                messages, source, count, step.ts, change, level, side,
                                _SNAPSHOT, i,
                            )  # fmt: skip
            shown = True
            continue
        if not shown:
            faults[i] = NO_BOOK
            continue
        result = apply(sizes, best, step.side, step.level, step.size)
        if result == NEGATIVE:
            faults[i] = REFUSED_NEGATIVE
            continue
        if result == CROSSED:
            apply(sizes, best, step.side, step.level, -step.size)
            faults[i] = REFUSED_CROSSED
            continue
        if gap:
            count = _write(messages, source, count, step.ts, 0, 0, 0, _GAP, i)
            gap = False
        kind = _ADD
        if step.size < 0:
            kind = _FILL if step.fill != 0 else _CANCEL
        count = _write(messages, source, count, step.ts, step.size, step.level, step.side, kind, i)
    return count
