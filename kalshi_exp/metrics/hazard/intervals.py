"""What a tape says of resting orders' turns: the waits between the trades that could fill them.

Orders of one contract are imagined to join the back of both touches every few seconds, and some to
stand a level behind or inside. They stay at their price and leave the tape as it is. Whether a
trade would have filled one is told by the ruler: its place in the queue under QUEUE with PRO_RATA
(`kalshi_exp.fills.ahead_after_cancel`). Trades of one instant are one trade.

An instant at which the tape goes through an order's level (a trade at a worse price, or an opposite
order at a price that meets it), or trades there with nothing left in front of it, fills the order
whatever its hazard: it ends the order and says nothing of the hazard. Neither does the wait after
the last trade at its level, which nobody saw the end of: because of patience, the close, or a gap
in the tape.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.fills.hazard import COVARIATES, covariates, look_anew, stirs
from kalshi_exp.fills.queue_place import ahead_after_cancel
from kalshi_exp.fills.spec import PRO_RATA
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import BID, NEVER, SECOND
from kalshi_exp.tape.pack import Pack, pack_sessions, size_at
from kalshi_exp.tape.session import Kind, Session

ADD, CANCEL, FILL, PRINT = int(Kind.ADD), int(Kind.CANCEL), int(Kind.FILL), int(Kind.PRINT)
GAP = int(Kind.GAP)
EVERY_S = 5
PATIENCE_S = 60
MOST = 100_000  # stretches of a session
TURNS = 4  # of the grid: at the second of them some orders stand behind, at the last inside


class Intervals(NamedTuple):
    """Orders K, the waits I between trades that could fill them, and stretches R of these.

    Attributes:
        x: float64[R, 6], covariates (`COVARIATES`) of a stretch over which nothing changes.
        seconds: float64[R], how long it lasts.
        first: int64[I], first stretch of each wait; every wait has one at least.
        order: int64[I], the order that waits.
        ended: int64[I], ns, when the trade came.
        filled: bool[I], whether it was the order's first fill.
        counted: bool[I], whether the order had not been filled before.
        place: int64[K], levels behind the touch: -1 inside, 0 at it, 1 behind.
        placed: int64[K], ns.
        got: int64[K], ns of its first fill by the ruler; NEVER.
        sure: int64[K], ns at which it is filled whatever its hazard; NEVER.
        seen: bool[K], whether the tape follows it for PATIENCE_S, or to a fill that is certain.
        session: int64[K], number of the session.
    """

    x: np.ndarray
    seconds: np.ndarray
    first: np.ndarray
    order: np.ndarray
    ended: np.ndarray
    filled: np.ndarray
    counted: np.ndarray
    place: np.ndarray
    placed: np.ndarray
    got: np.ndarray
    sure: np.ndarray
    seen: np.ndarray
    session: np.ndarray


@kernel
def _follow(
    pack: Pack, market: int, side: int, level: int, message: int, placed: int, order: int,
    out: Intervals, rows: int, waits: int,
) -> tuple[int, int]:  # fmt: skip
    """Follow one order; (stretches, waits) written so far. Arrays without room are not written."""
    m = pack.markets[market]
    ahead = np.int64(size_at(pack, market, side, level, message))
    until = placed + PATIENCE_S * SECOND
    start, since = rows, placed
    x = covariates(look_anew(pack, market, message, placed), side, level, ahead)
    got, sure, seen = NEVER, NEVER, until <= m.close
    traded = filled = False
    for i in range(message + 1, m.last):
        ts = pack.messages[i].ts
        if ts > until:
            break
        tag = np.int64(pack.tags[i])
        on, at, kind = tag & 1, tag >> 4, (tag >> 1) & 7
        size = pack.messages[i].size
        beyond = level - at if side == BID else at - level
        own = False
        if kind == GAP:
            seen = False
            break
        trade = kind in (FILL, PRINT) and on == side
        if kind == ADD and on != side:
            sure = ts if beyond >= 0 else NEVER
        elif trade and (beyond > 0 or (beyond == 0 and ahead == 0)):
            sure = ts
        elif trade and beyond == 0:
            traded = True
            filled = filled or abs(size) > ahead
            ahead = max(ahead - abs(size), np.int64(0))
        elif kind == CANCEL and on == side and beyond == 0:
            own = True
            ahead = ahead_after_cancel(PRO_RATA, 0.0, ahead, -size, pack.after[i])
        if sure != NEVER:
            break
        if traded or own or stirs(pack, market, i):
            if ts > since:
                if rows < len(out.seconds):
                    out.seconds[rows] = (ts - since) / SECOND
                    for k in range(len(x)):
                        out.x[rows, k] = x[k]
                rows += 1
            since = ts
            x = covariates(look_anew(pack, market, i, ts), side, level, ahead)
        last = i + 1 == m.last or pack.messages[i + 1].ts != ts
        if traded and last:
            if rows > start:
                if waits < len(out.first):
                    out.first[waits], out.order[waits] = start, order
                    out.ended[waits] = ts
                    out.filled[waits] = filled and got == NEVER
                    out.counted[waits] = got == NEVER
                waits += 1
            if filled:
                got = min(got, ts)
            traded = filled = False
            start = rows
    if sure != NEVER:
        seen = True
        got = min(got, sure)
    if order < len(out.got):
        out.placed[order], out.got[order] = placed, got
        out.sure[order], out.seen[order] = sure, seen
    return start, waits


@kernel
def _walk(pack: Pack, every: int, out: Intervals) -> tuple[int, int, int]:
    rows = waits = orders = 0
    for market in range(len(pack.markets)):
        m = pack.markets[market]
        if m.last == m.first:
            continue
        message, placed, turn = m.first, pack.messages[m.first].ts, 0
        while placed < m.close:
            while message + 1 < m.last and pack.messages[message + 1].ts <= placed:
                message += 1
            bid, ask = np.int64(pack.bid[message]), np.int64(pack.ask[message])
            if message + 1 == m.last:
                break
            if bid >= 0 and ask < m.levels:
                for side in range(2):
                    for place in range(-1, 2):
                        level = bid - place if side == BID else ask + place
                        if place == 1 and turn % TURNS != 1:
                            continue
                        if place == -1 and (turn % TURNS != TURNS - 1 or ask - bid < 2):
                            continue
                        if level < 0 or level >= m.levels:
                            continue
                        if orders < len(out.place):
                            out.place[orders] = place
                            out.session[orders] = m.session
                        rows, waits = _follow(
                            pack, market, side, level, message, placed, orders, out, rows, waits
                        )
                        orders += 1
            placed += every
            turn += 1
    return rows, waits, orders


def _blank(rows: int, waits: int, orders: int) -> Intervals:
    whole, yes = np.int64, np.bool_
    return Intervals(
        np.zeros((rows, len(COVARIATES))),
        np.zeros(rows),
        np.zeros(waits, whole),
        np.zeros(waits, whole),
        np.zeros(waits, whole),
        np.zeros(waits, yes),
        np.zeros(waits, yes),
        np.zeros(orders, whole),
        np.zeros(orders, whole),
        np.zeros(orders, whole),
        np.zeros(orders, whole),
        np.zeros(orders, yes),
        np.zeros(orders, whole),
    )


def intervals_of(session: Session, number: int, most: int = MOST) -> Intervals:
    """The waits of imagined orders in one session; see the module.

    Args:
        session: all its markets count.
        number: of the session.
        most: stretches to keep in memory; orders are placed at longer intervals when there would
            be more.
    """
    pack, every = pack_sessions([session]), EVERY_S * SECOND
    rows, waits, orders = _walk(pack, every, _blank(0, 0, 0))
    while rows > most and orders > 2:
        every *= -(-rows // most)
        rows, waits, orders = _walk(pack, every, _blank(0, 0, 0))
    out = _blank(rows, waits, orders)
    _walk(pack, every, out)
    out.session[:] = number
    return out


def joined(parts: list[Intervals]) -> Intervals:
    """Several sessions' waits as one."""
    rows = np.cumsum([0] + [len(part.seconds) for part in parts])
    orders = np.cumsum([0] + [len(part.place) for part in parts])
    moved = [
        part._replace(first=part.first + row, order=part.order + order)
        for part, row, order in zip(parts, rows[:-1], orders[:-1], strict=True)
    ]
    return Intervals(*(np.concatenate(arrays) for arrays in zip(*moved, strict=True)))
