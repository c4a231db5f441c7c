"""The truth beside a simulated tape says what the tape's own messages did, and who did it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange import LABELS, play_session, tape_of, truth_of
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.tape.session import Kind

SCENARIO = replace(Scenario(), duration_s=120.0, markets=2)


@pytest.fixture(scope="module")
def played():
    exchange = play_session(SCENARIO, 3, 5)
    session = tape_of(exchange, PriceGrid.structure(SCENARIO.grid), 3, 5)
    return exchange, session, truth_of(exchange, session.name)


def test_every_order_and_trade_of_the_tape_has_its_trader(played):
    _, session, truth = played
    assert truth.schema == LABELS
    for market in session.markets:
        messages = market.messages
        for kind, told in ((Kind.ADD, "order"), (Kind.FILL, "trade")):
            rows = truth.filter((pl.col("kind") == told) & (pl.col("market") == market.ticker))
            at = rows["message"].to_numpy()
            assert (at == np.flatnonzero(messages["kind"] == kind)).all()
            assert (rows["start"].to_numpy() == messages["ts"][at]).all()
            assert (rows["price"].to_numpy() == market.ladder.prices[messages["level"][at]]).all()
            assert (rows["value"].to_numpy() == np.abs(messages["size"][at]) / 100.0).all()
    who = truth.filter(pl.col("kind") == "order")["trader"].unique().to_list()
    assert set(who) == {"noise", "maker 0"}
    takers = truth.filter(pl.col("kind") == "trade")["trader"].unique().to_list()
    assert set(takers) <= {"noise", "informed"}


def test_beliefs_are_told_each_second(played):
    _, session, truth = played
    beliefs = truth.filter(pl.col("kind") == "belief")
    assert len(beliefs) == 2 * 121
    assert beliefs["value"].is_between(0.0, 1.0).all()
    assert set(beliefs["market"]) == {market.ticker for market in session.markets}


def test_a_market_without_patterns_has_no_episodes(played):
    _, _, truth = played
    assert set(truth["kind"].unique()) == {"belief", "order", "trade"}
