"""Rows of the cold start: the first error, the first compilation, the first training step."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from kalshi_exp.tasks.bench.peers import ROOT
from kalshi_exp.tasks.bench.row import Goal, Row

_ERRORS = 5
_FIRST_STEPS = 3
_PATIENCE = 300.0  # seconds
_OWN_KEYS = ("task=", "out=", "peers=", "hydra.")


class NoAnswer(RuntimeError):
    """A program that was started did not do what it was started for."""


def start_rows(overrides: Sequence[str]) -> list[Row]:
    """Measure the rows of this family.

    Args:
        overrides: of the command line; the first training step is of the same experiment.
    """
    door = ROOT / "run.py"
    own = [one for one in overrides if not one.startswith(_OWN_KEYS)]
    return [
        _row(
            "first error in the configuration",
            1.0,
            lambda: median(config_error(door) for _ in range(_ERRORS)),
            "python run.py fill=quue, from its start to its end, median of "
            f"{_ERRORS}, by the wall clock",
        ),
        _row(
            "cold compilation of every kernel of a run",
            60.0,
            cold_compilation,
            "with an empty kernel cache, ingest, simulate, step and judge for a moment each: from "
            "the start to the end, imports and the second process included, by the wall clock",
        ),
        _row(
            "first training step with a warm cache",
            15.0,
            lambda: median(first_step(door, own) for _ in range(_FIRST_STEPS)),
            f"python run.py {' '.join(own)}".rstrip() + ", from its start to the first learned "
            f"rollout in curves.csv (several optimiser steps), median of {_FIRST_STEPS}, "
            "by the wall clock",
        ),
    ]


def _row(name, target, measure, how) -> Row:  # type: ignore[no-untyped-def]
    try:
        value, reason = measure(), None
    except NoAnswer as error:
        value, reason = None, str(error)
    return Row(name, value, "s", target, Goal.value_at_most, how, reason=reason)


def config_error(door: Path) -> float:
    """Seconds until a mistyped option is answered.

    Raises:
        NoAnswer: it was not answered with the sentence it should be.
    """
    begun = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, door, "fill=quue"],
        env=_environment(os.environ),
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
    )
    spent = time.perf_counter() - begun
    if ended.returncode != 2 or "queue" not in ended.stderr:
        raise NoAnswer(
            f"run.py fill=quue ended with {ended.returncode} and said {ended.stderr[-200:]!r}"
        )
    return spent


def cold_compilation() -> float:
    """Seconds until a process with an empty cache has every kernel.

    Raises:
        NoAnswer: it failed.
    """
    with tempfile.TemporaryDirectory() as cache:
        begun = time.perf_counter()
        ended = subprocess.run(
            [sys.executable, "-m", "kalshi_exp.tasks.bench.everything"],
            env=_environment(os.environ) | {"KALSHI_EXP_CACHE": cache},
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
        spent = time.perf_counter() - begun
    if ended.returncode:
        raise NoAnswer(f"it ended with {ended.returncode}: {_last_line(ended.stderr)}")
    return spent


def first_step(door: Path, overrides: Sequence[str]) -> float:
    """Seconds from the start of a run to its first learned rollout; the run is then ended.

    Raises:
        NoAnswer: the run ended before, or took too long.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as said:
        begun = time.perf_counter()
        run = subprocess.Popen(
            [sys.executable, door, *overrides, f"hydra.run.dir={folder}/run"],
            stdout=said,
            stderr=said,
            env=_environment(os.environ),
            start_new_session=True,
        )
        try:
            while not _learned(Path(folder)):
                if run.poll() is not None or time.perf_counter() - begun > _PATIENCE:
                    said.seek(0)
                    raise NoAnswer(f"the run never learned: {_last_line(said.read())}")
                time.sleep(0.01)
            return time.perf_counter() - begun
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)  # with what it started
            run.wait()


def _learned(folder: Path) -> bool:
    """Whether some curves.csv below has a row under its header."""
    return any(path.read_text().count("\n") > 1 for path in folder.rglob("curves.csv"))


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    # The door asks Hydra to raise: a child that inherits that prints a trace, no sentence.
    kept = {name: value for name, value in own.items() if not name.startswith("HYDRA_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["nothing was said"])[-1]
