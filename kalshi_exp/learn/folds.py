"""One fold from beginning to end: train through the curriculum, judge, and never do it twice."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import final

import polars as pl
import torch

from kalshi_exp.config import CsvLogger, Experiment
from kalshi_exp.env import N_ACTIONS
from kalshi_exp.learn.checkpoints import read_policy, save_policy
from kalshi_exp.learn.judge import judge, tuning_money
from kalshi_exp.learn.load_run import INPUTS
from kalshi_exp.learn.policy import ActorCritic
from kalshi_exp.learn.ppo import Sink
from kalshi_exp.learn.run_directory import RunDirectory
from kalshi_exp.learn.source import load_arena
from kalshi_exp.learn.training import train
from kalshi_exp.market.draws import mix
from kalshi_exp.metrics import Records
from kalshi_exp.tape import Fold, Tape


@final
class FoldRun:
    """A fold of a run: training, then judged, then done.

    Its state is what its files say, so a killed run goes on where they end: `policy.pt` of each
    phase once that is trained, of the fold once all are, and its records once it is judged.
    """

    def __init__(
        self, run: RunDirectory, number: int, fold: Fold, experiment: Experiment, tape: Tape
    ) -> None:
        """Say which fold.

        Args:
            run: the run directory.
            number: of the fold.
            fold: its sessions.
            experiment: what is done.
            tape: holds the sessions.
        """
        self._run, self._number, self._fold = run, number, fold
        self._experiment, self._tape = experiment, tape

    @property
    def judged(self) -> bool:
        """Whether there is nothing left to do."""
        return self._run.judged(self._number).is_dir()

    def _seed(self, purpose: int) -> int:
        return int(mix(self._experiment.seed, self._number, purpose, 0, 0) >> 1)

    def train(self, sinks: Callable[[str], Sequence[Sink]] = lambda phase: ()) -> ActorCritic:
        """Train through the phases, or load what was trained.

        Args:
            sinks: given a phase's name, where its figures go.

        Raises:
            SessionsError: a session is too short for an episode.
        """
        final = self._run.checkpoints(self._number) / "policy.pt"
        if final.is_file():
            return read_policy(final)
        experiment = self._experiment
        policy = ActorCritic(
            INPUTS,
            N_ACTIONS,
            experiment.policy,
            torch.Generator().manual_seed(self._seed(0)),
        )
        initial = self._run.initial(self._number)
        if initial.is_file():
            policy.warm_start(read_policy(initial))
        arena = load_arena(self._tape, self._fold.train, experiment)
        tuning = load_arena(self._tape, self._fold.tune, experiment) if self._fold.tune else None
        folds = len(self._run.folds)
        for place, (name, phase) in enumerate(experiment.curriculum.items()):
            tune = None
            if tuning is not None:
                tune = tuning_money(tuning, seed=experiment.seed, phase=phase)
            of = f" (fold {self._number + 1} of {folds})" if folds > 1 else ""
            policy = train(
                policy,
                arena.environment(self._seed(2 * place + 1), phase),
                experiment.algorithm,
                experiment.trainer,
                frames=phase.frames,
                seed=self._seed(2 * place + 2),
                folder=self._run.checkpoints(self._number, name),
                title=f"{name}{of}",
                tune=tune,
                sinks=sinks(name),
                curves=any(isinstance(one, CsvLogger) for one in experiment.logger.values()),
            )
        save_policy(policy, final)
        return policy

    def judge(self, policy: ActorCritic, announce: Callable[[str], None] = lambda _: None) -> None:
        """Judge a policy on this fold's sessions and keep the records, whole or not at all."""
        arena = load_arena(self._tape, self._fold.judge, self._experiment)
        records = judge(
            policy, arena, seed=self._experiment.seed, fold=self._number, announce=announce
        )
        folder = self._run.judged(self._number)
        partial = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        records.write(partial)
        arena.paths().write_parquet(partial / "paths.parquet")
        arena.incomplete().write_parquet(partial / "incomplete.parquet")
        os.replace(partial, folder)

    def records(self) -> Records:
        """What judging left."""
        return Records.read(self._run.judged(self._number))

    def paths(self) -> pl.DataFrame:
        """Mid paths of the judged sessions, for pictures."""
        return pl.read_parquet(self._run.judged(self._number) / "paths.parquet")

    def incomplete(self) -> pl.DataFrame:
        """What observations of the judged sessions lacked."""
        return pl.read_parquet(self._run.judged(self._number) / "incomplete.parquet")

    def curves(self) -> pl.DataFrame | None:
        """Learning curves of all phases, one after another; None when none were kept."""
        parts: list[pl.DataFrame] = []
        before = 0.0
        for name in self._experiment.curriculum:
            file = self._run.checkpoints(self._number, name) / "curves.csv"
            if file.is_file():
                part = _read_curves(file).with_columns(pl.col("frames") + before)
                parts.append(part)
                before = float(part["frames"].max() or 0.0)  # type: ignore[arg-type]
        if not parts:
            return None
        return pl.concat(parts).with_columns(fold=pl.lit(self._number, pl.Int32))


def _read_curves(file: Path) -> pl.DataFrame:
    frame = pl.read_csv(file, infer_schema=False)
    return frame.with_columns(pl.all().cast(pl.Float64, strict=False))
