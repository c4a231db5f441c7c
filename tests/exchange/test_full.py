"""All at once: one outcome however it is cut, exact money, and nothing left at strength 0."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config import recompose
from kalshi_exp.config.scenario import Scenario, ScriptEvent, ScriptKind
from kalshi_exp.exchange import Exchange, advance, new_exchange
from kalshi_exp.exchange.engine import close, settle
from kalshi_exp.exchange.labels import FAMILIES
from kalshi_exp.exchange.owners import ANCHORS, ARBITRAGE, INFORMED, MAKER, MOMENTUM, NOISE, PINGERS
from kalshi_exp.market.units import SECOND

START = 1_700_000_000 * SECOND
PATTERNS = (
    "anchors",
    "cascades",
    "aversion",
    "groups",
    "sentiment",
    "arbitrage",
    "momentum",
    "pingers",
)
SCRIPT = [
    ScriptEvent(60.0, ScriptKind.news, 2, cents=8.0),
    ScriptEvent(100.0, ScriptKind.halt, -1, lasts_s=5.0),
]


@pytest.fixture(scope="module")
def full() -> Scenario:
    return replace(recompose(["scenario=full"]).scenario, duration_s=300.0, script=SCRIPT)


def play(scenario: Scenario, number: int = 0, agents: int = 0, step: int | None = None) -> Exchange:
    exchange = new_exchange(scenario, 6, number, START, agents=agents)
    end = int(exchange.clock[0]["close"])
    for until in range(START, end, step) if step else ():
        exchange = advance(exchange, np.int64(until))
    return advance(exchange, np.int64(end))


def told(exchange: Exchange) -> tuple[list[bytes], list[bytes]]:
    """The log and the labels, field by field."""
    log = exchange.engine.log[: exchange.engine.counts[0]["logged"]]
    labels = exchange.labels[: exchange.noted[0]]
    return (
        [log[name].tobytes() for name in log.dtype.names],
        [labels[name].tobytes() for name in labels.dtype.names],
    )


def test_the_same_however_it_is_cut_and_whoever_only_watches(full):
    whole = told(play(full))
    assert whole == told(play(full, step=SECOND // 3))
    assert whole == told(play(full, agents=2))
    assert whole != told(play(full, number=1))


def test_money_is_neither_made_nor_lost(full):
    exchange = play(full)
    for market in range(full.markets):
        close(exchange.engine, np.int64(market), exchange.clock[0]["close"])
        settle(exchange.engine, np.int64(market), exchange.settlement[market])
        accounts = exchange.engine.accounts[market]
        assert accounts["taken"].sum() == accounts["made"].sum() > 0
        assert accounts["cash"].sum() + accounts["fees"].sum() == 0
        assert (accounts["position"] == 0).all()
    assert exchange.engine.counts[0]["live"] == 0


def test_everybody_is_there_and_every_family_is_labelled(full):
    traded, families = np.zeros(16), set()
    for number in range(6):
        exchange = play(full, number)
        accounts = exchange.engine.accounts
        traded += (accounts["made"] + accounts["taken"]).sum(axis=0)[:16]
        families |= {FAMILIES[int(one)] for one in exchange.labels["family"][: exchange.noted[0]]}
    for owner in (NOISE, INFORMED, ANCHORS, MOMENTUM, PINGERS, ARBITRAGE, MAKER, MAKER + 1):
        assert traded[owner] > 0, owner
    assert families == set(FAMILIES.values())


def test_at_strength_zero_it_is_a_market_without_patterns(full):
    absent = {name: replace(getattr(full, name), strength=0.0) for name in PATTERNS}
    never = {name: type(getattr(full, name))() for name in PATTERNS}
    one, two = (
        told(play(replace(full, markets=3, script=[], **parts))) for parts in (absent, never)
    )
    assert one == two
    assert one[1][0] == b""
