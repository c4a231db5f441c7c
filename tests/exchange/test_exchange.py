"""The simulation as a whole: one outcome however it is cut, and others' luck stays theirs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange import (
    AGENT,
    INFORMED,
    IOC,
    MAKER,
    NOISE,
    Exchange,
    advance,
    new_exchange,
    submit,
)
from kalshi_exp.exchange.engine import close, settle
from kalshi_exp.exchange.sampling import INSIDER, QUOTER, RESTER, TAKER
from kalshi_exp.market.units import ASK, BID, SECOND

START = 1_700_000_000 * SECOND
SHORT = replace(Scenario(), duration_s=120.0)


def log_of(exchange: Exchange) -> np.ndarray:
    return exchange.engine.log[: exchange.engine.counts[0]["logged"]]


def play(scenario: Scenario, seed=0, number=0, agents=0, step: int | None = None) -> Exchange:
    exchange = new_exchange(scenario, seed, number, START, agents=agents)
    end = int(exchange.clock[0]["close"])
    for until in range(START, end, step) if step else ():
        exchange = advance(exchange, np.int64(until))
    return advance(exchange, np.int64(end))


def same(a: np.ndarray, b: np.ndarray) -> bool:
    return len(a) == len(b) and all((a[name] == b[name]).all() for name in a.dtype.names)


def test_the_same_however_it_is_cut_and_whoever_only_watches():
    whole = log_of(play(SHORT))
    assert len(whole) > 300
    assert same(whole, log_of(play(SHORT, step=SECOND // 7)))
    assert same(whole, log_of(play(SHORT, agents=3, step=SECOND)))


def test_seed_and_number_both_matter():
    one = log_of(play(SHORT))
    assert not same(one, log_of(play(SHORT, seed=1)))
    assert not same(one, log_of(play(SHORT, number=1)))


def test_time_never_runs_back_and_ends_at_the_close():
    exchange = play(SHORT)
    ts = log_of(exchange)["ts"]
    assert (np.diff(ts) >= 0).all()
    assert ts[0] == START
    assert ts[-1] < exchange.clock[0]["close"] == START + 120 * SECOND


def test_an_agent_that_trades_moves_the_tape_but_nobodys_luck():
    alone, exchange = play(SHORT), new_exchange(SHORT, 0, 0, START, agents=1)
    me, size = np.int64(AGENT), np.int64(5_000)
    for second in range(10, 120, 5):
        now = np.int64(START + second * SECOND)
        exchange = advance(exchange, now)
        ask = np.int64(exchange.engine.best[0, ASK])
        exchange, _, _ = submit(
            exchange, np.int64(0), me, np.int64(BID), ask, size, IOC, now
        )  # fmt: skip
    exchange = advance(exchange, exchange.clock[0]["close"])
    assert exchange.engine.accounts[0, AGENT]["taken"] > 0
    assert exchange.engine.accounts[0, AGENT]["fees"] > 0
    assert not same(log_of(alone), log_of(exchange))
    before = log_of(alone)["ts"] < START + 10 * SECOND
    assert same(log_of(alone)[before], log_of(exchange)[: before.sum()])
    assert (alone.belief == exchange.belief).all()
    assert (alone.settlement == exchange.settlement).all()
    for trader in (RESTER, TAKER, INSIDER):  # each came as often, so at the same times
        assert alone.ordinals[0, trader] == exchange.ordinals[0, trader] > 10
    # Noise that comes to rest does so at the same times, whatever the book: from their own draws.
    times = [
        set(log["ts"][(log["kind"] == 0) & (log["owner"] == NOISE)].tolist())
        for log in (log_of(alone), log_of(exchange))
    ]
    assert len(times[0] & times[1]) > 0.9 * max(len(times[0]), len(times[1]))


def test_the_maker_answers_who_takes_from_it():
    exchange = new_exchange(SHORT, 0, 0, START, agents=1)
    now = np.int64(START + 10 * SECOND)
    exchange = advance(exchange, now)
    made, looks = exchange.engine.accounts[0, MAKER]["made"], exchange.ordinals[0, QUOTER]
    ask = np.int64(exchange.engine.best[0, ASK] + 2)
    exchange, _, filled = submit(
        exchange, np.int64(0), np.int64(AGENT), np.int64(BID), ask, np.int64(10**6), IOC, now
    )
    assert filled > 0
    assert exchange.engine.accounts[0, MAKER]["made"] > made
    exchange = advance(exchange, now + np.int64(0.2 * SECOND))
    assert exchange.ordinals[0, QUOTER] > looks
    assert exchange.engine.sizes[0, ASK].sum() > 0


def test_money_is_neither_made_nor_lost():
    exchange = play(replace(SHORT, markets=2))
    for market in range(2):
        close(exchange.engine, np.int64(market), exchange.clock[0]["close"])
        settle(exchange.engine, np.int64(market), exchange.settlement[market])
        accounts = exchange.engine.accounts[market]
        assert accounts["taken"].sum() > 0
        assert accounts["cash"].sum() + accounts["fees"].sum() == 0
    assert exchange.engine.counts[0]["live"] == 0


def test_markets_of_an_event_do_not_disturb_one_another():
    alone, both = log_of(play(SHORT)), log_of(play(replace(SHORT, markets=2)))
    first = both[both["market"] == 0]
    keep = [name for name in alone.dtype.names if name != "serial"]  # counted over all markets
    assert len(first) == len(alone)
    assert all((first[name] == alone[name]).all() for name in keep)
    assert (both["market"] == 1).sum() > 300


@pytest.mark.parametrize("trader", ["noise", "informed"])
def test_strength_zero_is_absence(trader):
    scenario = replace(SHORT, **{trader: replace(getattr(SHORT, trader), strength=0.0)})
    exchange = play(scenario)
    owner = NOISE if trader == "noise" else INFORMED
    account = exchange.engine.accounts[0, owner]
    assert account["made"] == account["taken"] == 0
    assert owner not in log_of(exchange)["owner"]


def test_a_scenario_on_a_finer_grid():
    exchange = play(replace(SHORT, grid="deci_cent"))
    assert exchange.engine.prices.size == 999
    log = log_of(exchange)
    assert len(log) > 300
    assert ((log["level"] >= 0) & (log["level"] < 999)).all()
