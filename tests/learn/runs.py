"""Whole runs for tests, in a process of their own where they have to die."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from kalshi_exp.config import compose, typed
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape import Session, write_tape
from tests.env.tapes import random_session

EPOCH = 1_700_000_000

SMALL = [
    "data=tape",
    "data.split.by=walk_forward",
    "data.split.folds=2",
    "data.split.judge=0.4",
    "data.split.tune=0.2",
    "policy.hidden=[16]",
    "algorithm.rollout=16",
    "algorithm.minibatch=64",
    "curriculum.foundation.frames=700",
    "trainer.environments=8",
    "trainer.judge_environments=2",
    "trainer.threads=1",
    "trainer.checkpoint_every=2",
    "trainer.tune_every=3",
    "trainer.bootstrap=100",
    "trainer.progress=false",
    "world.horizon=40",
    "logger=[csv]",
]


def session(number: int, seconds: int = 60, seed: int = 3) -> Session:
    """A random session, one after the other in time."""
    one = random_session(seed, number, seconds=seconds, rate=6.0, markets=1 + number % 2)
    shift = (EPOCH + number * 1000) * SECOND
    markets = []
    for market in one.markets:
        messages = market.messages.copy()
        messages["ts"] += shift
        markets.append(
            replace(
                market,
                messages=messages,
                close_ts=market.close_ts + shift,
                epoch_ts=market.epoch_ts + shift,
            )
        )
    return Session(one.name, one.event, one.series, shift, one.end_ts + shift, tuple(markets))


def make_tape(folder: Path, sessions: int = 8, **options: Any) -> Path:
    """A tape folder of random sessions."""
    write_tape(folder, [session(number, **options) for number in range(sessions)])
    return folder


def run(overrides: Sequence[str], output: Path) -> int:
    """Compose and run as run.py does."""
    from kalshi_exp.tasks import run_task

    return run_task(typed(compose(overrides)), output, list(overrides))


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _run_and_die(overrides: Sequence[str], output: Path, point: str) -> None:
    """Arrange for a kill -9 at a point of the run, and run."""
    checkpoints, folds, judge, ppo = (
        import_module(f"kalshi_exp.learn.{name}")
        for name in ("checkpoints", "folds", "judge", "ppo")
    )

    if point == "learning":  # in the fourth rollout: the last checkpoint is two rollouts old
        step, calls = ppo.PPO._learn, []

        def learn(self: Any, rows: Any) -> Any:
            calls.append(1)
            if len(calls) == 4:
                _die()
            return step(self, rows)

        ppo.PPO._learn = learn  # type: ignore[method-assign]
    elif point == "saving":  # a checkpoint is written but not in its place
        checkpoints.os.replace = _die  # type: ignore[assignment]
    elif point == "judging":  # some contestants have played
        play, calls = judge.play, []

        def played(*arguments: Any, **options: Any) -> Any:
            calls.append(1)
            if len(calls) == 4:
                _die()
            return play(*arguments, **options)

        judge.play = played
    elif point == "keeping":  # records are written but not in their place
        folds.os.replace = _die  # type: ignore[assignment]
    elif point == "concluding":
        import_module("kalshi_exp.tasks.conclude").write_report = _die  # type: ignore[attr-defined]
    run(overrides, output)


def in_process(overrides: Sequence[str], output: Path, point: str = "") -> int:
    """Run in a fresh process and give its exit code; -9 when it was killed."""
    # Not a fork of this process: polars' threads would be missing in it.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kalshi_exp.tasks.train"])
    process = context.Process(target=_run_and_die, args=(list(overrides), output, point))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode
