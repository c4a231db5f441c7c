"""Some sessions of a report on fill models: played by everybody, and kept as sums."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np

from kalshi_exp.config import Experiment, Fill, TwinsData
from kalshi_exp.exchange import simulate_session
from kalshi_exp.metrics.realism import CEILING
from kalshi_exp.probes import STRATEGIES, Orders, Played, Stage, Strategy, orders_of, score, tally
from kalshi_exp.tasks.realism.contestants import draws_fills, jittered
from kalshi_exp.tasks.realism.policy_probe import PolicyProbe, Seat

TRUTH = "truth"
RUNG = "rung "
"""What stands before the names of the ladder's rungs."""

DRAWS = 4
"""How often a model that draws its fills is played, for the probabilities behind its scores."""


@final
@dataclass(frozen=True)
class Plan:
    """What is played.

    Attributes:
        fill: says latency and fees, of the truth and of all.
        models: contestants by name.
        rungs: of the ladder, by what they no longer assume.
        numbers: of the sessions.
        probe: a trained policy that plays beside the strategies.
    """

    fill: Fill
    models: dict[str, Fill]
    rungs: list[tuple[str, Fill]]
    numbers: list[int]
    probe: PolicyProbe | None = None

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """Who plays, in the order of the sums."""
        return STRATEGIES if self.probe is None else (*STRATEGIES, self.probe.strategy)


def draws_of(fill: Fill) -> int:
    """How often a model is played."""
    return DRAWS if draws_fills(fill) else 1


def play_part(
    experiment: Experiment, plan: Plan, numbers: list[int], file: Path
) -> dict[str, float]:
    """Play some sessions and keep their sums in a file, whole or not at all.

    Args:
        experiment: scenario, decision clock and seed.
        plan: what is played.
        numbers: of the sessions.
        file: where the sums go; nothing is played when it is there.

    Returns:
        Seconds by contestant.
    """
    if file.is_file():
        return {}
    data, seed = experiment.data, experiment.seed
    assert isinstance(data, TwinsData)
    scenario, fees = experiment.scenario, plan.fill.fees
    sessions = [simulate_session(scenario, data.seed, number, fees) for number in numbers]
    stage = Stage(sessions, STRATEGIES, experiment.world.decision)
    seats: list[Stage | Seat] = [stage]
    if plan.probe is not None:
        seats.append(plan.probe.seat(sessions))
    kept: dict[str, np.ndarray] = {}
    seconds: dict[str, float] = {}

    def there(fill: Fill) -> list[Played]:
        return [
            one.in_exchange(scenario, data.seed, fill, seed)
            if isinstance(one, Stage)
            else one.in_exchange(fill, seed)
            for one in seats
        ]

    def on_tape(fill: Fill, draw: int) -> list[Played]:
        return [one.on_tape(fill, seed + draw) for one in seats]

    def orders(played: list[Played]) -> list[Orders]:
        pairs = zip(played, seats, strict=True)
        return [orders_of(one, seat.slots, stage.every) for one, seat in pairs]

    def keep(name: str, plays: list[Callable[[], list[Played]]]) -> list[Orders]:
        begun = time.perf_counter()
        draws = [play() for play in plays]
        seconds[name] = (time.perf_counter() - begun) / len(plays)
        sent = [orders(played) for played in draws]
        against = truth if truth is not None else sent[0]
        sums = [tally(one, s.slots, stage.every) for one, s in zip(draws[0], seats, strict=True)]
        scored = [
            score(against[k], [draw[k] for draw in sent], seat.environments)
            for k, seat in enumerate(seats)
        ]
        for what, arrays in (
            ("sums", sums),
            ("scores", [one for one, _ in scored]),
            ("curve", [one for _, one in scored]),
        ):
            whole = np.concatenate(arrays)
            kept[f"{name}/{what}"] = whole.reshape(-1, len(numbers), *whole.shape[1:])
        return sent[0]

    truth: list[Orders] | None = None
    truth = keep(TRUTH, [lambda: there(plan.fill)])
    keep(CEILING, [lambda: there(jittered(plan.fill))])
    for name, fill in plan.models.items():
        keep(name, [_later(on_tape, fill, draw) for draw in range(draws_of(fill))])
    for label, fill in plan.rungs:
        keep(RUNG + label, [_later(on_tape, fill, 0)])
    temporary = file.with_suffix(".partial")
    with temporary.open("wb") as out:
        np.savez(out, **kept)  # type: ignore[arg-type]
    temporary.replace(file)
    return seconds


def _later(
    play: Callable[[Fill, int], list[Played]], fill: Fill, draw: int
) -> Callable[[], list[Played]]:
    return lambda: play(fill, draw)
