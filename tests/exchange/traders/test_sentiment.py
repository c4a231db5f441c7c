"""Spells of sentiment make sums of prices wrong as labels say, until an arbitrage ends them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config.scenario import Arbitrage, Groups, Scenario, Sentiment
from kalshi_exp.exchange import Exchange, advance, new_exchange
from kalshi_exp.exchange.labels import VIOLATION
from kalshi_exp.exchange.owners import ARBITRAGE
from kalshi_exp.exchange.sampling import ARBITRAGEUR, CROWD
from kalshi_exp.market.units import ASK, BID, SECOND

START = 1_700_000_000 * SECOND
EVENT = Scenario(
    duration_s=600.0,
    markets=6,
    groups=Groups(strength=1.0, exclusive=4),
    sentiment=Sentiment(strength=1.0, rate=20.0),
)
HUNTED = replace(EVENT, arbitrage=Arbitrage(strength=1.0, lag_s=4.0))


class Watched:
    """A session looked at once a second."""

    def __init__(self, scenario: Scenario, number: int) -> None:
        exchange = new_exchange(scenario, 2, number, START)
        inside = np.flatnonzero(exchange.markets["group"] == 0)
        seconds = int(scenario.duration_s)
        self.sums = np.full((seconds, 2), np.nan)  # of bids and asks, cents
        for second in range(2, seconds):
            exchange = advance(exchange, np.int64(START + second * SECOND))
            best, prices = exchange.engine.best[inside], exchange.engine.prices
            if (best[:, BID] >= 0).all() and (best[:, ASK] < len(prices)).all():
                self.sums[second] = prices[best].sum(axis=0) / 100
        self.exchange: Exchange = exchange
        self.labels = exchange.labels[: exchange.noted[0]]
        when = START + np.arange(seconds) * SECOND
        held = (when[:, None] >= self.labels["start"]) & (when[:, None] < self.labels["end"])
        self.offset = (held * self.labels["value"]).sum(axis=1)
        self.quiet = ~held.any(axis=1)


@pytest.fixture(scope="module")
def left() -> list[Watched]:
    return [Watched(EVENT, number) for number in range(10)]


@pytest.fixture(scope="module")
def hunted() -> list[Watched]:
    return [Watched(HUNTED, number) for number in range(10)]


def test_the_sum_of_mids_is_off_by_what_the_labels_say(left):
    wrong = np.concatenate([one.sums.mean(axis=1) - 100.0 for one in left])
    offset = np.concatenate([one.offset for one in left])
    quiet = np.concatenate([one.quiet for one in left])
    known = ~np.isnan(wrong)
    assert wrong[known & quiet].std() < 1.2
    assert wrong[known & ~quiet].std() > 2.0
    assert abs(wrong[known & quiet].mean()) < 0.3
    slope = np.polyfit(offset[known], wrong[known], 1)[0]
    assert 0.7 < slope < 1.1  # less than one: ramps, and the makers' lag


def test_labels_are_of_members_only_and_of_the_size_that_is_told(left):
    for one in left:
        assert (one.labels["family"] == VIOLATION).all()
        assert (one.exchange.markets["group"][one.labels["market"]] == 0).all()
        assert (one.labels["end"] > one.labels["start"]).all()
        assert (one.labels["end"] <= one.exchange.clock[0]["close"]).all()
    values = np.concatenate([one.labels["value"] for one in left])
    lengths = np.concatenate([one.labels["end"] - one.labels["start"] for one in left]) / SECOND
    assert 1.0 < np.abs(values).mean() < 4.0 and np.abs(values).max() <= 6.0
    assert 0.3 < (values > 0).mean() < 0.7
    assert 25.0 < lengths.mean() < 50.0
    # Decoys have spells as well: they are what membership must not be told from.
    assert all((one.exchange.ordinals[:, CROWD] > 0).all() for one in left)


def executable(sessions: list[Watched]) -> float:
    """Share of seconds in which a basket would have paid before fees."""
    sums = np.concatenate([one.sums for one in sessions])
    return float(np.mean((sums[:, ASK] < 100.0) | (sums[:, BID] > 100.0)))


def test_the_arbitrageur_shortens_violations(left, hunted):
    assert executable(left) > 1.5 * executable(hunted) > 0.0
    assert sum(one.exchange.engine.accounts[:, ARBITRAGE]["taken"].sum() for one in left) == 0
    total = [sum((o.labels["end"] - o.labels["start"]).sum() for o in s) for s in (left, hunted)]
    assert total[1] < total[0]


def test_the_arbitrageur_takes_every_leg_at_the_same_instant_and_only_of_the_group(hunted):
    baskets = 0
    for one in hunted:
        log = one.exchange.engine.log[: one.exchange.engine.counts[0]["logged"]]
        taken = log[log["taker"] == ARBITRAGE]
        group = set(np.flatnonzero(one.exchange.markets["group"] == 0).tolist())
        for ts in np.unique(taken["ts"]):
            legs = taken[taken["ts"] == ts]
            assert set(legs["market"].tolist()) == group
            assert len(set(legs["side"].tolist())) == 1
            sizes = {-legs["size"][legs["market"] == market].sum() for market in group}
            assert len(sizes) == 1
            prices = one.exchange.engine.prices
            paid = sum(int(prices[legs["level"][legs["market"] == m][0]]) for m in group)
            assert paid < 10_000 if legs["side"][0] == ASK else paid > 10_000
            baskets += 1
    assert baskets > 5


def test_strength_zero_leaves_the_tape_as_it_was():
    still = replace(EVENT, sentiment=replace(EVENT.sentiment, strength=0.0))
    plain = replace(EVENT, sentiment=Sentiment())
    logs = []
    for scenario in (still, plain, replace(plain, arbitrage=Arbitrage(strength=0.0, lag_s=1.0))):
        exchange = new_exchange(replace(scenario, duration_s=120.0), 2, 0, START)
        exchange = advance(exchange, exchange.clock[0]["close"])
        assert exchange.noted[0] == 0
        assert (exchange.ordinals[:, [CROWD, ARBITRAGEUR]] == 0).all()
        log = exchange.engine.log[: exchange.engine.counts[0]["logged"]]
        logs.append([log[name].tobytes() for name in log.dtype.names])
    assert logs[0] == logs[1] == logs[2]
