from __future__ import annotations

from dataclasses import replace

from kalshi_exp.config import compose, typed
from kalshi_exp.env import ExchangeWorld
from kalshi_exp.tasks.bench import exchange


def test_the_full_population_is_every_trader_at_full_strength() -> None:
    scenario = exchange.full_population()
    for name in ("anchors", "cascades", "arbitrage", "momentum", "pingers"):
        assert getattr(scenario, name).strength == 1.0


def test_instructions_are_counted_where_they_happen() -> None:
    scenario = replace(typed(compose()).scenario, duration_s=60.0)
    played = exchange.played(scenario, 0)
    assert exchange.instructions(played) > sum(len(one.settlement) for one in played) * 60
    assert exchange.instructions(played) == exchange.instructions(exchange.played(scenario, 0))


def test_the_environment_plays_the_experiment_s_scenario() -> None:
    experiment = typed(compose())
    experiment.scenario = replace(experiment.scenario, markets=64)
    world = exchange.make_env(experiment).world
    assert isinstance(world, ExchangeWorld)
    assert world.n == exchange.ROWS and world.slots == 64
