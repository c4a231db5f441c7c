"""A pack in the form that hftbacktest replays, written to a file for the peers' environment."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SIZE_ONE
from kalshi_exp.tape import Kind, Pack

EVENT = np.dtype(
    [
        ("ev", np.uint64),
        ("exch_ts", np.int64),  # ns
        ("local_ts", np.int64),
        ("px", np.float64),  # dollars
        ("qty", np.float64),  # contracts: of a trade, or left at the level
        ("order_id", np.uint64),
        ("ival", np.int64),
        ("fval", np.float64),
    ],
    align=True,
)
"""hftbacktest's own event record (hftbacktest/types.py, 2.4)."""

_DEPTH, _TRADE = 1, 2
_VALID = 1 << 31 | 1 << 30  # for the exchange's processor and for the local one
_SIDE = {BID: 1 << 29, ASK: 1 << 28}  # of the book, or of the taker


def market_events(pack: Pack, market: int) -> np.ndarray:
    """One market's tape as events: what stands at a level after each change, and every trade.

    A FILL is both, as on Kalshi's wire; a GAP is neither.

    Returns:
        EVENT[...], in the tape's order.
    """
    row = pack.markets[market]
    span = slice(int(row["first"]), int(row["last"]))
    messages, after = pack.messages[span], pack.after[span]
    prices = pack.prices[row["price"] : row["price"] + row["levels"]]
    bids = messages["side"] == BID
    trades = np.isin(messages["kind"], (Kind.FILL, Kind.PRINT))
    depth = messages["kind"] < Kind.PRINT
    events = np.zeros((len(messages), 2), EVENT)  # a trade and its depth, in this order
    for column in range(2):
        events["exch_ts"][:, column] = events["local_ts"][:, column] = messages["ts"]
        events["px"][:, column] = prices[messages["level"]] / PRICE_ONE
    taker = np.where(bids, _SIDE[ASK], _SIDE[BID])
    events["ev"][:, 0] = _VALID | _TRADE | taker
    events["qty"][:, 0] = np.abs(messages["size"]) / SIZE_ONE
    events["ev"][:, 1] = _VALID | _DEPTH | np.where(bids, _SIDE[BID], _SIDE[ASK])
    events["qty"][:, 1] = after / SIZE_ONE
    return events.reshape(-1)[np.stack([trades, depth], 1).reshape(-1)]


def write_event_arrays(pack: Pack, path: Path) -> None:
    """Write every market's events, and what a replay has to know of them.

    Args:
        pack: the tape.
        path: an .npz file with `events` EVENT[...], `rows` int64[M + 1] (market m's events are
            rows[m] to rows[m + 1]) and `tick` (dollars, the finest step of any ladder).
    """
    parts = [market_events(pack, market) for market in range(len(pack.markets))]
    rows = np.cumsum([0, *map(len, parts)])
    tick = int(np.gcd.reduce(pack.prices))
    np.savez(path, events=np.concatenate(parts), rows=rows, tick=tick / PRICE_ONE)
