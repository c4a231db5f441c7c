"""Compile what training needs in a second process, while the first makes its sessions.

With an empty kernel cache both would otherwise be compiled one after the other. The second process
plays a made-up session, and its kernels reach the first through the cache on disk.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from tensordict import TensorDict

from kalshi_exp.config import compose, typed
from kalshi_exp.env.conformance import draw_legal
from kalshi_exp.learn.baselines import Random
from kalshi_exp.learn.play import money, play
from kalshi_exp.learn.tape_arena import TapeArena
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.jit import kernel_cache
from kalshi_exp.market.units import PRICE_ONE, SECOND
from kalshi_exp.tape import MESSAGE, Kind, MarketTape, Session

_PATIENCE = 300.0  # seconds, after which the first process compiles for itself
_SECONDS = 60


@contextmanager
def compiling_ahead() -> Iterator[None]:
    """While this context is open, a second process compiles the kernels of a training run.

    It is left when that process is done. Nothing is started with a warm cache, without one, or on
    one core.
    """
    folder = kernel_cache()
    done = folder / "ahead.done" if folder is not None else None
    if done is None or done.exists() or (os.cpu_count() or 1) < 2:
        yield
        return
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    helper = subprocess.Popen(
        [sys.executable, "-m", __name__],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        if helper.wait(_PATIENCE) == 0:
            done.touch()
    except subprocess.TimeoutExpired:
        pass
    finally:
        if helper.poll() is None:
            helper.kill()
            helper.wait()


def made_up(number: int) -> Session:
    """A session that nobody traded: on both sides quotes that come and are taken."""
    grid = PriceGrid.structure("linear_cent")
    start = number * 1_000 * SECOND
    messages = np.zeros(4 * _SECONDS, MESSAGE)
    messages["ts"] = start + np.arange(len(messages)) * SECOND // 4
    messages["side"] = np.arange(len(messages)) // 2 % 2
    messages["level"] = np.where(messages["side"] == 0, 40, 60)
    messages["kind"] = np.where(np.arange(len(messages)) % 2 == 0, Kind.ADD, Kind.FILL)
    messages["size"] = np.where(messages["kind"] == Kind.ADD, 2_000, -1_000)
    market = MarketTape(
        ticker=f"MADE-UP-{number}",
        ladder=grid,
        messages=messages,
        close_ts=int(messages["ts"][-1]) + SECOND,
        settlement=PRICE_ONE,
        epoch_ts=np.array([start], np.int64),
        valid=np.ones((1, grid.n), np.bool_),
    )
    return Session(str(number), str(number), "MADE-UP", start, market.close_ts, (market,))


def moment(sessions: list[Session]) -> None:
    """Step and judge for a moment, so that every kernel of a training run is compiled."""
    experiment = typed(compose())
    experiment.trainer.environments = 2
    experiment.world.horizon = 10
    arena = TapeArena(sessions, experiment)
    env = arena.environment(0)
    env.reset()
    for step in range(3):
        action = torch.from_numpy(draw_legal(env.world.out.mask, 0, step))
        env.step(TensorDict({"action": action}, batch_size=env.batch_size))
    play(arena, Random(), seed=0, fold=0)
    money(arena, Random(), seed=0)


if __name__ == "__main__":
    moment([made_up(number) for number in range(2)])
