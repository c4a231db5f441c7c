"""Followers take with the move, a while after it; without strength there is nothing of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kalshi_exp.config.scenario import Belief, Momentum, Scenario
from kalshi_exp.exchange import Exchange, advance, new_exchange
from kalshi_exp.exchange.owners import MOMENTUM
from kalshi_exp.exchange.sampling import FOLLOWER
from kalshi_exp.market.units import ASK, SECOND

START = 1_700_000_000 * SECOND
LIVELY = Scenario(
    duration_s=600.0,
    belief=Belief(volatility_cents=1.5),
    momentum=Momentum(strength=1.0, delay_ms=100.0),
)


def play(scenario: Scenario, number: int = 0) -> tuple[Exchange, np.ndarray]:
    """The session and its mid by second, cents."""
    exchange = new_exchange(scenario, 4, number, START)
    mids = np.full(int(scenario.duration_s) + 1, np.nan)
    for second in range(1, len(mids)):
        exchange = advance(exchange, np.int64(START + second * SECOND))
        best = exchange.engine.best[0]
        if best[0] >= 0 and best[1] < exchange.engine.prices.size:
            mids[second] = exchange.engine.prices[best].mean() / 100
    return exchange, mids


def test_they_take_with_the_move_of_the_last_ten_seconds():
    with_it = total = contracts = 0
    for number in range(6):
        exchange, mids = play(LIVELY, number)
        log = exchange.engine.log[: exchange.engine.counts[0]["logged"]]
        assert MOMENTUM not in log["owner"]  # they never rest
        for entry in log[log["taker"] == MOMENTUM]:
            second = int((entry["ts"] - START) // SECOND)
            moved = mids[second] - mids[second - 10]
            total += 1
            contracts -= entry["size"] / 100
            with_it += moved > 0 if entry["side"] == ASK else moved < 0
    assert total > 60
    assert with_it / total > 0.9
    assert contracts / total < 60


def test_a_market_that_stands_still_rouses_nobody():
    still = replace(LIVELY, belief=Belief(volatility_cents=0.0, jumps_per_hour=0.0))
    exchange, _ = play(replace(still, duration_s=120.0))
    assert exchange.engine.accounts[0, MOMENTUM]["taken"] == 0
    assert exchange.ordinals[0, FOLLOWER] > 100


def test_strength_zero_leaves_the_tape_as_it_was():
    logs = []
    for momentum in (Momentum(), Momentum(strength=0.0, threshold_cents=0.5)):
        exchange, _ = play(replace(LIVELY, duration_s=120.0, momentum=momentum))
        assert exchange.ordinals[0, FOLLOWER] == 0
        log = exchange.engine.log[: exchange.engine.counts[0]["logged"]]
        logs.append([log[name].tobytes() for name in log.dtype.names])
    assert logs[0] == logs[1]
