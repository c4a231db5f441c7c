"""What makers and noise are told, and that the crowd breaks no rule of the exchange."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.config import recompose
from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange import advance, new_exchange
from kalshi_exp.exchange.engine import close, settle
from kalshi_exp.exchange.labels import ANCHOR, AVERSION, CASCADE
from kalshi_exp.exchange.sampling import CROWD, DEFENDER
from kalshi_exp.exchange.traders.climate import fear_cents, presence
from kalshi_exp.market.units import ASK, BID, SECOND
from tests.exchange.probes import run_probe
from tests.exchange.traders.books import labels_of, log_of, play, same, with_strengths

MARKET, BIDS, ASKS = np.int64(0), np.int64(BID), np.int64(ASK)


def lively(**strengths: float) -> Scenario:
    """A scenario in which all three find something to do within minutes."""
    scenario = with_strengths(Scenario(duration_s=400.0), **strengths)
    scenario.belief.jumps_per_hour = 60.0
    scenario.belief.jump_cents = 8.0
    scenario.belief.opening = 0.45
    return scenario


ALL = {"anchors": 1.0, "cascades": 1.0, "aversion": 1.0}


def test_presence_is_a_product_and_fear_a_sum():
    exchange = new_exchange(Scenario(), 0, 0, 0)
    now = np.int64(10 * SECOND)
    assert presence(exchange, MARKET, BIDS, now) == 1.0
    assert fear_cents(exchange, MARKET, now) == 0.0
    mood = exchange.moods[0]
    mood["caution"]["gone"], mood["caution"]["fear"] = 0.5, 0.75
    assert presence(exchange, MARKET, BIDS, now) == 0.5
    panic = mood["panic"]
    panic["start"], panic["end"] = 0, 40 * SECOND
    panic["bids"], panic["asks"] = 0.8, 0.4
    assert presence(exchange, MARKET, BIDS, np.int64(0)) == pytest.approx(0.5 * 0.2)
    # A quarter of the time is over, so a sixteenth is back.
    assert presence(exchange, MARKET, BIDS, now) == pytest.approx(0.5 * (1 - 0.8 * 15 / 16))
    assert presence(exchange, MARKET, ASKS, now) == pytest.approx(0.5 * (1 - 0.4 * 15 / 16))
    assert presence(exchange, MARKET, BIDS, np.int64(40 * SECOND)) == 0.5
    mood["defence"]["fear"], mood["defence"]["end"] = 1.5, 20 * SECOND
    cascade = exchange.parameters[0]["cascades"]["fear_cents"] * 0.6 * 15 / 16
    assert fear_cents(exchange, MARKET, now) == pytest.approx(0.75 + 1.5 + cascade)
    assert fear_cents(exchange, MARKET, np.int64(40 * SECOND)) == 0.75


def test_nothing_begins_at_a_second_that_could_be_known():
    scenario = lively(**ALL)
    scenario.markets = 4
    played = play(scenario, 0)
    labels = labels_of(played)
    labels = labels[np.isin(labels["family"], [ANCHOR, AVERSION])]
    phases = {
        int(market): set((labels["start"][labels["market"] == market] % SECOND).tolist())
        for market in np.unique(labels["market"])
    }
    assert len(phases) >= 3 and all(len(one) == 1 for one in phases.values())
    assert len({0}.union(*phases.values())) == len(phases) + 1, "each market has its own"


def test_strength_zero_is_a_tape_without_them():
    plain = play(lively(), 0)
    odd = lively()
    odd.anchors.depth, odd.anchors.radius_cents, odd.anchors.gap_s = 2.0, 12.0, 0.1
    odd.cascades.move_cents, odd.cascades.depth_high = 0.5, 0.75
    odd.aversion.low_cents, odd.aversion.high_cents, odd.aversion.widen_cents = 50.0, 50.0, 9.0
    other = play(odd, 0)
    assert same(log_of(plain), log_of(other))
    assert len(log_of(plain)) > 1_000
    for exchange in (plain, other):
        assert len(labels_of(exchange)) == 0
        assert (exchange.ordinals[0, [CROWD, DEFENDER]] == 0).all()
        assert exchange.moods["mid"] == -1.0  # nobody watched
    assert plain.agenda["turn"] == other.agenda["turn"]


@pytest.mark.parametrize("name", ALL)
def test_each_alone_moves_the_tape_where_it_is_labelled_and_only_there(name):
    families = {"anchors": {ANCHOR}, "cascades": {CASCADE, CASCADE + 1}, "aversion": {AVERSION}}
    seen: set[int] = set()
    for number in range(8):
        exchange = play(lively(**{name: 1.0}), number)
        labels = labels_of(exchange)
        seen |= set(labels["family"].tolist())
        log, plain = log_of(exchange), log_of(play(lively(), number))
        first = labels["start"].min() if len(labels) else exchange.clock[0]["close"]
        before = plain["ts"] < first
        assert same(log[: before.sum()], plain[before])
        if (labels["end"] - labels["start"]).sum() > 20 * SECOND:
            assert not same(log, plain)
    assert seen == {int(family) for family in families[name]}


@pytest.mark.parametrize("number", range(3))
def test_the_same_however_it_is_cut_and_labels_never_look_ahead(number):
    scenario = lively(**ALL)
    whole = play(scenario, number)
    final = labels_of(whole)
    assert len(final) > 2
    exchange = new_exchange(scenario, 11, number, 0, agents=2)
    known = ["start", "family", "market", "side", "price", "value"]
    for until in np.sort(np.random.default_rng(number).integers(0, 400 * SECOND, 300)):
        exchange = advance(exchange, np.int64(until))
        so_far = labels_of(exchange)
        assert (so_far[known] == final[: len(so_far)][known]).all()
        assert (final["start"][len(so_far) :] >= until).all()
        over = so_far["end"] < until
        assert (so_far["end"][over] == final["end"][: len(so_far)][over]).all()
    exchange = advance(exchange, exchange.clock[0]["close"])
    assert same(log_of(exchange), log_of(whole))
    assert same(labels_of(exchange), final)


def test_money_is_neither_made_nor_lost_and_markets_keep_apart():
    scenario = lively(**ALL)
    alone = play(scenario, 2)
    scenario.markets = 2
    exchange = play(scenario, 2)
    first = labels_of(exchange)[labels_of(exchange)["market"] == 0]
    assert (first == labels_of(alone)).all()
    for market in range(2):
        close(exchange.engine, np.int64(market), exchange.clock[0]["close"])
        settle(exchange.engine, np.int64(market), exchange.settlement[market])
        accounts = exchange.engine.accounts[market]
        assert accounts["cash"].sum() + accounts["fees"].sum() == 0
    assert exchange.engine.counts[0]["live"] == 0


@pytest.mark.parametrize("grid", ["deci_cent", "tapered_deci_cent"])
def test_finer_grids(grid):
    scenario = lively(**ALL)
    scenario.grid = grid
    families = set()
    for number in range(4):
        exchange = play(scenario, number)
        families |= set(labels_of(exchange)["family"].tolist())
        assert (labels_of(exchange)["start"] < labels_of(exchange)["end"]).all()
    assert {int(ANCHOR), int(CASCADE), int(AVERSION)} <= families


def test_hostile_is_harder_on_the_naive_than_plain():
    lost = {}
    for name in ("plain", "hostile"):
        scenario = recompose([f"scenario={name}"]).scenario
        out = run_probe(scenario, "join, keeping the place", 40, seed=1)
        lost[name] = out["true"].mean(), out["true"].mean() / out["filled"].mean()
    assert lost["hostile"][0] < 2 * lost["plain"][0] < 0
    assert lost["hostile"][1] < 1.5 * lost["plain"][1]
