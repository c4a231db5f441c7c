"""`task=simulate`: sessions of a scenario as a tape folder, with the truth beside them."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from kalshi_exp.config import Experiment, SimulateTask
from kalshi_exp.exchange import LABELS, play_session, tape_of, truth_of
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.report.planted import variety, write_planted
from kalshi_exp.tape import Session
from kalshi_exp.tape.quarantine import TapeError
from kalshi_exp.tape.writer import TapeWriter

TRUTH = "labels.parquet"
PICTURES = "planted.html"  # of the session that shows most


def run(experiment: Experiment, output_dir: Path, overrides: list[str]) -> int:
    """Simulate `sessions` sessions of the scenario under `seed` into the folder `out`.

    The folder is a tape like an ingested one, and holds `labels.parquet` too (`exchange.LABELS`)
    and pictures of the session in which most was planted. The same arguments write the same
    bytes. It appears whole
    or not at all.

    Args:
        experiment: its scenario, its seed and its task.
        output_dir: not used.
        overrides: not used.

    Returns:
        0; 2 when there was nowhere to write.

    Raises:
        TypeError: the experiment has another task.
    """
    task = experiment.task
    if not isinstance(task, SimulateTask):
        raise TypeError(f"simulate got {type(task).__name__}: choose task=simulate")
    try:
        return _simulate(experiment, task)
    except (TapeError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _simulate(experiment: Experiment, task: SimulateTask) -> int:
    scenario, seed = experiment.scenario, experiment.seed
    grid = PriceGrid.structure(scenario.grid)
    instructions = messages = labels = 0
    spent = 0.0
    shown: tuple[tuple[int, int], Session, pl.DataFrame] | None = None
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with (
        TapeWriter(Path(task.out)) as writer,
        Progress(*columns, console=Console(stderr=True), transient=True) as bar,
    ):
        job = bar.add_task("simulating", total=task.sessions, rate="")
        schema = LABELS.to_frame().to_arrow().schema
        with pq.ParquetWriter(writer.folder / TRUTH, schema, compression="zstd") as truth:
            for number in range(task.first, task.first + task.sessions):
                begun = time.process_time()
                exchange = play_session(scenario, seed, number)
                if number > task.first:  # the first one compiles
                    spent += time.process_time() - begun
                    instructions += int(exchange.engine.counts[0]["instructions"])
                session = tape_of(exchange, grid, seed, number)
                table = truth_of(exchange, session.name)
                truth.write_table(table.to_arrow().cast(schema))
                writer.add(session)
                much = variety(table)
                if shown is None or much > shown[0]:
                    shown = (much, session, table)
                labels += len(table)
                messages += sum(len(market.messages) for market in session.markets)
                rate = f"{instructions / spent:,.0f} instructions/s" if spent else ""
                bar.update(job, advance=1, rate=rate)
        if shown is not None:
            write_planted(writer.folder / PICTURES, *shown[1:], "What was planted")
        notes = {"scenario": asdict(scenario), "seed": seed, "first": task.first}
        writer.finish(summary=None, notes=notes)
    speed = f": {instructions / spent:,.0f} instructions/s" if spent else ""
    print(
        f"{task.sessions} sessions, {messages:,} messages, {labels:,} labels in {task.out}{speed}"
    )
    return 0
