"""`init_from=`: begin a run with the policies of another, by the names of their inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from omegaconf import OmegaConf

from kalshi_exp.config import Experiment, SyntheticData
from kalshi_exp.env import N_ACTIONS
from kalshi_exp.learn.checkpoints import read_policy
from kalshi_exp.learn.load_run import INPUTS, policy_files
from kalshi_exp.learn.policy import ActorCritic
from kalshi_exp.learn.run_directory import RunDirectory, RunDirectoryError
from kalshi_exp.tape import Fold


@final
@dataclass(frozen=True)
class Beginning:
    """What a run begins with.

    Attributes:
        policies: content of the policy file that each fold starts from.
        record: what the manifest says of it: the source run's `id`, `path` and `config_hash`, the
            `fold` of it and the `policies` hash that each fold took, and the sessions that these
            have `seen` in training and tuning, the source's own warm starts included; None for
            a run from scratch.
    """

    policies: tuple[bytes, ...]
    record: dict[str, Any] | None


@final
class WarmStart:
    """The policies of a finished training run, as another run may start from them."""

    def __init__(self, path: str) -> None:
        """Open the source run.

        Args:
            path: its directory.

        Raises:
            RunDirectoryError: it is no run, not a training run, or not finished.
        """
        self.path = path
        self._run = RunDirectory.open(Path(path))
        self._files = policy_files(self._run)

    def require_shape(self, experiment: Experiment) -> str:
        """Refuse another network than the experiment's.

        Returns:
            One sentence on which inputs are carried over, new, and left behind.

        Raises:
            FeatureSetError: widths, nonlinearity or actions differ.
        """
        source = read_policy(self._files[-1])
        ActorCritic(INPUTS, N_ACTIONS, experiment.policy).warm_start(source)
        new = [name for name in INPUTS if name not in source.inputs]
        gone = [name for name in source.inputs if name not in INPUTS]
        return (
            f"starting from {self.path}: {len(INPUTS) - len(new)} inputs are carried over"
            + (f", {len(new)} new ones begin without effect ({', '.join(new)})" if new else "")
            + (f", {len(gone)} are dropped ({', '.join(gone)})" if gone else "")
        )

    def begin(self, folds: Sequence[Fold], experiment: Experiment) -> Beginning:
        """Choose the policy that each fold starts from.

        That is the last one of the source that never trained or tuned on a session which the fold
        is judged on.

        Args:
            folds: of the new run.
            experiment: of the new run.

        Raises:
            RunDirectoryError: for some fold there is none.
        """
        seen = [self._seen(fold) for fold in range(len(self._files))]
        chosen = []
        for fold in folds:
            judged = {_label(experiment.data, name) for name in fold.judge}
            clean = [number for number, names in enumerate(seen) if not names & judged]
            if not clean:
                raise RunDirectoryError(
                    f"the policies in {self.path} were trained or tuned on sessions that this run "
                    "would be judged on: split the sessions as that run did, or take others "
                    "(data.seed=, data.path=)"
                )
            chosen.append(clean[-1])
        policies = tuple(self._files[number].read_bytes() for number in chosen)
        manifest = self._run.manifest
        record = {
            "path": self.path,
            "id": manifest["id"],
            "config_hash": manifest["config_hash"],
            "folds": chosen,
            "policies": [hashlib.sha256(content).hexdigest() for content in policies],
            "seen": [sorted(seen[number]) for number in chosen],
        }
        return Beginning(policies, record)

    def _seen(self, number: int) -> set[str]:
        """Labels of all sessions that a fold's policy has learned from, in whatever run."""
        fold = self._run.folds[number]
        config = OmegaConf.to_container(OmegaConf.load(self._run.path / "config.yaml"))
        data: Any = config["data"] if isinstance(config, dict) else {}
        synthetic = data.get("kind") == SyntheticData.__name__
        before = (self._run.manifest.get("init_from") or {}).get("seen")
        return {
            f"{data['seed']}:{name}" if synthetic else name for name in (*fold.train, *fold.tune)
        } | set(before[number] if before else ())


def _label(data: Any, name: str) -> str:
    """A session's name; simulated ones have the same names under every seed of the market."""
    return f"{data.seed}:{name}" if isinstance(data, SyntheticData) else name
