"""Sessions of the simulated exchange, played with us in it."""

from __future__ import annotations

from functools import cached_property
from typing import final

import numpy as np
import polars as pl

from kalshi_exp.config import FeatureGroup, Placement, SyntheticData
from kalshi_exp.env import ExchangeWorld, World
from kalshi_exp.learn.arena import Arena, SessionsError
from kalshi_exp.learn.tape_arena import TapeArena
from kalshi_exp.tape import pack_sessions
from kalshi_exp.tape.mids import mids_after


@final
class ExchangeArena(Arena):
    """The synthetic sessions of the same names, simulated anew with an agent inside."""

    def _world(
        self,
        placement: Placement,
        features: dict[str, FeatureGroup],
        *,
        environments: int,
        seed: int,
        judging: bool,
    ) -> World:
        data = self.experiment.data
        if not isinstance(data, SyntheticData):
            raise SessionsError("world=exchange plays simulated sessions only: use data=synthetic")
        return ExchangeWorld(
            self.experiment.scenario,
            data.seed,
            [int(session.name) for session in self.sessions],
            self.experiment.world,
            self.experiment.fill,
            placement,
            features,
            self.experiment.detector,
            environments=environments,
            seed=seed,
            whole_sessions=judging,
            record_fills=judging,
            record_tapes=judging,
        )

    def mids(
        self, world: World, environment: int, ordinals: np.ndarray, times: np.ndarray
    ) -> np.ndarray:
        """From the session as it went with our orders in it."""
        assert isinstance(world, ExchangeWorld)
        return mids_after(pack_sessions([world.tape(environment)]), ordinals, times)

    def paths(self, points: int = 600) -> pl.DataFrame:
        """As the sessions went without us; see `Arena.paths`."""
        return self._recorded.paths(points)

    def incomplete(self) -> pl.DataFrame:
        """As the sessions went without us; see `Arena.incomplete`."""
        return self._recorded.incomplete()

    @cached_property
    def _recorded(self) -> TapeArena:
        return TapeArena(self.sessions, self.experiment)
