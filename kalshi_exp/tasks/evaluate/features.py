"""`report=features`: what each feature tells, and what a trained policy makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from rich.console import Console

from kalshi_exp.config import EvaluateTask
from kalshi_exp.learn import (
    ActorCritic,
    RunDirectory,
    load_arena,
    load_run,
    open_sessions,
    use_machine,
)
from kalshi_exp.learn.categorical import log_probabilities
from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.features import Judged, Probabilities, describe
from kalshi_exp.report.features import features_table, write_features
from kalshi_exp.tasks.conclude import header
from kalshi_exp.tasks.evaluate.feature_rows import feature_rows
from kalshi_exp.tasks.evaluate.money import as_trained, unseen
from kalshi_exp.tasks.stopwatch import Stopwatch

MOST_ROWS = 20_000
WIDTH = 180  # of the table where the terminal is narrower, as in a file


def features(task: EvaluateTask, output_dir: Path, overrides: list[str]) -> int:
    """Describe every feature on a trained run's judged sessions.

    Args:
        task: names the run's directory.
        output_dir: the new run's own directory; metrics.json is written last.
        overrides: the command line, applied on top of the trained run's.

    Returns:
        0.

    Raises:
        RunDirectoryError: no finished training run is there.
        FeatureSetError: the policy was trained on another feature set.
        SessionsError: the policy has seen every session already, or they can't be played.
        TapeError: no tape.
    """
    trained = load_run(task.run)
    experiment = as_trained(trained, overrides)
    use_machine(experiment)
    console = Console(stderr=True, quiet=not experiment.trainer.progress, highlight=False)
    watch = Stopwatch()
    with watch.stage("sessions"):
        tape = open_sessions(experiment)
    folds = unseen(trained, tape)
    policies = trained.policies[-len(folds) :]
    parts = []
    with watch.stage("play"):
        for number, (fold, policy) in enumerate(zip(folds, policies, strict=True)):
            console.print(f"playing the judged sessions of fold {number + 1} of {len(folds)}")
            arena = load_arena(tape, fold.judge, experiment)
            rows = feature_rows(arena, experiment.seed, MOST_ROWS // len(folds))
            parts.append(Judged(rows, probabilities_of(policy)))
    with watch.stage("figures"):
        console.print("shuffling features")
        groups = list(experiment.features)
        payload = describe(parts, groups, experiment.trainer.bootstrap, experiment.seed)
    payload |= {"run": str(task.run)}
    directory = RunDirectory.create(
        output_dir, experiment, overrides, data_hash=tape.data_hash, folds=folds
    )
    with watch.stage("report"):
        path = write_features(output_dir, payload, header(directory, experiment))
    directory.write_json("timings.json", watch.timings(resumed=False))
    directory.write("metrics.json", to_bytes(payload))
    wide = Console(highlight=False, soft_wrap=True)
    table = Console(highlight=False, width=None if wide.width >= WIDTH else WIDTH)
    table.print(features_table(payload))
    wide.print(f"report: {path}")
    return 0


def probabilities_of(policy: ActorCritic) -> Probabilities:
    """A policy as a function of observations and masks."""

    @torch.inference_mode()
    def probabilities(observation: np.ndarray, mask: np.ndarray) -> np.ndarray:
        logits = policy.logits(torch.from_numpy(observation))
        told = log_probabilities(logits, torch.from_numpy(mask)).exp()
        return told.double().numpy(force=True)

    return probabilities
