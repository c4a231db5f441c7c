"""How long orders rest, from a tape that names no orders.

A removal is matched with an add of the same side, level and size. Only removals with exactly one
such add outstanding count; where there are more, the latest is taken away and nothing is counted.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.jit import kernel
from kalshi_exp.tape.session import Kind

ADD, CANCEL, FILL = int(Kind.ADD), int(Kind.CANCEL), int(Kind.FILL)


@kernel
def _match(
    messages: np.ndarray, keys: np.ndarray, order: np.ndarray, stack: np.ndarray, out: np.ndarray
) -> int:
    found = held = 0
    previous = np.int64(-1)
    for i in order:
        if keys[i] != previous:
            previous = keys[i]
            held = 0
        if messages[i].kind == ADD:
            stack[held] = messages[i].ts
            held += 1
        elif held > 0:
            held -= 1
            if held == 0:
                out[found] = messages[i].ts - stack[0]
                found += 1
    return found


def lifetimes(messages: np.ndarray) -> np.ndarray:
    """Resting times of the orders that can be told.

    Args:
        messages: MESSAGE[T] of one market, by time.

    Returns:
        int64, ns, in no order that means anything.
    """
    kinds = messages["kind"]
    moved = messages[(kinds == ADD) | (kinds == CANCEL) | (kinds == FILL)]
    place = (moved["level"].astype(np.int64) << 1) | moved["side"]
    keys = (place << 44) | np.abs(moved["size"])
    order = np.argsort(keys, kind="stable")
    stack, out = np.zeros(len(moved), np.int64), np.zeros(len(moved), np.int64)
    return out[: _match(moved, keys, order, stack, out)]
