"""`report=fills data=twins`: fill models against what really happened in the exchange."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress

from kalshi_exp.config import (
    Experiment,
    RealismTask,
    TwinsData,
    chosen,
    config_hash,
    recompose,
)
from kalshi_exp.learn import RunDirectory, RunDirectoryError
from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.market import FIRST_JUDGED_NUMBER
from kalshi_exp.metrics.realism import CEILING, Trial, ladder_figures, named, summarise_fills
from kalshi_exp.probes import twins_hash
from kalshi_exp.report.fill_realism import fills_table, write_fills
from kalshi_exp.tape import Fold
from kalshi_exp.tasks.conclude import header
from kalshi_exp.tasks.realism.contestants import BEST, as_exact_as, contestants, ladder
from kalshi_exp.tasks.realism.parts import RUNG, TRUTH, Plan, draws_of, play_part
from kalshi_exp.tasks.realism.policy_probe import PolicyProbe
from kalshi_exp.tasks.stopwatch import Stopwatch

SESSIONS = 60

_PART = 6  # sessions played together: all strategies of them stand in memory at once
_WORKERS = 2


def twins(experiment: Experiment, task: RealismTask, output_dir: Path, overrides: list[str]) -> int:
    """Play every strategy in the exchange and under every fill model, and hold them together.

    Args:
        experiment: scenario, decision clock, and the latency and fees of `fill=`.
        task: which models, how many sessions; what to resume.
        output_dir: the run's own directory; not used when an older one is resumed.
        overrides: the command line, for the record.

    Returns:
        0.

    Raises:
        RealismError: a model that there is not.
        RunDirectoryError: the run to go on with was another.
        ProbesError: sessions that strategies can't be played on.
    """
    if task.resume is not None:
        directory, experiment, overrides = _resumed(task.resume, overrides)
    plan = plan_of(experiment, overrides)
    assert isinstance(experiment.data, TwinsData)
    if task.resume is None:
        directory = RunDirectory.create(
            output_dir,
            experiment,
            overrides,
            data_hash=twins_hash(experiment.scenario, experiment.data.seed, plan.numbers),
            folds=[Fold([], [], [f"{number:06d}" for number in plan.numbers])],
        )
    watch = Stopwatch()
    with watch.stage("play"):
        trials, seconds = _play_all(experiment, plan, directory.path / "parts")
    with watch.stage("statistics"):
        payload = _payload(experiment, plan, trials, overrides)
    with watch.stage("report"):
        path = write_fills(directory.path, payload, header(directory, experiment), seconds)
    timings = watch.timings(resumed=task.resume is not None)
    directory.write_json("timings.json", timings | {"seconds_of_play": seconds})
    directory.write("metrics.json", to_bytes(payload))
    console = Console(highlight=False, soft_wrap=True)
    Console(highlight=False, width=None if console.width >= 150 else 150).print(
        fills_table(payload)
    )
    console.print(payload["headline"])
    console.print(f"report: {path}")
    return 0


def plan_of(experiment: Experiment, overrides: Sequence[str]) -> Plan:
    """What an experiment asks to be played.

    Raises:
        RealismError: a model that there is not.
    """
    task, fill = experiment.task, experiment.fill
    assert isinstance(task, RealismTask)
    models = {n: as_exact_as(m, fill) for n, m in contestants(task.models, overrides).items()}
    best = models.get(BEST)
    probe = PolicyProbe(task.run, experiment) if task.run else None
    sessions = SESSIONS if task.sessions is None else task.sessions
    return Plan(
        fill,
        models,
        ladder(best, fill) if best is not None else [],
        list(range(FIRST_JUDGED_NUMBER, FIRST_JUDGED_NUMBER + sessions)),
        probe,
    )


def _resumed(path: str, overrides: list[str]) -> tuple[RunDirectory, Experiment, list[str]]:
    directory = RunDirectory.open(Path(path))
    if not (directory.path / "parts").is_dir():
        raise RunDirectoryError(
            f"the run in {path} is no task=realism report=fills on data=twins, or was stopped "
            "before it played anything: start a new run"
        )
    saved = directory.manifest["overrides"]
    more = [one for one in overrides if not one.startswith(("resume=", "task=", "report="))]
    experiment = recompose([*saved, *more])
    if config_hash(experiment, ()) != directory.manifest["config_hash"]:
        why = f"{' '.join(more)} would change it" if more else "conf/ or the code has changed"
        raise RunDirectoryError(
            f"the run in {path} goes on only with the configuration that it began with, and "
            f"{why}: leave it as it was, or start a new run"
        )
    return directory, experiment, saved


def _play_all(
    experiment: Experiment, plan: Plan, folder: Path
) -> tuple[dict[str, Trial], dict[str, float]]:
    """Every contestant on every session; what was played already is read from `folder`."""
    parts = [plan.numbers[k : k + _PART] for k in range(0, len(plan.numbers), _PART)]
    folder.mkdir(exist_ok=True)
    quiet = Console(stderr=True, quiet=not experiment.trainer.progress)
    seconds: dict[str, float] = {}
    with (
        Progress(console=quiet, transient=True) as progress,
        ThreadPoolExecutor(_WORKERS) as pool,
    ):
        bar = progress.add_task(f"playing {len(plan.strategies)} strategies", total=len(parts))
        work = [
            pool.submit(play_part, experiment, plan, part, folder / f"{part[0]:06d}.npz")
            for part in parts
        ]
        try:
            for done in as_completed(work):
                for name, spent in done.result().items():
                    seconds[name] = seconds.get(name, 0.0) + spent
                progress.advance(bar)
        except BaseException:
            for one in work:
                one.cancel()
            raise
    loaded = [np.load(folder / f"{part[0]:06d}.npz") for part in parts]
    names = [TRUTH, CEILING, *plan.models, *(RUNG + label for label, _ in plan.rungs)]
    trials = {}
    for name in names:
        sums, scores, curve = (
            np.concatenate([one[f"{name}/{what}"] for one in loaded], 1)
            for what in ("sums", "scores", "curve")
        )
        draws = draws_of(plan.models[name]) if name in plan.models else 1
        trials[name] = Trial(name.removeprefix(RUNG), sums, scores, curve, draws)
    return trials, seconds


def _payload(
    experiment: Experiment, plan: Plan, trials: Mapping[str, Trial], overrides: Sequence[str]
) -> dict[str, Any]:
    how = {"bootstrap": experiment.trainer.bootstrap, "seed": experiment.seed}
    truth = trials[TRUTH]
    competing = [trials[name] for name in (CEILING, *plan.models)]
    payload = summarise_fills(plan.strategies, truth, competing, **how)
    rungs = [trials[RUNG + label] for label, _ in plan.rungs]
    payload["ladder"] = ladder_figures(plan.strategies, truth, rungs, **how)
    payload["scenario"] = chosen(overrides, "scenario")
    payload["numbers"] = [plan.numbers[0], plan.numbers[-1] + 1]
    return payload | named(payload)
