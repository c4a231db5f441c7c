"""Rows of the simulated exchange: alone, and with an agent in it."""

from __future__ import annotations

import numpy as np
import torch

from kalshi_exp.config import SCHEMAS, Decision, Experiment, Scenario, compose, typed
from kalshi_exp.config import ExchangeWorld as WorldConfig
from kalshi_exp.env import ExchangeWorld, MarketEnv, make_reward
from kalshi_exp.exchange import Exchange, play_session
from kalshi_exp.tasks.bench.row import Goal, Row
from kalshi_exp.tasks.bench.steps import STEPS, WARM, recorded_play
from kalshi_exp.tasks.bench.timing import interleaved, rate_of

ALONE, WORLD = 1_000_000.0, 600_000.0
ROWS = 256
_ROUNDS = 15  # a host's weather lasts longer than a few rounds
_SESSIONS = 4  # played whole in one round


def full_population() -> Scenario:
    """Every kind of trader there is, at full strength."""
    return typed(compose(["scenario=full"])).scenario


def played(scenario: Scenario, seed: int) -> list[Exchange]:
    """A few whole sessions, labels included."""
    return [play_session(scenario, seed, number) for number in range(_SESSIONS)]


def instructions(exchanges: list[Exchange]) -> int:
    """Orders placed, cancelled and amended in them."""
    return sum(int(np.sum(one.engine.counts["instructions"])) for one in exchanges)


def make_env(experiment: Experiment) -> MarketEnv:
    """An environment of about `ROWS` rows in the experiment's scenario, every feature group on."""
    scenario = experiment.scenario
    world = ExchangeWorld(
        scenario,
        getattr(experiment.data, "seed", 0),
        range(ROWS),
        WorldConfig(decision=Decision(every=1.0), horizon=WARM + STEPS + 1),
        experiment.fill,
        experiment.actions.placement,
        {name: make() for name, make in SCHEMAS["features"].items()},
        environments=-(-ROWS // scenario.markets),
        seed=experiment.seed,
    )
    return MarketEnv(world, make_reward(experiment.reward, world.n))


def exchange_rows(experiment: Experiment) -> list[Row]:
    """Measure the rows of this family.

    Args:
        experiment: says fill model (its latency and fees), placement and reward; its scenario is
            what the environment plays.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [_alone(full_population(), experiment.seed), _with_agent(experiment)]
    finally:
        torch.set_num_threads(threads)


def _alone(scenario: Scenario, seed: int) -> Row:
    done = instructions(played(scenario, seed))
    rate = interleaved({"ours": rate_of(lambda: played(scenario, seed), float(done))}, _ROUNDS)
    return Row(
        "simulated exchange, traders included",
        rate["ours"].best,
        "instructions/s",
        ALONE,
        Goal.value_at_least,
        f"{_SESSIONS} sessions of scenario=full, {scenario.markets} markets for "
        f"{scenario.duration_s:g} s each: {done:,} orders placed, cancelled and amended, with "
        "every trader's looks, the truth and the labels; one thread by its own time",
        median=rate["ours"].median,
    )


def _with_agent(experiment: Experiment) -> Row:
    env = make_env(experiment)
    world = env.world
    assert isinstance(world, ExchangeWorld)
    rate = interleaved({"ours": recorded_play(env, lambda: world.instructions)}, _ROUNDS)
    scenario = experiment.scenario
    return Row(
        "environment in the exchange world",
        rate["ours"].best,
        "instructions/s",
        WORLD,
        Goal.value_at_least,
        f"the experiment's scenario, {world.environments} exchanges side by side, markets in "
        f"each: {scenario.markets}; a decision a second; {world.n:,} rows, every feature group; "
        f"MarketEnv.step on {STEPS} legal random actions a row drawn beforehand; orders placed, "
        "cancelled and amended by everybody, one thread by its own time",
        median=rate["ours"].median,
    )
