"""How long each stage took, and how fast learning was: never part of the figures."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, final


@final
class Stopwatch:
    """Sums seconds by stage; as a sink of learning figures it also counts frames."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._frames = 0.0
        self._learning = 0.0
        self._rates: list[float] = []
        self._last: tuple[float, float] | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        begun = time.perf_counter()
        self._last = None
        try:
            yield
        finally:
            spent = time.perf_counter() - begun
            self._seconds[name] = self._seconds.get(name, 0.0) + spent

    def __call__(self, figures: dict[str, float]) -> None:
        """Count the frames since the last call; the first of a policy, compiling, only starts."""
        now = time.perf_counter()
        if self._last is not None and figures["frames"] >= self._last[0]:
            frames, seconds = figures["frames"] - self._last[0], now - self._last[1]
            self._frames += frames
            self._learning += seconds
            if frames > 0:
                self._rates.append(frames / seconds)
        self._last = figures["frames"], now

    def timings(self, *, resumed: bool) -> dict[str, Any]:
        """What timings.json holds."""
        return {
            "seconds": {name: round(spent, 3) for name, spent in self._seconds.items()},
            # Evaluations on tuning sessions, checkpoints and compilation included.
            "frames_per_second": round(self._frames / self._learning) if self._learning else None,
            "frames_per_second_median_rollout": round(median(self._rates)) if self._rates else None,
            "resumed": resumed,
        }
