"""What happens around Hydra on the command line: answers in one sentence, and exit statuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, final

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from kalshi_exp.config.experiment import Experiment
from kalshi_exp.config.explain import COMPOSING, explain
from kalshi_exp.config.sweep import Job, ended
from kalshi_exp.config.task import EvaluateReport, EvaluateTask, TrainTask
from kalshi_exp.config.typed import typed

REFUSED = 2
"""Exit status of a configuration or an input that was refused."""

_FULL = "HYDRA_FULL_ERROR"


@final
class JobFailed(Exception):
    """One job of a sweep ended badly; the others go on."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def answer(
    entry: Callable[[], Any], swept: Callable[[Path, Sequence[Job]], None] | None = None
) -> int:
    """Call Hydra's entry point; a refusal becomes one sentence on stderr.

    An exception class of this package is a refusal written for the reader. Anything else is an
    error of ours and keeps its stack trace, as everything does under HYDRA_FULL_ERROR=1.

    Args:
        entry: the function that `hydra.main` decorated.
        swept: called at the end of a sweep, however it ended, with its directory and its jobs.

    Returns:
        The exit status: 0, the task's own, or 2 when something was refused.
    """
    try:
        status = _status(entry)
    except Exception:
        _conclude(swept)  # jobs without a mistake stand beside the one that is now shown
        raise
    _conclude(swept)
    return status


def _status(entry: Callable[[], Any]) -> int:
    if _FULL in os.environ:
        entry()
        return 0
    os.environ[_FULL] = "1"  # makes Hydra raise where it would print a trace and leave
    try:
        entry()
    except JobFailed as failed:
        return failed.status
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except Exception as error:
        sentence = _refusal(error)
        if sentence is None:
            raise
        return _say(sentence)
    finally:
        del os.environ[_FULL]
    return 0


def _conclude(swept: Callable[[Path, Sequence[Job]], None] | None) -> None:
    sweep = ended()
    if sweep is None or swept is None:
        return
    try:
        swept(*sweep)
    except Exception as error:
        sentence = _refusal(error)
        if sentence is None:
            raise
        _say(sentence)  # the jobs did what they were asked: their status stands


def job(cfg: DictConfig, run_task: Callable[[Experiment, Path, list[str]], int]) -> None:
    """Type what Hydra composed and run its task in the directory that Hydra made.

    Args:
        cfg: the composed tree.
        run_task: takes the experiment, its directory and its overrides; gives an exit status.

    Raises:
        JobFailed: the task's status is not 0, in a sweep.
        SystemExit: the same, or a refusal, in a single run.
    """
    hydra = HydraConfig.get()
    sweep = hydra.mode == RunMode.MULTIRUN
    experiment: Experiment | None = None
    failed: str | None = "it was interrupted"
    try:
        with _directory(Path(hydra.runtime.output_dir)) as directory:
            experiment = typed(cfg)
            status = run_task(experiment, directory, _overrides(hydra))
        failed = f"it ended with status {status}" if status else None
    except Exception as error:
        sentence = _refusal(error)
        failed = sentence or f"{type(error).__name__}: {' '.join(str(error).split())}"
        if sentence is None or sweep:  # Hydra names the job of a sweep that raised
            raise
        status = _say(sentence)
    finally:
        if sweep:
            _leave(hydra, experiment, failed)
    if status and sweep:
        raise JobFailed(status)
    if status:
        sys.exit(status)


def _leave(hydra: Any, experiment: Experiment | None, failed: str | None) -> None:
    task = experiment.task if experiment is not None else None
    resumed = task.resume if isinstance(task, TrainTask) else None
    Job(
        int(hydra.job.num),
        list(hydra.overrides.task),
        str(Path(resumed or hydra.runtime.output_dir).absolute()),
        isinstance(task, TrainTask)
        or (isinstance(task, EvaluateTask) and task.report is EvaluateReport.money),
        failed,
    ).leave(Path(hydra.runtime.cwd) / hydra.sweep.dir)


def _overrides(hydra: Any) -> list[str]:
    """The job's overrides, and any folder of the user's own options, so that it can recompose."""
    folders = [
        one.path
        for one in hydra.runtime.config_sources
        if one.schema == "file" and one.provider != "main"
    ]
    own = [f"hydra.searchpath=[{','.join(repr('file://' + one) for one in folders)}]"]
    return [*hydra.overrides.task, *(own if folders else [])]


@contextmanager
def _directory(path: Path) -> Iterator[Path]:
    """Lend the job its directory, and take it away again when the job left nothing in it."""
    try:
        yield path
    finally:
        for folder in (path, path.parent):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _refusal(error: Exception) -> str | None:
    if type(error).__module__.startswith("kalshi_exp."):
        return str(error)
    return explain(error) if isinstance(error, COMPOSING) else None


def _say(sentence: str) -> int:
    print(f"error: {sentence}", file=sys.stderr)
    return REFUSED
