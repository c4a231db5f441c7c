"""A run's directory: what made it, written first and whole, and what came of it."""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, final

import torch

from kalshi_exp import __version__
from kalshi_exp.config import Experiment, config_hash, resolved_yaml
from kalshi_exp.learn.checkpoints import replace_file
from kalshi_exp.tape import Fold

_PACKAGES = (
    "numpy",
    "numba",
    "torch",
    "torchrl",
    "tensordict",
    "pytorch-lightning",
    "hydra-core",
    "omegaconf",
    "polars",
)
_SOURCE = Path(__file__).resolve().parents[2]


class RunDirectoryError(ValueError):
    """A directory that is not the run one hoped for."""


@final
class RunDirectory:
    """The files of one run.

    Attributes:
        path: the directory.
        manifest: what made the run.
    """

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        """Use `create` or `open`."""
        self.path = path
        self.manifest = manifest

    @classmethod
    def create(
        cls,
        path: Path,
        experiment: Experiment,
        overrides: Sequence[str],
        *,
        data_hash: str,
        folds: Sequence[Fold],
        initial: Sequence[bytes] = (),
        init_from: dict[str, Any] | None = None,
    ) -> RunDirectory:
        """Begin a run: config.yaml, overrides.yaml, diff.patch, and last of all manifest.json.

        Args:
            path: the directory; made if need be.
            experiment: what is going to be done.
            overrides: the command line that composed it.
            data_hash: hash of the sessions' content.
            folds: which sessions train, tune and judge.
            initial: content of the policy file that each fold starts from; none: from scratch.
            init_from: what the manifest says of them, their hashes as `policies`.

        Raises:
            RunDirectoryError: a run stands there already.
        """
        if (path / "manifest.json").exists():
            raise RunDirectoryError(
                f"{path} already holds a run: choose another directory, or go on with "
                f"it by resume={path}"
            )
        git = _git_state()
        diff = git.pop("diff")
        manifest = {
            "format": 1,
            "id": secrets.token_hex(4),
            "task": type(experiment.task).__name__,
            "name": experiment.name,
            "config_hash": config_hash(experiment, init_from["policies"] if init_from else ()),
            "data_hash": data_hash,
            "seed": experiment.seed,
            "folds": [asdict(fold) for fold in folds],
            "init_from": init_from,
            "environments": experiment.trainer.environments,
            "judge_environments": experiment.trainer.judge_environments,
            "torch_threads": experiment.trainer.threads,
            "device": experiment.trainer.device,
            "git": git,
            "versions": _versions(),
            "argv": sys.argv,
            "overrides": list(overrides),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        run = cls(path, manifest)
        run.write("config.yaml", resolved_yaml(experiment).encode())
        run.write("overrides.yaml", "".join(f"- {json.dumps(one)}\n" for one in overrides).encode())
        if diff:
            run.write("diff.patch", diff)
        for fold, policy in enumerate(initial):
            run.write(str(run.initial(fold).relative_to(path)), policy)
        run.write_json("manifest.json", manifest)
        return run

    @classmethod
    def open(cls, path: Path) -> RunDirectory:
        """Open a run that was begun.

        Raises:
            RunDirectoryError: there is none.
        """
        file = path / "manifest.json"
        if not file.is_file():
            raise RunDirectoryError(
                f"{path} is not a run directory: it holds no manifest.json"
                if path.is_dir()
                else f"there is no run directory {path}"
            )
        return cls(path, json.loads(file.read_bytes()))

    @property
    def folds(self) -> list[Fold]:
        """Which sessions trained, tuned and judged."""
        return [Fold(**fold) for fold in self.manifest["folds"]]

    @property
    def finished(self) -> bool:
        """Whether its figures are there."""
        return (self.path / "metrics.json").is_file()

    def checkpoints(self, fold: int, phase: str | None = None) -> Path:
        """Folder of a fold's checkpoints, or of one phase of it."""
        folder = self.path / "checkpoints" / f"fold{fold}"
        return folder if phase is None else folder / phase

    def initial(self, fold: int) -> Path:
        """File of the policy that a fold started from, if it did not from scratch."""
        return self.checkpoints(fold) / "initial.pt"

    def judged(self, fold: int) -> Path:
        """Folder of a fold's records."""
        return self.path / "judged" / f"fold{fold}"

    def write(self, name: str, data: bytes) -> Path:
        """Write a file whole or not at all."""
        replace_file(self.path / name, lambda temporary: temporary.write_bytes(data))
        return self.path / name

    def write_json(self, name: str, value: Any) -> Path:
        """Write a JSON file whole or not at all."""
        return self.write(name, (json.dumps(value, indent=2, sort_keys=True) + "\n").encode())


def _versions() -> dict[str, str]:
    found = {"kalshi_exp": __version__, "python": platform.python_version()}
    return found | {name: metadata.version(name) for name in _PACKAGES}


def _git_state() -> dict[str, Any]:
    sha = _git("rev-parse", "HEAD").decode().strip() or None
    diff = _git("diff", "HEAD", "--binary") if sha else b""
    untracked = _git("ls-files", "--others", "--exclude-standard").decode().split("\n")[:-1]
    return {
        "sha": sha,
        "dirty": bool(diff or untracked),
        "diff_hash": hashlib.sha256(diff).hexdigest() if diff else None,
        "untracked": untracked,
        "diff": diff,
    }


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(_SOURCE), *arguments], capture_output=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return b""  # installed without its repository
    return done.stdout


def use_machine(experiment: Experiment) -> None:
    """Set what bitwise reproducibility depends on besides the seed.

    Raises:
        RunDirectoryError: the device is not there.
    """
    device = experiment.trainer.device
    if device != "cpu" and not torch.cuda.is_available():
        raise RunDirectoryError(f"trainer.device={device}, but torch sees no such device; use cpu")
    torch.set_num_threads(experiment.trainer.threads)
    torch.use_deterministic_algorithms(True)
