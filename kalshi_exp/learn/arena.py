"""The sessions that policies are trained or judged on, whatever world they are played in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import polars as pl

from kalshi_exp.config import SCHEMAS, Experiment, FeatureGroup, Phase, Placement
from kalshi_exp.env import MarketEnv, World, make_reward
from kalshi_exp.tape import Session

EVERY_GROUP: dict[str, FeatureGroup] = {n: make() for n, make in SCHEMAS["features"].items()}


class SessionsError(ValueError):
    """The sessions cannot be played under this configuration."""


class Arena(ABC):
    """Sessions and the worlds over them.

    Attributes:
        sessions: the sessions, numbered as the worlds number them.
        experiment: what is done with them.
    """

    def __init__(self, sessions: Sequence[Session], experiment: Experiment) -> None:
        """Say which sessions.

        Args:
            sessions: at least one.
            experiment: says world, decision clock, fill model and rules.
        """
        self.sessions = tuple(sessions)
        self.experiment = experiment

    @abstractmethod
    def _world(
        self,
        placement: Placement,
        features: dict[str, FeatureGroup],
        *,
        environments: int,
        seed: int,
        judging: bool,
    ) -> World:
        """A world over the sessions; one that judges keeps what `mids` needs."""

    @abstractmethod
    def mids(
        self, world: World, environment: int, ordinals: np.ndarray, times: np.ndarray
    ) -> np.ndarray:
        """Twice the mid at fills of the session that an environment just ended, and after them.

        Args:
            world: of `stage`.
            environment: its number; nothing new has begun in it.
            ordinals: int64[F], the market's place within its session.
            times: int64[F], ns.

        Returns:
            int32[F, 4], see `mids_after`.
        """

    @abstractmethod
    def paths(self, points: int = 600) -> pl.DataFrame:
        """Mid paths for pictures: session, market, ts (ns), mid (bid + ask, -1 one-sided).

        Args:
            points: at most about so many a market.
        """

    @abstractmethod
    def incomplete(self) -> pl.DataFrame:
        """What observations of these sessions lack: `metrics.observation.INCOMPLETE`."""

    def environment(self, seed: int, phase: Phase | None = None) -> MarketEnv:
        """A training environment: random stretches of these sessions.

        Args:
            seed: of draws and of the order of sessions.
            phase: says which features and reward terms are on; the last of the run when absent.

        Raises:
            SessionsError: a session is shorter than an episode, or there is no reward.
        """
        experiment = self.experiment
        phase = phase or experiment.last_phase
        try:
            world = self._world(
                experiment.actions.placement,
                experiment.features,
                environments=experiment.trainer.environments,
                seed=seed,
                judging=False,
            )
            world.switch(experiment.features_in(phase))
            return MarketEnv(world, make_reward(experiment.reward_in(phase), world.n))
        except ValueError as error:
            raise SessionsError(str(error)) from error

    def stage(
        self,
        seed: int,
        placement: Placement | None,
        *,
        everything: bool,
        phase: Phase | None = None,
    ) -> World:
        """A judging world: each session once, from its first decision to settlement.

        Args:
            seed: of the luck.
            placement: where orders go; None for the run's own.
            everything: switch on every feature group.
            phase: otherwise says which are on; the last of the run when absent.
        """
        experiment = self.experiment
        world = self._world(
            experiment.actions.placement if placement is None else placement,
            EVERY_GROUP if everything else experiment.features,
            environments=min(experiment.trainer.judge_environments, len(self.sessions)),
            seed=seed,
            judging=True,
        )
        if not everything:
            world.switch(experiment.features_in(phase or experiment.last_phase))
        return world
