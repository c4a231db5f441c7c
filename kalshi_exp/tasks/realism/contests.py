"""Contests of a study: every policy on the same sessions under every judge, each played once."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import final

import polars as pl

from kalshi_exp.config import Experiment
from kalshi_exp.learn import Arena, Player, load_arena, play, replace_file
from kalshi_exp.metrics.matrix import EXCHANGE, plays_of
from kalshi_exp.tape import Fold, Tape


@final
@dataclass(frozen=True)
class Contestant:
    """Who plays.

    Attributes:
        name: the training model, or the baseline's name.
        seed: of the training; 0 for a baseline.
        players: by fold, one or several (the policy and its sample) each.
        folder: where its plays are kept.
    """

    name: str
    seed: int
    players: Sequence[Sequence[Player]]
    folder: str


@final
class Court:
    """The sessions that judge, and the worlds that they are played in; laid out when needed."""

    def __init__(
        self,
        judges: dict[str, Experiment],
        tape: Tape,
        folds: Sequence[Fold],
        seed: int,
    ) -> None:
        """Say who judges on what.

        Args:
            judges: the experiment of each judge, by name: models in world=tape, and the exchange.
            tape: holds the sessions.
            folds: which of them judge.
            seed: of the luck, the same for everybody.
        """
        self._judges, self._tape, self._folds, self._seed = judges, tape, folds, seed

    def judged(self, contestant: Contestant, judge: str, folder: Path) -> pl.DataFrame:
        """Rows of `PLAYS`: read where they were kept, played and kept where not.

        Args:
            contestant: who plays.
            judge: under which judge.
            folder: of the study's plays.
        """
        file = folder / contestant.folder / f"{judge.replace('/', '.')}.parquet"
        if not file.is_file():
            parts = [
                plays_of(
                    play(self._arena(judge, number), player, seed=self._seed, fold=number),
                    contestant.name,
                    contestant.seed,
                    judge,
                )
                for number, players in enumerate(contestant.players)
                for player in players
            ]
            replace_file(file, pl.concat(parts).write_parquet)
        return pl.read_parquet(file)

    def is_judged(self, contestant: Contestant, judge: str, folder: Path) -> bool:
        """Whether there is nothing left to play."""
        return (folder / contestant.folder / f"{judge.replace('/', '.')}.parquet").is_file()

    def _arena(self, judge: str, fold: int) -> Arena:
        laid_out = self._exchange if judge == EXCHANGE else self._tapes
        # Tracks do not depend on the fill model, so that models share them.
        arena = copy(laid_out[fold])
        arena.experiment = self._judges[judge]
        return arena

    @cached_property
    def _exchange(self) -> list[Arena]:
        return self._laid_out(self._judges[EXCHANGE])

    @cached_property
    def _tapes(self) -> list[Arena]:
        return self._laid_out(next(e for name, e in self._judges.items() if name != EXCHANGE))

    def _laid_out(self, experiment: Experiment) -> list[Arena]:
        return [load_arena(self._tape, fold.judge, experiment) for fold in self._folds]
