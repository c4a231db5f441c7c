"""Orders that join the back of the touch: whether the tape would have filled them, and what then.

A probe is one contract. It stays at its price; its place in the queue is the QUEUE fill model's
under PRO_RATA: the tape's trades at its level serve the queue first, a cancel there is shared by
all who stand, and a trade at a worse price or an opposite order that meets its price fills it. It
leaves the tape as it is: others do not react to it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.fills.queue_place import ahead_after_cancel
from kalshi_exp.fills.spec import PRO_RATA
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import BID, SECOND, SIZE_ONE
from kalshi_exp.metrics.market.book_path import BookPath
from kalshi_exp.tape.session import Kind

ADD, CANCEL, FILL, PRINT = int(Kind.ADD), int(Kind.CANCEL), int(Kind.FILL), int(Kind.PRINT)
EVERY_S = 5
PATIENCE_S = 60
UNFILLED = -1


class Probes(NamedTuple):
    """What became of the probes, arrays [K].

    Attributes:
        side: int64, BID or ASK.
        level: int64, ladder index.
        placed: int64, ns.
        filled: int64, ns; UNFILLED when it was not filled within PATIENCE_S.
    """

    side: np.ndarray
    level: np.ndarray
    placed: np.ndarray
    filled: np.ndarray


@kernel
def _fill_time(
    messages: np.ndarray,
    after: np.ndarray,
    start: int,
    until: int,
    side: int,
    level: int,
    ahead: int,
) -> int:
    left = np.int64(SIZE_ONE)
    for i in range(start, len(messages)):
        if messages[i].ts > until:
            break
        kind = messages[i].kind
        behind = level - messages[i].level if side == BID else messages[i].level - level
        if kind == ADD:
            if messages[i].side != side and behind >= 0:
                left -= messages[i].size
        elif messages[i].side != side or behind < 0:
            continue
        elif kind in (FILL, PRINT):
            size = abs(messages[i].size)
            if behind > 0:
                left -= size
            else:
                left -= max(size - ahead, 0)
                ahead = max(ahead - size, 0)
        elif kind == CANCEL and behind == 0:
            ahead = ahead_after_cancel(PRO_RATA, 0.0, ahead, -messages[i].size, after[i])
        if left <= 0:
            return messages[i].ts
    return UNFILLED


@kernel
def _probe(
    messages: np.ndarray,
    levels: int,
    bid: np.ndarray,
    ask: np.ndarray,
    after: np.ndarray,
    second: np.ndarray,
    depth: np.ndarray,
    out: np.ndarray,
) -> int:
    probes = 0
    for point in range(0, len(second) - PATIENCE_S, EVERY_S):
        i = second[point]
        if bid[i] < 0 or ask[i] >= levels:
            continue
        now = messages[0].ts + point * SECOND
        for side in range(2):
            level = np.int64(bid[i]) if side == BID else np.int64(ask[i])
            out[0, probes] = side
            out[1, probes] = level
            out[2, probes] = now
            out[3, probes] = _fill_time(
                messages, after, i + 1, now + PATIENCE_S * SECOND, side, level,
                depth[point, side, 0],
            )  # fmt: skip
            probes += 1
    return probes


def probe(messages: np.ndarray, path: BookPath, levels: int) -> Probes:
    """Send a probe to either touch every EVERY_S seconds while the book is two-sided.

    Probes that the tape can't follow for PATIENCE_S are not sent.

    Args:
        messages: MESSAGE[T] of one market.
        path: its `book_path`.
        levels: of its ladder.
    """
    room = 2 * (len(path.second) // EVERY_S + 1)
    out = np.zeros((4, room), np.int64)
    sent = _probe(
        messages, levels, path.bid, path.ask, path.after, path.second, path.depth, out
    )  # fmt: skip
    return Probes(*out[:, :sent])
