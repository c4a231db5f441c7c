"""hftbacktest replays a tape with nothing to do: messages a second. Needs the peers' environment.

Arguments: the .npz of kalshi_exp's event arrays, and how many messages they were made of.
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise

import numpy as np
from hftbacktest import BacktestAsset, ROIVectorMarketDepthBacktest
from numba import njit

from scripts.peers.answering import answer

STEP = 60_000_000_000


@njit
def idle(backtest):
    """To the end of the data in big steps."""
    while backtest.elapse(STEP) == 0:
        pass
    return backtest.depth(0).best_bid


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
            .no_partial_fill_exchange()
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
    messages = int(sys.argv[2])

    def measure() -> float:
        waiting = backtests(events, rows, tick)
        begun = time.thread_time()
        for one in waiting:
            idle(one)
        rate = messages / (time.thread_time() - begun)
        for one in waiting:
            one.close()
        return rate

    measure()
    answer(measure)


if __name__ == "__main__":
    main()
