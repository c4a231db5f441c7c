"""Sessions on tapes, laid out once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np
import polars as pl

from kalshi_exp.config import Experiment, FeatureGroup, Placement
from kalshi_exp.env import TapeWorld, World
from kalshi_exp.features import build_tracks
from kalshi_exp.learn.arena import Arena, SessionsError
from kalshi_exp.learn.incomplete import incomplete
from kalshi_exp.patterns.detect import build_patterns
from kalshi_exp.tape import Session, pack_sessions
from kalshi_exp.tape.mids import mids_after


@final
class TapeArena(Arena):
    """Sessions as one pack with its tracks.

    Attributes:
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
        super().__init__(sessions, experiment)
        try:
            self.pack = pack_sessions(self.sessions)
            tracks = build_tracks(
                self.pack, self.sessions, experiment.world.decision, experiment.features
            )
            patterns = build_patterns(
                self.pack, self.sessions, tracks, experiment.detector, experiment.features
            )
            self.tracks = tracks._replace(patterns=patterns)
        except ValueError as error:
            raise SessionsError(str(error)) from error

    def _world(
        self,
        placement: Placement,
        features: dict[str, FeatureGroup],
        *,
        environments: int,
        seed: int,
        judging: bool,
    ) -> World:
        return TapeWorld(
            self.pack,
            self.tracks,
            self.experiment.world,
            self.experiment.fill,
            placement,
            features,
            environments=environments,
            seed=seed,
            whole_sessions=judging,
            record_fills=judging,
        )

    def mids(
        self, world: World, environment: int, ordinals: np.ndarray, times: np.ndarray
    ) -> np.ndarray:
        """From the tape, which our fills did not change."""
        return mids_after(self.pack, world.episodes["first_market"][environment] + ordinals, times)

    def incomplete(self) -> pl.DataFrame:
        """As the tape has them; see `Arena.incomplete`."""
        return incomplete(self.pack, self.tracks, self.sessions, self.experiment.features)

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
