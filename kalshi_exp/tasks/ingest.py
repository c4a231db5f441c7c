"""`task=ingest`: a raw capture -> a tape folder, with a progress bar and a table of figures."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from kalshi_exp.config import Experiment, IngestTask
from kalshi_exp.tape.ingest import IngestSummary, ingest
from kalshi_exp.tape.quarantine import TapeError

_ROWS = (
    ("sessions", "sessions"),
    ("markets", "markets"),
    ("messages", "messages on the tape"),
    ("snapshots", "snapshot frames"),
    ("deltas", "delta frames"),
    ("trades", "trades"),
    ("paired_trades", "trades paired with their delta"),
    ("crossed_states", "refused: would cross the book"),
    ("negative_levels", "refused: level below zero"),
    ("gaps", "gaps"),
    ("filtered_channels", "subscriptions recorded in part (gaps not countable)"),
    ("dropped_after_close", "frames after the close"),
    ("own_fills", "own fills, kept apart"),
    ("missing_settlements", "markets without settlement"),
    ("quarantined", "quarantined"),
)


def summary_table(summary: IngestSummary) -> Table:
    """The figures as a table for the terminal."""
    table = Table(title=f"{summary.lines:,} lines read")
    table.add_column("figure")
    table.add_column("count", justify="right")
    values = summary.to_dict()
    for key, name in _ROWS:
        table.add_row(name, f"{values[key]:,}")
    for reason, count in summary.reasons.items():
        table.add_row(f"  {reason}", f"{count:,}")
    table.add_row("bad share of lines", f"{summary.bad_share:.6f}")
    return table


def run(experiment: Experiment, output_dir: Path, overrides: list[str]) -> int:
    """Run `task=ingest`; arguments and exit status as `run_task` and `convert` say.

    Raises:
        TypeError: the experiment has another task.
    """
    if not isinstance(experiment.task, IngestTask):
        raise TypeError(f"ingest got {type(experiment.task).__name__}: choose task=ingest")
    return convert(experiment.task)


def convert(config: IngestTask) -> int:
    """Ingest `config.source` into `config.out`.

    Returns:
        0; 1 when more than `config.bad_share` of the lines was bad or nothing could be kept (the
        rest is written all the same); 2 when there was nothing to read or nowhere to write.
    """
    console = Console(stderr=True)
    try:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        ) as bar:
            job = bar.add_task("reading", total=None)

            def progress(done: int, total: int, what: str) -> None:
                bar.update(job, completed=done, total=max(total, 1), description=what)

            summary = ingest(config.source, config.out, progress)
    except (TapeError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    console.print(summary_table(summary))
    out = Path(config.out)
    if summary.bad_share > config.bad_share:
        print(
            f"{summary.bad_share:.4%} of the lines were bad, more than bad_share="
            f"{config.bad_share:g} allows: see {out / 'quarantine.parquet'}",
            file=sys.stderr,
        )
        return 1
    if not summary.sessions:
        print(f"{config.source} gave no session: see {out / 'quarantine.parquet'}", file=sys.stderr)
        return 1
    print(f"{summary.sessions} sessions, {summary.messages:,} messages in {out}")
    return 0
