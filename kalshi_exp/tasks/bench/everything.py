"""Compile every kernel that a run needs: `python -m kalshi_exp.tasks.bench.everything`.

The benchmark runs it in a process of its own with an empty cache; it prints the seconds that
compiling took of the process's own time.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, final

import torch
from numba.core import event
from tensordict import TensorDict

from kalshi_exp.config import compose, typed
from kalshi_exp.env.conformance import draw_legal
from kalshi_exp.exchange import simulate_session
from kalshi_exp.learn import Arena, Random, money, play
from kalshi_exp.tape import ingest

_FRAMES = (
    {
        "type": "orderbook_snapshot", "sid": 1, "seq": 1, "sending_ts_ms": 1_790_000_000_000,
        "msg": {"market_ticker": "S-E-A", "yes_dollars_fp": [["0.4000", "5.00"]]},
    },
    {
        "type": "orderbook_delta", "sid": 1, "seq": 2,
        "msg": {
            "market_ticker": "S-E-A", "price_dollars": "0.4000", "delta_fp": "1.00",
            "side": "yes", "ts_ms": 1_790_000_001_000,
        },
    },
)  # fmt: skip


@final
class Compiling(event.Listener):  # type: ignore[misc]
    """Adds up the process time of compilations; those inside another count once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._depth = 0
        self._begun = 0.0

    def on_start(self, event: Any) -> None:
        """The clock starts with the outermost."""
        if self._depth == 0:
            self._begun = time.process_time()
        self._depth += 1

    def on_end(self, event: Any) -> None:
        """The clock stops with the outermost."""
        self._depth -= 1
        if self._depth == 0:
            self.seconds += time.process_time() - self._begun


def main() -> None:
    """Record, simulate, train and judge for a moment each."""
    compiling = Compiling()
    with event.install_listener("numba:compile", compiling):
        _play()
    print(compiling.seconds)


def _play() -> None:
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "capture.jsonl"
        capture.write_text("".join(json.dumps(frame) + "\n" for frame in _FRAMES))
        ingest(capture, Path(folder) / "tape")
    experiment = typed(compose())
    experiment.trainer.environments = 2
    experiment.world.horizon = 10
    scenario = replace(experiment.scenario, duration_s=60.0)
    arena = Arena([simulate_session(scenario, 0, number) for number in range(2)], experiment)
    env = arena.environment(0)
    env.reset()
    for step in range(3):
        action = torch.from_numpy(draw_legal(env.world.out.mask, 0, step))
        env.step(TensorDict({"action": action}, batch_size=env.batch_size))
    play(arena, Random(), seed=0, fold=0)
    money(arena, Random(), seed=0)


if __name__ == "__main__":
    main()
