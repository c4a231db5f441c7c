"""Who is compared: runs that differ in their seed only stand together as one contestant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.metrics import Records
from kalshi_exp.report.runs import FinishedRun, labels


@final
@dataclass(frozen=True, eq=False)
class Contestant:
    """One way to train.

    Attributes:
        label: what tells it from the others.
        runs: by the seed of the run, in order of seeds.
    """

    label: str
    runs: dict[int, FinishedRun]

    @property
    def first(self) -> FinishedRun:
        """The run that speaks for what all of them share."""
        return next(iter(self.runs.values()))

    @property
    def records(self) -> dict[int, Records]:
        """What was judged, by seed."""
        return {seed: run.records for seed, run in self.runs.items()}

    def figures(self, policy: str) -> list[dict[str, Any]]:
        """Figures of a policy in each run."""
        return [run.metrics["policies"][policy]["figures"] for run in self.runs.values()]

    def judged(self, policy: str) -> bool:
        """Whether every run judged a policy."""
        return all(policy in run.metrics["policies"] for run in self.runs.values())


def contestants(runs: Sequence[FinishedRun]) -> list[Contestant]:
    """Bring the seeds of one way to train together, in the order in which each is first named.

    Each run is a contestant by itself where one seed was run twice, and where all runs are seeds
    of one way: then there is nothing else to compare.
    """
    groups: dict[str, list[FinishedRun]] = {}
    for run in runs:
        groups.setdefault(_way(run), []).append(run)
    parted: list[list[FinishedRun]] = []
    for group in groups.values():
        seeds = {_seed(run) for run in group}
        parted += [group] if len(seeds) == len(group) else [[run] for run in group]
    if len(parted) < 2:
        parted = [[run] for run in runs]
    replicated = any(len(group) > 1 for group in parted)
    names = labels([group[0] for group in parted], ("seed",) if replicated else ())
    return [
        Contestant(name, {_seed(run): run for run in sorted(group, key=_seed)})
        for name, group in zip(names, parted, strict=True)
    ]


def _seed(run: FinishedRun) -> int:
    return int(run.manifest.get("seed", 0))


def _way(run: FinishedRun) -> str:
    """All that may differ between two ways to train, or two things that were judged."""
    config = {key: one for key, one in run.config.items() if key not in ("seed", "name", "logger")}
    task = dict(config.get("task") or {})
    for place in ("resume", "init_from"):  # what a run started from is told by its content
        task.pop(place, None)
    trainer = dict(config.get("trainer") or {})
    trainer.pop("progress", None)
    began = (run.manifest.get("init_from") or {}).get("policies")
    # The order of a set's entries counts, that of groups does not.
    whole = sorted((config | {"task": task, "trainer": trainer}).items())
    return json.dumps([whole, began, run.manifest.get("data_hash")])
