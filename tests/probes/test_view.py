from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kalshi_exp.env.masks import NO_LEVEL
from kalshi_exp.market.orders import CALL_BACK, INTENT, PLACE
from kalshi_exp.market.units import ASK, BID
from kalshi_exp.probes import STRATEGIES
from kalshi_exp.probes.view import NO_ORDER, look
from tests.probes.test_play import new_world
from tests.probes.views import CENTS, view

TWO = STRATEGIES[:2]


def begun(name: str) -> Any:
    world = new_world(name, TWO)
    world.reset(sessions=np.array([0, 1, 0, 1]))
    return world


def seen(world: Any) -> Any:
    return look(world, int(world.episodes["tick"][0]), np.zeros((1, world.n), np.int64), CENTS)


@pytest.mark.parametrize("name", ["exchange", "tape"])
def test_it_shows_the_touch_and_where_our_own_orders_stand(name: str) -> None:
    world = begun(name)
    first = seen(world)
    assert first.open.all() and (first.standing == NO_ORDER).all()
    assert np.array_equal(first.bid, world.out.levels[:, BID, 0])
    assert (first.bid < first.ask).all() and not first.position.any()
    intents = np.zeros((world.n, 2), INTENT)
    intents["asked"][1] = PLACE
    intents["level"][1], intents["size"][1] = (2, 95), 300
    world.send(intents)
    then = seen(world)
    assert then.standing.tolist() == [[NO_ORDER] * 2, [2, 95], [NO_ORDER] * 2, [NO_ORDER] * 2]
    back = np.zeros((world.n, 2), INTENT)
    back["asked"][1, ASK] = CALL_BACK
    world.send(back)
    assert seen(world).standing[1].tolist() == [2, NO_ORDER]


def test_a_position_is_seen_in_contracts_and_a_closed_market_as_closed() -> None:
    world = begun("tape")
    intents = np.zeros((world.n, 2), INTENT)
    intents["asked"][0, BID], intents["immediate"][0, BID] = PLACE, 1
    intents["level"][0, BID], intents["size"][0, BID] = 98, 500
    world.send(intents)
    assert seen(world).position.tolist() == [5.0, 0.0, 0.0, 0.0]
    nothing = np.zeros((world.n, 2), INTENT)
    while not world.episodes["done"].all():
        world.send(nothing)
    last = seen(world)
    assert not last.open.any() and (world.out.levels == NO_LEVEL).all()


def test_luck_is_of_session_market_and_decision_whoever_plays_and_wherever() -> None:
    tape, exchange = begun("tape"), begun("exchange")
    drawn = []
    nothing = np.zeros((tape.n, 2), INTENT)
    for _ in range(3):
        here, there = seen(tape).luck, seen(exchange).luck
        assert np.array_equal(here, there)
        assert np.array_equal(here[:2], here[2:])  # both strategies, the same sessions
        assert not np.isin(here[0], here[1]).any()
        drawn.append(here[0])
        tape.send(nothing), exchange.send(nothing)
    values = np.concatenate(drawn)
    assert len(np.unique(values)) == 9 and ((values >= 0) & (values < 1)).all()


def test_prices_and_levels_are_one_anothers() -> None:
    told = view()
    levels = np.arange(99)
    assert np.array_equal(told.level_at(told.cents(levels)), levels)
    assert told.level_at(np.array([25.0, 25.9, 0.2, 120.0])).tolist() == [24, 24, 0, 98]
    assert told.within(np.array([-3, 5, 200])).tolist() == [0, 5, 98]


def test_a_move_is_in_cents_over_decisions() -> None:
    told = view(2, tick=2, mids=[40.0, 41.5, 39.0])
    assert told.move(1).tolist() == [-2.5, -2.5] and told.move(2).tolist() == [-1.0, -1.0]
    assert told.move(3).tolist() == [0.0, 0.0]
    assert told.of(np.array([1])).move(1).tolist() == [-2.5]
