"""Which level change each trade made, so that every decrease is a fill or a cancel.

Kalshi sends one delta for each resting order a trade touches: of the same millisecond, the same
price and the same size, on the maker's side. In 95 % of cases the delta comes before its trade, in
5 % after it, so order of arrival decides nothing but ties: equal candidates pair in order.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.units import MILLISECOND, SECOND

_BEFORE, _AFTER = 1 * SECOND, 3 * SECOND


def pair_trades(
    deltas: np.ndarray, trades: np.ndarray, delta_times: np.ndarray, trade_times: np.ndarray
) -> np.ndarray:
    """The delta of each trade, for one market.

    Exact times (both to the millisecond) must be equal. Older recordings have trade times in whole
    seconds or deltas without a time; there a trade takes the unpaired delta nearest in order of
    arrival whose time lies from 1 s before to 3 s after it.

    Args:
        deltas: ROW[d], in order.
        trades: ROW[t], in order.
        delta_times: int64[d], ns, exchange time or the best estimate.
        trade_times: int64[t], ns, likewise.

    Returns:
        int64[t], index into `deltas`; -1 where no delta fits.
    """
    pairs = np.full(len(trades), -1, np.int64)
    if not len(trades) or not len(deltas):
        return pairs
    exact_deltas = np.flatnonzero((deltas["size"] < 0) & (deltas["ts"] >= 0))
    exact_trades = np.flatnonzero(trades["exact"] > 0)
    _pair_exact(deltas, trades, exact_deltas, exact_trades, pairs)
    left = np.flatnonzero((pairs < 0) & ((trades["exact"] == 0) | (len(exact_deltas) == 0)))
    if len(left):
        _pair_loosely(deltas, trades, delta_times, trade_times, left, pairs)
    return pairs


def _pair_exact(
    deltas: np.ndarray,
    trades: np.ndarray,
    delta_rows: np.ndarray,
    trade_rows: np.ndarray,
    pairs: np.ndarray,
) -> None:
    d, t = deltas[delta_rows], trades[trade_rows]
    columns = [
        np.concatenate([d["ts"] // MILLISECOND, t["ts"] // MILLISECOND]),
        np.concatenate([d["price"], t["price"]]),
        np.concatenate([-d["size"], t["size"]]),
        np.concatenate([d["side"], t["side"]]),
    ]
    is_trade = np.repeat([0, 1], [len(d), len(t)])
    order = np.lexsort((is_trade, *columns))  # stable: equal candidates stay in order
    changed = np.zeros(len(order), bool)
    changed[:1] = True
    for column in columns:
        changed[1:] |= np.diff(column[order]) != 0
    group = np.cumsum(changed) - 1
    first = np.flatnonzero(changed)
    trade_here = is_trade[order].astype(bool)
    offered = np.bincount(group[~trade_here], minlength=len(first))
    place = np.arange(len(order)) - first[group]
    turn = place - offered[group]  # deltas of a group come first, then its trades
    hit = trade_here & (turn < offered[group])
    partner = order[first[group[hit]] + turn[hit]]
    pairs[trade_rows[order[hit] - len(d)]] = delta_rows[partner]


def _pair_loosely(
    deltas: np.ndarray,
    trades: np.ndarray,
    delta_times: np.ndarray,
    trade_times: np.ndarray,
    left: np.ndarray,
    pairs: np.ndarray,
) -> None:
    taken = set(pairs[pairs >= 0].tolist())
    free: dict[tuple[int, int, int], list[int]] = {}
    for i in np.flatnonzero(deltas["size"] < 0).tolist():
        if i not in taken:
            row = deltas[i]
            free.setdefault((int(row["side"]), int(row["price"]), -int(row["size"])), []).append(i)
    for j in left.tolist():
        row = trades[j]
        candidates = free.get((int(row["side"]), int(row["price"]), int(row["size"])), [])
        near = [i for i in candidates if -_BEFORE <= delta_times[i] - trade_times[j] <= _AFTER]
        if near:
            arrival = (int(row["file"]), int(row["line"]))
            best = min(near, key=lambda i: (_distance(deltas[i : i + 1], arrival), i))
            candidates.remove(best)
            pairs[j] = best


def _distance(delta: np.ndarray, arrival: tuple[int, int]) -> tuple[int, int]:
    return abs(int(delta["file"][0]) - arrival[0]), abs(int(delta["line"][0]) - arrival[1])
