"""`report=patterns`: how strong each family of patterns is on a tape, against chance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import final

import numpy as np
from rich.console import Console
from rich.progress import track

from kalshi_exp.config import Experiment
from kalshi_exp.learn import RunDirectory, open_sessions
from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL
from kalshi_exp.metrics.strength import (
    PLANTINGS,
    STRENGTHS,
    Point,
    Verdict,
    judge,
    point,
    profile,
    summary,
)
from kalshi_exp.patterns.strength import (
    SHIFTS,
    Family,
    Measured,
    Watched,
    measured,
    measured_at,
    planted,
    typical_touches,
    watch,
)
from kalshi_exp.report.patterns import patterns_table, power_table, write_patterns
from kalshi_exp.tape import Fold, Tape
from kalshi_exp.tasks.conclude import header
from kalshi_exp.tasks.stopwatch import Stopwatch

WIDTH = 150  # of the tables where the terminal is narrower, as in a file
MOST_PLANTED = 240
"""Sessions that anchors are planted into, evenly over the tape."""
FALSE_ALARMS = 400
"""Tests at strength 0: they cost next to nothing."""
_LUCK = 101  # purpose of the draws of prices


@final
class PatternsError(ValueError):
    """A tape of which nothing can be said, in one sentence."""


def patterns(experiment: Experiment, output_dir: Path, overrides: list[str]) -> int:
    """Measure the strength of patterns on a tape, and plant anchors into copies of it.

    Args:
        experiment: its data and its seed; a simulated market will do as well as a recording.
        output_dir: the run's own directory; metrics.json is written last.
        overrides: the command line, for the record.

    Returns:
        0.

    Raises:
        PatternsError: the tape holds too few sessions.
        TapeError: no tape.
    """
    stopwatch = Stopwatch()
    with stopwatch.stage("sessions"):
        tape = open_sessions(experiment)
    names = [info.name for info in tape.infos]
    if len(names) < FEWEST_FOR_INTERVAL:
        raise PatternsError(
            f"{tape.path} holds {len(names)} sessions: an interval needs at least "
            f"{FEWEST_FOR_INTERVAL}; record more"
        )
    seed, draws = experiment.seed, experiment.trainer.bootstrap
    console = Console(stderr=True, quiet=not experiment.trainer.progress)
    with stopwatch.stage("tape"):
        title = f"watching {len(names)} sessions"
        watched = [
            watch(tape.load(name))
            for name in track(names, description=title, console=console, transient=True)
        ]
    with stopwatch.stage("statistics"):
        found = judge(measured(watched, seed), draws, seed)
        around = profile(watched, draws, seed)
    with stopwatch.stage("planting"):
        power = power_curve(tape, watched, found, draws, seed, console)
    payload = summary(found, names, around, power, draws, seed)
    directory = RunDirectory.create(
        output_dir, experiment, overrides, data_hash=tape.data_hash, folds=[Fold([], [], names)]
    )
    with stopwatch.stage("report"):
        path = write_patterns(output_dir, payload, found, header(directory, experiment))
    directory.write_json("timings.json", stopwatch.timings(resumed=False))
    directory.write("metrics.json", to_bytes(payload))
    told = Console(highlight=False, soft_wrap=True)
    table = Console(highlight=False, width=None if told.width >= WIDTH else WIDTH)
    table.print(patterns_table(payload))
    curve = power_table(payload)
    if curve is not None:
        table.print(curve)
    told.print(f"report: {path}")
    return 0


def power_curve(
    tape: Tape,
    watched: Sequence[Watched],
    found: Sequence[Verdict],
    draws: int,
    seed: int,
    console: Console,
) -> dict[str, list[Point]]:
    """Plant anchors of each strength into copies of a tape, and test each copy.

    Args:
        tape: as recorded.
        watched: its sessions.
        found: its verdicts, whose other p count for Holm's correction.
        draws: of the null.
        seed: of plantings and nulls.
        console: of the progress bar.

    Returns:
        `levels`, planted at 25, 50 and 75 cents, and `elsewhere`, at other prices; empty where no
        mid comes near a level.
    """
    anchors = next(one for one in found if one.effect.hypothesis.family is Family.anchor)
    if anchors.effect.p is None:
        return {}
    others = [one.effect.p for one in found if one is not anchors and one.effect.p is not None]
    few = min(len(watched), MOST_PLANTED)
    chosen = np.unique(np.linspace(0, len(watched) - 1, few).round().astype(int)).tolist()
    plantings = {where: max(10, n * min(30, few) // few) for where, n in PLANTINGS.items()}
    strengths = [one for one in STRENGTHS if one > 0]
    copies: dict[tuple[str, float, int], list[Measured]] = {}
    defended: dict[tuple[str, float], float] = {}
    title = f"planting anchors into {few} sessions"
    for number in track(chosen, description=title, console=console, transient=True):
        session = tape.load(watched[number].name)
        touches = typical_touches(session)
        for place, where in enumerate(PLANTINGS):
            for k, strength in enumerate(strengths):
                for n in range(plantings[where]):
                    shift = 0 if where == "levels" else _shift(seed, number, n)
                    key = [seed, number, place, k, n]
                    what, share = planted(session, touches, shift, strength, key)
                    copies.setdefault((where, strength, n), []).append(what)
                    total = defended.get((where, strength), 0.0)
                    defended[where, strength] = total + share / (plantings[where] * few)
    curves: dict[str, list[Point]] = {"levels": [], "elsewhere": []}
    nothing = [
        [measured_at(watched[number], _shift(seed, number, n)) for number in chosen]
        for n in range(FALSE_ALARMS)
    ]
    curves["elsewhere"].append(point(0.0, nothing, 0.0, others, draws, seed))
    for where, points in curves.items():
        for strength in strengths:
            tests = [copies[where, strength, n] for n in range(plantings[where])]
            share = defended[where, strength]
            points.append(point(strength, tests, share, others, draws, seed))
    return curves


def _shift(seed: int, number: int, planting: int) -> int:
    rng = np.random.Generator(np.random.PCG64([seed, number, _LUCK, planting]))
    return int(rng.choice(SHIFTS))
