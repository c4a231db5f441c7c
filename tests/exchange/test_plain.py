"""`plain` holds no edge: probes inside the engine, with no latency, lose after fees.

The whole table: `python -m tests.exchange.probes`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config.scenario import Informed, Scenario
from kalshi_exp.exchange import advance, new_exchange, session_start
from kalshi_exp.market.units import ASK, BID
from tests.exchange.probes import PROBES, interval, run_probe

SESSIONS = 200
CHOSEN = (
    "join, again each second",
    "join, keeping the place",
    "join the heavy side",
    "join a short queue",
    "join two ticks behind and wait",
    "improve by a tick",
    "take with imbalance",
    "take with 10 s momentum",
    "take with the last print",
)


@pytest.mark.parametrize("probe", CHOSEN)
def test_no_probe_earns(probe):
    out = run_probe(Scenario(), probe, SESSIONS, seed=1)
    assert out["filled"].mean() > 50
    assert interval(out["settled"])[1] <= 0.0  # noisy: a position is held for up to 15 minutes
    assert interval(out["marked"])[2] < 0.0
    assert interval(out["true"])[2] < 0.0


def test_the_probes_would_see_an_edge():
    """Without informed traders the joiner earns the spread: the test above can fail."""
    naive = replace(Scenario(), informed=Informed(strength=0.0))
    naive.belief.volatility_cents = 0.1
    naive.belief.jumps_per_hour = 0.0
    out = run_probe(naive, "join, keeping the place", 40, seed=1)
    assert interval(out["true"])[1] > 0.0
    assert set(CHOSEN) <= set(PROBES)


def test_the_mid_is_what_yes_is_worth_in_every_decile():
    """Buying at the mid and holding to settlement earns nothing before costs."""
    rows = []
    for number in range(150):
        scenario = Scenario()
        start = session_start(scenario, number)
        exchange = new_exchange(scenario, 2, number, start)
        for second in range(20, 900, 20):
            now = start + second * 10**9
            exchange = advance(exchange, np.int64(now))
            bid, ask = exchange.engine.best[0, BID], exchange.engine.best[0, ASK]
            if bid >= 0 and ask < exchange.engine.prices.size:
                mid = (exchange.engine.prices[bid] + exchange.engine.prices[ask]) / 200
                truth = 100 * exchange.belief[0, second * 20]
                rows.append((number, mid, truth, exchange.settlement[0] / 100))
    number, mid, truth, settlement = np.array(rows).T
    for low in range(0, 100, 10):
        there = (mid >= low) & (mid < low + 10)
        for value, reach, floor in ((truth, 3.0, 0.05), (settlement, 3.0, 0.0)):
            sums = np.bincount(number.astype(int)[there], (value - mid)[there], 150)
            counts = np.bincount(number.astype(int)[there], minlength=150)
            mean = sums.sum() / counts.sum()
            error = np.sqrt(((sums - mean * counts) ** 2).sum()) / counts.sum()
            assert abs(mean) < reach * error + floor, (low, mean, error)
