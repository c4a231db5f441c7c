"""What is scheduled happens when it is scheduled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kalshi_exp.config.scenario import Belief, Groups, Scenario, ScriptEvent, ScriptKind
from kalshi_exp.exchange import advance, new_exchange
from kalshi_exp.exchange.script import PAUSE, make_script
from kalshi_exp.market.units import SECOND

START = 1_700_000_000 * SECOND
STILL = Scenario(duration_s=60.0, markets=3, belief=Belief(volatility_cents=0.0, jumps_per_hour=0))


def test_news_move_the_belief_at_their_time_up_or_down():
    told = replace(STILL, script=[ScriptEvent(at_s=20.0, market=1, cents=10.0)])
    ups = 0
    for number in range(60):
        belief = new_exchange(told, 1, number, START).belief
        change = np.diff(belief, axis=1)
        assert (np.abs(change[[0, 2]]) < 1e-12).all()
        assert (np.flatnonzero(np.abs(change[1]) > 1e-9) == [20 * 20 - 1]).all()
        p = belief[1, 0]
        assert abs(abs(change[1, 399]) - 0.1 * 4 * p * (1 - p)) < 1e-9
        ups += change[1, 399] > 0
    assert 15 < ups < 45


def test_news_of_a_member_move_its_rivals():
    told = replace(
        STILL,
        groups=Groups(strength=1.0, exclusive=3),
        script=[ScriptEvent(at_s=20.0, market=1, cents=10.0)],
    )
    belief = new_exchange(told, 1, 0, START).belief
    before, after = belief[:, 399], belief[:, 400]
    assert abs(after.sum() - 1.0) < 1e-12
    assert abs(after[1] - before[1]) > 0.03
    ratio = after / before
    assert abs(ratio[0] - ratio[2]) < 1e-12 and (ratio[0] - 1) * (ratio[1] - 1) < 0


def test_makers_follow_the_news():
    told = replace(STILL, script=[ScriptEvent(at_s=20.0, market=-1, cents=20.0)])
    exchange = new_exchange(told, 1, 0, START)
    exchange = advance(exchange, np.int64(START + 19 * SECOND))
    mids = [exchange.engine.best.sum(axis=1) / 2]
    exchange = advance(exchange, np.int64(START + 25 * SECOND))
    mids.append(exchange.engine.best.sum(axis=1) / 2)
    moved = 100 * (exchange.belief[:, 500] - exchange.belief[:, 0])
    assert np.abs(mids[1] - mids[0] - moved).max() < 3.0


def test_a_halt_empties_the_book_and_trading_goes_on_after_it():
    told = replace(STILL, script=[ScriptEvent(20.0, ScriptKind.halt, 1, lasts_s=10.0)])
    exchange = new_exchange(told, 1, 0, START)
    for second in range(1, 60):
        exchange = advance(exchange, np.int64(START + second * SECOND))
        sizes = exchange.engine.sizes.sum(axis=(1, 2))
        assert (sizes[[0, 2]] > 0).all()
        assert exchange.engine.open[1] == (not 20 < second <= 30)
        if 20 < second <= 30:
            assert sizes[1] == 0
        if second > 32:
            assert sizes[1] > 0
    log = exchange.engine.log[: exchange.engine.counts[0]["logged"]]
    log = log[log["market"] == 1]
    halted = (log["ts"] > START + 20 * SECOND) & (log["ts"] < START + 30 * SECOND)
    assert not halted.any()
    assert (log["ts"] >= START + 30 * SECOND).sum() > 50


def test_halts_that_overlap_are_one():
    halt = ScriptKind.halt
    told = replace(
        STILL,
        script=[
            ScriptEvent(25.0, halt, -1, lasts_s=10.0),
            ScriptEvent(20.0, halt, 1, lasts_s=10.0),
            ScriptEvent(50.0, halt, 1, lasts_s=5.0),
        ],
    )
    script = make_script(told)
    spans = [
        (int(row["market"]), row["start"] / SECOND, row["end"] / SECOND)
        for row in script[script["kind"] == PAUSE]
    ]
    assert spans == [(0, 25, 35), (1, 20, 35), (1, 50, 55), (2, 25, 35)]
