"""A trained policy as one more strategy that fill models are tried with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import final

import numpy as np

from kalshi_exp.config import (
    ExchangeWorld,
    Experiment,
    Fill,
    Placement,
    SyntheticData,
    TwinsData,
    World,
)
from kalshi_exp.env import World as PlayedWorld
from kalshi_exp.learn import Agent, ExchangeArena, TapeArena, View, load_run
from kalshi_exp.learn.luck import action_draws
from kalshi_exp.probes import Played, Strategy, play_by
from kalshi_exp.tape import Session


@final
class PolicyProbe:
    """A run's last policy, playing its most probable action by the rules it was trained under.

    Attributes:
        strategy: how reports name it.
    """

    def __init__(self, run: str, experiment: Experiment) -> None:
        """Load it.

        Args:
            run: directory of the trained run.
            experiment: says the market, the decision clock and the luck.

        Raises:
            RunDirectoryError: no finished training run is there.
            FeatureSetError: the policy was trained on another feature set.
        """
        loaded = load_run(run)
        self._agent = Agent(loaded.policy, sampled=False)
        data = experiment.data
        assert isinstance(data, TwinsData)
        self._experiment = replace(
            loaded.experiment,
            scenario=experiment.scenario,
            data=SyntheticData(seed=data.seed),
            world=replace(loaded.experiment.world, decision=experiment.world.decision),
        )
        crosses = loaded.experiment.actions.placement is Placement.cross
        name = f"policy of {loaded.experiment.name}"
        self.strategy = Strategy(name, "policy", crosses, 0, 1, ())

    def seat(self, sessions: Sequence[Session]) -> Seat:
        """Where the policy plays some sessions."""
        return Seat(self._agent, self._experiment, sessions)


@final
class Seat:
    """The policy in some sessions: one environment a session."""

    def __init__(self, agent: Agent, experiment: Experiment, sessions: Sequence[Session]) -> None:
        """Lay the sessions out.

        Args:
            agent: the policy.
            experiment: its rules.
            sessions: at least one.
        """
        trainer = replace(experiment.trainer, judge_environments=len(sessions))
        self._agent = agent
        self._tapes = TapeArena(sessions, replace(experiment, trainer=trainer))

    @property
    def slots(self) -> int:
        """Rows of an environment."""
        return max(len(session.markets) for session in self._tapes.sessions)

    @property
    def environments(self) -> int:
        """Sessions."""
        return len(self._tapes.sessions)

    def on_tape(self, fill: Fill, seed: int) -> Played:
        """Play against the tape under a fill model."""
        self._tapes.experiment = replace(self._tapes.experiment, fill=fill)
        return self._play(self._tapes.stage(seed, None, everything=False))

    def in_exchange(self, fill: Fill, seed: int) -> Played:
        """Play in the exchange that the sessions were recorded from."""
        experiment = self._tapes.experiment
        rules = {one.name: getattr(experiment.world, one.name) for one in fields(World)}
        there = replace(experiment, fill=fill, world=ExchangeWorld(**rules))
        arena = ExchangeArena(self._tapes.sessions, there)
        return self._play(arena.stage(seed, None, everything=False))

    def _play(self, world: PlayedWorld) -> Played:
        draws = np.zeros(world.n)

        def decide(world: PlayedWorld, tick: int, mids: np.ndarray) -> object:
            action_draws(world.episodes, world.rows, world.slots, draws)
            view = View(world.out.observation, world.out.mask, draws)
            return world.step(self._agent.act(view))

        return play_by(world, np.arange(world.environments), decide)
