"""Repeated measurements that share the machine's weather."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple, final

Measure = Callable[[], float]
"""Does the work once and gives its rate, in units a second."""


def rate_of(work: Callable[[], object], units: float) -> Measure:
    """A measurement of single-threaded `work` that does so many units.

    By the thread's own time: the same as the wall clock where nothing else runs, and untouched by
    the time that other programs take from it.
    """

    def measure() -> float:
        begun = time.thread_time()
        work()
        return units / (time.thread_time() - begun)

    return measure


@final
class Rate(NamedTuple):
    """What the rounds of one measurement gave.

    Attributes:
        best: of the fastest round, the one least disturbed: what else runs on a machine, or beside
            it on the same host, only ever takes time.
        median: of all rounds, so that the disturbance can be seen.
    """

    best: float
    median: float


def interleaved(measures: dict[str, Measure], rounds: int) -> dict[str, Rate]:
    """Take each measurement in turn, several times over: A B A B.

    A machine that slows down for a while then slows all of them down.

    Args:
        measures: by name; each is called once before, to warm up.
        rounds: how often each counts.

    Returns:
        Of each, the rates.
    """
    for measure in measures.values():
        measure()
    seen: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            seen[name].append(measure())
    return {name: Rate(max(values), median(values)) for name, values in seen.items()}
