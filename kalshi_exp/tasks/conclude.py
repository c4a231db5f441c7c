"""The end of a run that judged: tables, figures, report, and the sentence that sums it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console

from kalshi_exp.config import Experiment, resolved_yaml
from kalshi_exp.learn import FoldRun, RunDirectory
from kalshi_exp.metrics import Records, summarise, to_bytes
from kalshi_exp.metrics.observation import observation_figures
from kalshi_exp.report import write_report


def conclude(
    run: RunDirectory,
    experiment: Experiment,
    folds: Sequence[FoldRun],
    figures: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Bring the judged folds together.

    Writes sessions, fills, equity and opportunities tables and report.html, and metrics.json last
    of all: its presence says that the run is finished.

    Args:
        run: the run directory.
        experiment: what was done.
        folds: all judged.
        figures: others to stand in metrics.json, as `detected` gives them.

    Returns:
        The payload of metrics.json.
    """
    records = Records.concat(fold.records() for fold in folds)
    records.write(run.path)
    payload = summarise(records, experiment.trainer.bootstrap, experiment.seed)
    payload["observation"] = observation_figures(pl.concat([fold.incomplete() for fold in folds]))
    payload |= figures or {}
    curves = [curve for fold in folds if (curve := fold.curves()) is not None]
    write_report(
        run.path,
        payload,
        records,
        header(run, experiment),
        paths=pl.concat([fold.paths() for fold in folds]).unique(
            ["session", "market", "ts"], maintain_order=True
        ),
        learning=pl.concat(curves) if curves else None,
    )
    run.write("metrics.json", to_bytes(payload))
    return payload


def header(run: RunDirectory, experiment: Experiment) -> dict[str, Any]:
    """What the foot of the report says of the run."""
    manifest = run.manifest
    git = manifest["git"]
    sha = git["sha"] or "no repository"
    return {
        "title": experiment.name,
        "config": resolved_yaml(experiment),
        "seed": manifest["seed"],
        "config_hash": manifest["config_hash"],
        "data_hash": manifest["data_hash"],
        "git": f"{sha} with changes (diff.patch)" if git["dirty"] else sha,
        "versions": manifest["versions"],
        "command": " ".join(["python run.py", *manifest["overrides"]]),
    }


def say(payload: dict[str, Any], run: Path) -> None:
    """Print the headline and where the report is."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(payload["headline"])
    console.print(f"report: {run / 'report.html'}")
