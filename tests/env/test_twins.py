"""Who only holds leaves no trace; who trades does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config import compose, typed
from kalshi_exp.config.actions import Placement
from kalshi_exp.config.fill import Fees, QueueFill
from kalshi_exp.config.world import ExchangeWorld
from kalshi_exp.env import World, play_twins
from kalshi_exp.env.conformance import draw_legal
from tests.env.worlds import FEATURES

RULES = ExchangeWorld(horizon=20)


def scenario(name: str):
    return replace(typed(compose([f"scenario={name}"])).scenario, duration_s=60.0)


def hold(world: World) -> np.ndarray:
    return np.zeros(world.n, np.int64)


def trade(world: World) -> np.ndarray:
    return draw_legal(world.out.mask, 3, int(world.episodes["tick"].max()))


@pytest.mark.parametrize("name", ["plain", "cascades", "cross_market", "full", "hostile"])
def test_an_agent_that_holds_leaves_the_tape_as_it_was(name: str) -> None:
    fill = QueueFill(fees=Fees(multiplier=0.5))  # everybody's
    told = list(
        play_twins(
            hold, scenario(name), 4, [0, 3, 11], RULES, fill, Placement.join, FEATURES,
            environments=2,
        )
    )  # fmt: skip
    assert [one.alone.name for one in told] == ["000000", "000003", "000011"]
    for twins in told:
        assert twins.identical and twins.alone.key == twins.inside.key
        assert len(twins.fills) == twins.pnl == 0
        assert sum(len(market.messages) for market in twins.inside.markets) > 50


def test_an_agent_that_trades_moves_it() -> None:
    many = play_twins(
        trade, scenario("plain"), 4, [0, 3], RULES, QueueFill(), Placement.cross, FEATURES
    )
    for twins in many:
        assert not twins.identical
        assert len(twins.fills) > 5 and twins.pnl != 0
        assert set(twins.markets) == {0}
        assert (np.diff(twins.fills["ts"]) >= 0).all()
        assert twins.alone.markets[0].settlement == twins.inside.markets[0].settlement
