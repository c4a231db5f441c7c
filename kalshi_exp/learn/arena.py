"""The sessions that policies are trained or judged on, laid out once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np
import polars as pl

from kalshi_exp.config import SCHEMAS, Experiment, FeatureGroup, Placement
from kalshi_exp.env import MarketEnv, World, make_reward
from kalshi_exp.features import build_tracks
from kalshi_exp.tape import Session, pack_sessions

_EVERY_GROUP: dict[str, FeatureGroup] = {n: make() for n, make in SCHEMAS["features"].items()}


class SessionsError(ValueError):
    """The sessions cannot be played under this configuration."""


@final
class Arena:
    """Sessions as one pack with its tracks, and the worlds over them.

    Attributes:
        sessions: the sessions, in the pack's order.
        pack: their messages.
        tracks: their market tracks.
    """

    def __init__(self, sessions: Sequence[Session], experiment: Experiment) -> None:
        """Lay sessions out.

        Args:
            sessions: at least one.
            experiment: says the decision clock, the fill model and the rules.

        Raises:
            SessionsError: there is no session, or the decision clock does not fit them.
        """
        self.sessions = tuple(sessions)
        self._experiment = experiment
        try:
            self.pack = pack_sessions(self.sessions)
            self.tracks = build_tracks(
                self.pack, self.sessions, experiment.world.decision, experiment.features
            )
        except ValueError as error:
            raise SessionsError(str(error)) from error

    def environment(self, seed: int) -> MarketEnv:
        """A training environment: random stretches of these sessions.

        Raises:
            SessionsError: a session is shorter than an episode, or there is no reward.
        """
        experiment = self._experiment
        try:
            world = World(
                self.pack,
                self.tracks,
                experiment.world,
                experiment.fill,
                experiment.actions.placement,
                experiment.features,
                environments=experiment.trainer.environments,
                seed=seed,
            )
            return MarketEnv(world, make_reward(experiment.reward, world.n))
        except ValueError as error:
            raise SessionsError(str(error)) from error

    def stage(self, seed: int, placement: Placement | None, *, everything: bool) -> World:
        """A judging world: each session once, from its first decision to settlement.

        Args:
            seed: of the luck.
            placement: where orders go; None for the run's own.
            everything: switch on every feature group.
        """
        experiment = self._experiment
        return World(
            self.pack,
            self.tracks,
            experiment.world,
            experiment.fill,
            experiment.actions.placement if placement is None else placement,
            _EVERY_GROUP if everything else experiment.features,
            environments=min(experiment.trainer.judge_environments, len(self.sessions)),
            seed=seed,
            whole_sessions=True,
            record_fills=True,
        )

    def paths(self, points: int = 600) -> pl.DataFrame:
        """Mid paths for pictures: session, market, ts (ns), mid (bid + ask, -1 one-sided).

        Args:
            points: at most about so many a market.
        """
        frames = []
        for market, row in enumerate(self.pack.markets):
            low, high = self.tracks.row[market], self.tracks.row[market + 1]
            step = slice(low, high, max(1, -(-int(high - low) // points)))
            bid, ask = self.tracks.bid_price[step], self.tracks.ask_price[step]
            mid = np.where((bid < 0) | (ask < 0), -1, bid + ask).astype(np.int32)
            frames.append(
                pl.DataFrame(
                    {
                        "session": [self.sessions[row["session"]].name] * len(mid),
                        "market": [int(row["ordinal"])] * len(mid),
                        "ts": self.tracks.ts[step],
                        "mid": mid,
                    },
                    schema_overrides={"market": pl.Int32},
                )
            )
        return pl.concat(frames)
