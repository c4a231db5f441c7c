"""A sweep as the door sees it: where it is, and how each of its jobs went.

Hydra ends a sweep by raising when a job failed, and then calls no callback; so its callback only
says where the sweep began. Jobs may run in processes or on machines of their own: what each came to
is a small file in the sweep's directory, which the door takes away when it has read it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from hydra.experimental.callback import Callback
from omegaconf import DictConfig

_JOBS = ".jobs"
_begun: list[Path] = []


@final
@dataclass(frozen=True)
class Job:
    """What a job of a sweep came to.

    Attributes:
        number: within the sweep, from 0.
        overrides: what made it.
        directory: where its run is; of a run that was gone on with, that one's.
        judged: whether its task judges policies, so that its run can be compared with others.
        failed: why it ended badly, in one sentence; None where it did not.
    """

    number: int
    overrides: Sequence[str]
    directory: str
    judged: bool
    failed: str | None

    def leave(self, sweep: Path) -> None:
        """Write it where `ended` reads it."""
        folder = sweep / _JOBS
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.number}.json").write_text(json.dumps(asdict(self)), encoding="utf-8")


@final
class SweepBegun(Callback):
    """Hydra's callback that says where a sweep began; `hydra.callbacks` names it."""

    def on_multirun_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Keep the directory for `ended`, and forget what an earlier sweep left there."""
        directory = Path(config.hydra.sweep.dir).absolute()
        shutil.rmtree(directory / _JOBS, ignore_errors=True)
        _begun.append(directory)


def ended() -> tuple[Path, list[Job]] | None:
    """The sweep that began in this process, and those of its jobs that ended.

    Returns:
        Its directory and the jobs by number; None where none began, or no job ended. It is told
        once.
    """
    if not _begun:
        return None
    directory = _begun.pop()
    files = sorted((directory / _JOBS).glob("*.json"))
    jobs = [Job(**json.loads(one.read_text(encoding="utf-8"))) for one in files]
    shutil.rmtree(directory / _JOBS, ignore_errors=True)
    return (directory, sorted(jobs, key=lambda one: one.number)) if jobs else None
