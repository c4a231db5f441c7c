"""From a run's directory to the policy it trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from kalshi_exp.config import Experiment, recompose
from kalshi_exp.features import FEATURES, GROUPS
from kalshi_exp.learn.checkpoints import read_policy
from kalshi_exp.learn.policy import ActorCritic
from kalshi_exp.learn.run_directory import RunDirectory, RunDirectoryError

INPUTS: tuple[str, ...] = (
    *(feature.name for feature in FEATURES),
    *(f"group {group} is on" for group in GROUPS),
)
"""Names of an observation's columns: what a policy knows its inputs by."""


@final
@dataclass(frozen=True)
class LoadedRun:
    """A finished training run.

    Attributes:
        policies: the policy of each fold, on the CPU.
        experiment: the configuration it was trained under.
        manifest: the run's manifest.
        path: its directory.
    """

    policies: tuple[ActorCritic, ...]
    experiment: Experiment
    manifest: dict[str, Any]
    path: Path

    @property
    def policy(self) -> ActorCritic:
        """The last fold's policy: the one that learned from most."""
        return self.policies[-1]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the columns that the policy reads."""
        return self.policy.inputs


def policy_files(run: RunDirectory) -> list[Path]:
    """File of the policy of each fold of a finished training run.

    Raises:
        RunDirectoryError: it is not a training run, or not finished.
    """
    if run.manifest["task"] != "TrainTask":
        raise RunDirectoryError(
            f"{run.path} holds no policy: it was made by {run.manifest['task']}, not by task=train"
        )
    files = [run.checkpoints(fold) / "policy.pt" for fold in range(len(run.folds))]
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise RunDirectoryError(
            f"the run in {run.path} has not finished training ({len(missing)} of {len(files)} "
            f"policies are missing): go on with it by resume={run.path}"
        )
    return files


def load_run(path: str | Path, inputs: Sequence[str] = INPUTS) -> LoadedRun:
    """Load the policy of a finished training run.

    Args:
        path: the run directory.
        inputs: names of the observation's columns that the policy is going to read.

    Raises:
        RunDirectoryError: it is no run, not a training run, or not finished.
        FeatureSetError: it was trained on another feature set.
        ConfigError: its overrides can't be composed by this version.
    """
    run = RunDirectory.open(Path(path))
    policies = tuple(read_policy(file) for file in policy_files(run))
    for policy in policies:
        policy.require_inputs(inputs, str(path))
    experiment = recompose(run.manifest["overrides"])
    return LoadedRun(policies, experiment, run.manifest, run.path)
