"""The end of a sweep: one comparison of all its runs, and which of its jobs failed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from kalshi_exp.config import Job
from kalshi_exp.metrics import NoOverlapError, to_bytes
from kalshi_exp.report import compare_directories, write_comparison


def run(directory: Path, jobs: Sequence[Job]) -> None:
    """Write `comparison.html` and `comparison.json` into the sweep's directory, and say where.

    Compared are the finished runs that stand in the directory, of an earlier sweep there too, and
    those elsewhere that a job went on with.

    Args:
        directory: the sweep's.
        jobs: those that ended, well or not.

    Raises:
        NotAFinishedRun: a run cannot be read.
    """
    console = Console(highlight=False, soft_wrap=True)
    left_out = _failures(jobs)
    runs = _runs(directory, jobs)
    ended = [one for one in runs if (one / "metrics.json").is_file()]
    finished = [one for one in ended if (one / "sessions.parquet").is_file()]
    told = {Path(job.directory).resolve() for job in jobs if job.failed is not None}
    left_out += [
        f"the run in {one} has not ended; go on with it by resume={one}"
        for one in runs
        if one not in ended and one not in told
    ]
    console.print()
    if len(finished) < 2:
        for line in left_out:
            console.print(line, markup=False)
        few = "one finished run" if finished else "no finished run"
        console.print(f"no comparison: {few} in {directory}, and it takes two")
        return
    try:
        payload = compare_directories(finished, left_out)
    except NoOverlapError as error:
        for line in left_out:
            console.print(line, markup=False)
        console.print(f"no comparison: {error}", markup=False)
        return
    page = directory / "comparison.html"
    write_comparison(payload, page)
    page.with_suffix(".json").write_bytes(to_bytes(payload))
    console.print(payload["headline"], markup=False)
    for line in (*payload["left_out"], *payload["notes"]):
        console.print(line, markup=False)
    console.print(f"comparison: {page}", markup=False)


def _failures(jobs: Sequence[Job]) -> list[str]:
    """A sentence a cause, naming jobs by what not all of them have."""
    every = [set(job.overrides) for job in jobs]
    shared = every[0].intersection(*every[1:]) if len(every) > 1 else set()
    causes: dict[str, list[str]] = {}
    for job in jobs:
        if job.failed is not None:
            own = " ".join(one for one in job.overrides if one not in shared)
            causes.setdefault(job.failed, []).append(f"{job.number} ({own})")
    return [
        f"{'job' if len(which) == 1 else 'jobs'} {', '.join(which)} failed: {cause}"
        for cause, which in causes.items()
    ]


def _runs(directory: Path, jobs: Sequence[Job]) -> list[Path]:
    """Run directories, those of this sweep's jobs first and in their order."""
    mine = [Path(job.directory).resolve() for job in jobs if job.judged]
    found = [one for one in mine if (one / "manifest.json").is_file()]
    return list(dict.fromkeys([*found, *_within(directory)]))


def _within(directory: Path) -> Iterator[Path]:
    for folder, below, files in os.walk(directory.resolve()):
        below.sort(key=lambda name: (len(name), name))  # 10 comes after 9
        if "manifest.json" in files:
            below.clear()  # a run directory holds no other
            yield Path(folder)
