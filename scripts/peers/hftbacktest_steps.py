"""hftbacktest decides once in so long and sends an order each time: decisions a second.

Arguments: the .npz of kalshi_exp's event arrays, and the nanoseconds between decisions.
Needs the peers' environment.
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise

import numpy as np
from hftbacktest import GTC, LIMIT, BacktestAsset, ROIVectorMarketDepthBacktest
from numba import njit

from scripts.peers.answering import answer


@njit
def play(backtest, every, size):
    """One order a decision at our own touch, in place of the one on its side; the decisions."""
    standing = np.zeros(2, np.uint64)
    decisions = 0
    draw = np.uint64(1)
    while backtest.elapse(every) == 0:
        decisions += 1
        draw = draw * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        side = np.int64(draw >> np.uint64(63))
        depth = backtest.depth(0)
        bid, ask = depth.best_bid, depth.best_ask
        if not 0.0 < bid < ask < 1.0:
            continue
        backtest.clear_inactive_orders(0)
        orders = backtest.orders(0)
        if standing[side] > 0 and standing[side] in orders:  # noqa: SIM102  as Numba reads it
            if orders.get(standing[side]).cancellable:
                backtest.cancel(0, standing[side], False)
        number = np.uint64(decisions)
        if side == 0:
            backtest.submit_buy_order(0, number, bid, size, GTC, LIMIT, False)
        else:
            backtest.submit_sell_order(0, number, ask, size, GTC, LIMIT, False)
        standing[side] = number
    return decisions


def backtests(events, rows, tick):
    """One backtest a market."""
    made = []
    for low, high in pairwise(rows):
        asset = (
            BacktestAsset()
            .data(events[low:high])
            .linear_asset(1.0)
            .constant_order_latency(60_000_000, 0)
            .risk_adverse_queue_model()
            .partial_fill_exchange()
            .trading_value_fee_model(0.0, 0.0)
            .tick_size(tick)
            .lot_size(0.01)
            .roi_lb(0.0)
            .roi_ub(1.0)
            .last_trades_capacity(0)
        )
        made.append(ROIVectorMarketDepthBacktest([asset]))
    return made


def main() -> None:
    tape = np.load(sys.argv[1])
    events, rows, tick = tape["events"], tape["rows"], float(tape["tick"])
    every = int(sys.argv[2])

    def measure() -> float:
        waiting = backtests(events, rows, tick)
        begun = time.thread_time()
        decisions = sum(play(one, every, 10.0) for one in waiting)
        rate = decisions / (time.thread_time() - begun)
        for one in waiting:
            one.close()
        return rate

    measure()
    answer(measure)


if __name__ == "__main__":
    main()
