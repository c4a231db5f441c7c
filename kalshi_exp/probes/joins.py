"""One contract sent to the back of either touch, again and again: what a fill model does with it.

The simplest question that a recording can answer within bounds. Each order is alone: it leaves the
tape as it is, and the next one knows nothing of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kalshi_exp.config import Fill
from kalshi_exp.fills import COUNTERS, execute, make_spec, new_footprint, write_order
from kalshi_exp.fills.footprint import clear_footprint
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.orders import EMPTY, FILL, ORDER, SLOTS
from kalshi_exp.market.units import BID, NEVER, SECOND, SIZE_ONE
from kalshi_exp.tape import Pack, Session, pack_sessions
from kalshi_exp.tape.mids import last_message, mids_after
from kalshi_exp.tape.session import Kind

EVERY_S = 5
PATIENCE_S = 60
JOIN_HORIZONS = (1, 5, 30, 60)
JOIN_MARKOUTS = (1, 5, 30)
UNFILLED = -1
_LOOKS = 1 << 20  # more than one order gets: its draws are the same at any step
GAP = int(Kind.GAP)


class Joins(NamedTuple):
    """What became of the orders of one session.

    Attributes:
        sent: orders.
        across_gaps: orders left out because the recording has a gap within their life.
        within: int64[len(JOIN_HORIZONS)], orders filled within so many seconds.
        gains: float64[len(JOIN_MARKOUTS)], cents: mids so many seconds after fills against prices.
        valued: int64[len(JOIN_MARKOUTS)], fills that could be valued then: the recording goes on
            so long, and has no gap before.
    """

    sent: int
    across_gaps: int
    within: np.ndarray
    gains: np.ndarray
    valued: np.ndarray


@kernel
def _gap_within(pack: Any, start: Any, stop: Any) -> Any:
    broken = False
    for i in range(start, stop + 1):
        broken = broken or pack.messages[i].kind == GAP
    return broken


@kernel
def _join(
    spec: Any, pack: Any, market: Any, step: Any, seed: Any, orders: Any, footprint: Any,
    fills: Any, counters: Any, out: Any,
) -> Any:  # fmt: skip
    """Send orders of one market and write (side, price, sent, filled) of each; filled -2: a gap."""
    m = pack.markets[market]
    begun = pack.messages[m.first].ts
    end = pack.messages[m.last - 1].ts
    sent = np.int64(0)
    steps = PATIENCE_S * SECOND // step
    now = begun
    while now + PATIENCE_S * SECOND <= end:
        first = last_message(pack, market, now)
        bid, ask = np.int64(pack.bid[first]), np.int64(pack.ask[first])
        if bid >= 0 and ask < m.levels:
            last = last_message(pack, market, now + PATIENCE_S * SECOND)
            broken = _gap_within(pack, first + 1, last)
            for side in range(2):
                level = bid if side == BID else ask
                out[sent, 0], out[sent, 1] = side, pack.prices[m.price + level]
                out[sent, 2], out[sent, 3] = now, -2 if broken else UNFILLED
                if not broken:
                    for slot in range(SLOTS):
                        orders[slot].state = EMPTY
                    clear_footprint(footprint)
                    write_order(
                        orders[0], np.int64(side), level, np.int64(SIZE_ONE), np.int64(0),
                        np.int64(0), np.int64(0), now, np.int64(0), np.int64(NEVER), sent + 1,
                    )  # fmt: skip
                    seen = first
                    for k in range(steps):
                        until = now + (k + 1) * step
                        upto = last_message(pack, market, until)
                        n, _ = execute(
                            spec, pack, market, orders, footprint, np.int64(0), seen, upto, until,
                            seed, sent * _LOOKS + k, fills, counters,
                        )  # fmt: skip
                        seen = upto
                        if n > 0:
                            out[sent, 3] = fills[0].ts
                            break
                sent += 1
        now += EVERY_S * SECOND
    return sent


def join(session: Session, fill: Fill, seed: int = 0, step_s: float = 1.0) -> Joins:
    """Send one contract to the back of either touch every `EVERY_S` seconds, and wait a minute.

    An order is there at once; its fees do not count.

    Args:
        session: recorded or simulated.
        fill: the model.
        seed: of its luck.
        step_s: seconds between two looks of the model at its resting orders.

    Returns:
        Sums over all orders of all markets; those that the recording can't follow are not sent.
    """
    pack: Pack = pack_sessions([session])
    spec, step = make_spec(fill), np.int64(round(step_s * SECOND))
    orders, footprint, counters = np.zeros(SLOTS, ORDER), new_footprint(), np.zeros(1, COUNTERS)
    fills = np.zeros(64, FILL)
    found = [np.zeros((0, 4), np.int64)]
    where = [np.zeros(0, np.int64)]
    for market in range(len(pack.markets)):
        m = pack.markets[market]
        if m["last"] == m["first"]:
            continue
        span = int(pack.messages["ts"][m["last"] - 1] - pack.messages["ts"][m["first"]])
        out = np.zeros((2 * (span // (EVERY_S * SECOND) + 2), 4), np.int64)
        sent = _join(
            spec[0], pack, np.int64(market), step, np.int64(seed), orders, footprint[0], fills,
            counters[0], out,
        )  # fmt: skip
        found.append(out[:sent])
        where.append(np.full(sent, market, np.int64))
    return _summed(pack, np.concatenate(found), np.concatenate(where))


def _followed(pack: Pack, markets: np.ndarray, ts: np.ndarray, after: np.ndarray) -> np.ndarray:
    """bool[F, len(after)]: the recording goes on so long after a moment, without a gap."""
    out = np.zeros((len(ts), len(after)), np.bool_)
    for market in np.unique(markets):
        m, here = pack.markets[market], markets == market
        messages = pack.messages[m["first"] : m["last"]]
        gaps = messages["ts"][messages["kind"] == GAP]
        then = ts[here, None] + after
        missed = (
            np.searchsorted(gaps, then, "right") - np.searchsorted(gaps, ts[here], "right")[:, None]
        )
        out[here] = (then <= messages["ts"][-1]) & (missed == 0)
    return out


def _summed(pack: Pack, found: np.ndarray, where: np.ndarray) -> Joins:
    whole = found[:, 3] != -2
    filled = found[:, 3] >= 0
    waited = np.where(filled, found[:, 3] - found[:, 2], np.iinfo(np.int64).max)
    within = np.array([(whole & (waited <= h * SECOND)).sum() for h in JOIN_HORIZONS], np.int64)
    side, price, ts = found[filled, 0], found[filled, 1], found[filled, 3]
    after = tuple(seconds * SECOND for seconds in JOIN_MARKOUTS)
    mids = mids_after(pack, where[filled], ts, after)[:, 1:].astype(np.int64)
    known = (mids >= 0) & _followed(pack, where[filled], ts, np.array(after))
    sign = np.where(side == BID, 1, -1)[:, None]
    gains = np.where(known, sign * (mids - 2 * price[:, None]) / 200.0, 0.0)
    return Joins(
        int(whole.sum()), int((~whole).sum()), within, gains.sum(0), known.sum(0).astype(np.int64)
    )
