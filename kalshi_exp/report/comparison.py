"""Several runs beside each other: figures, paired differences, calls; console, JSON, HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from kalshi_exp.metrics import compare_runs, is_agent
from kalshi_exp.report.runs import FinishedRun, NotAFinishedRun, labels, read_run

COLUMNS = (
    "pnl_per_session",
    "sharpe_per_session",
    "max_drawdown",
    "turnover_per_session",
    "fees_per_session",
    "passive_fill_rate",
    "aggressive_fill_rate",
    "passive_markout_10s",
    "aggressive_markout_10s",
)
"""Figures of the table; metrics.json of each run holds all."""


def compare_directories(paths: Sequence[Path]) -> dict[str, Any]:
    """The payload of comparison.json.

    Args:
        paths: run directories, at least two.

    Returns:
        JSON-ready: `runs`, `policies` (figures by policy and run), `calls` by policy and run,
        paired `differences` with Holm's correction, `notes` on what makes runs less comparable,
        `units` and the `headline`.

    Raises:
        NotAFinishedRun: a directory is no finished run, is named twice, or stands alone.
        NoOverlapError: two runs share no judged session.
    """
    if len(paths) < 2:
        raise NotAFinishedRun("a comparison needs at least two run directories")
    seen = [path.resolve() for path in paths]
    for path, whole in zip(paths, seen, strict=True):
        if seen.count(whole) > 1:
            raise NotAFinishedRun(f"{path} is named twice; name each run once")
    runs = [read_run(path) for path in paths]
    names = labels(runs)
    how = runs[0].metrics["interval"]
    compared = compare_runs(
        {name: run.records for name, run in zip(names, runs, strict=True)},
        how["resamples"],
        how["seed"],
    )
    found = dict.fromkeys(policy for run in runs for policy in run.metrics["policies"])
    policies = sorted(found, key=lambda policy: (not is_agent(policy), policy))
    payload: dict[str, Any] = {
        "runs": [
            {
                "label": name,
                "directory": run.path.name,
                "config_hash": run.manifest.get("config_hash"),
                "data_hash": run.manifest.get("data_hash"),
                "seed": run.manifest.get("seed"),
                "sessions": run.metrics["sessions"],
                "headline": run.metrics["headline"],
            }
            for name, run in zip(names, runs, strict=True)
        ],
        "policies": {
            policy: {
                name: {
                    "figures": run.metrics["policies"][policy]["figures"],
                    "calls": run.metrics["calls"][policy],
                    "fills": run.metrics["policies"][policy]["fills"],
                }
                for name, run in zip(names, runs, strict=True)
                if policy in run.metrics["policies"]
            }
            for policy in policies
        },
        "units": runs[0].metrics["units"],
        "rules": runs[0].metrics["rules"],
        "notes": _notes(runs),
        "same_fill_model": _same_fill(runs),
    } | compared
    payload["headline"] = _headline(payload)
    return payload


def _notes(runs: Sequence[FinishedRun]) -> list[str]:
    notes = []
    if len({run.manifest.get("data_hash") for run in runs}) > 1:
        notes.append(
            "The runs read different data (data hashes differ): sessions are paired by name, and "
            "may not hold the same messages."
        )
    if len({run.manifest.get("seed") for run in runs}) > 1:
        notes.append(
            "The runs have different seeds: the same sessions, but not the same luck, so "
            "differences hold the luck of both."
        )
    if not _same_fill(runs):
        notes.append(
            "The runs have different fill models: each P&L is what the run's own model says, so a "
            "higher one may only mean a kinder model."
        )
    return notes


def _same_fill(runs: Sequence[FinishedRun]) -> bool:
    return all(run.config.get("fill") == runs[0].config.get("fill") for run in runs)


def _headline(payload: dict[str, Any]) -> str:
    shared = [pair["sessions"] for pair in payload["shared"]]
    span = str(min(shared)) if min(shared) == max(shared) else f"{min(shared)} to {max(shared)}"
    shown = [
        row for row in payload["differences"] if row["verdict"].startswith(("higher", "lower"))
    ]
    text = f"{len(payload['runs'])} runs on {span} shared sessions: "
    if not payload["family"]:
        return text + "no pair of them can be told apart."
    word = "shows" if len(shown) == 1 else "show"
    return text + (
        f"of {payload['family']} paired comparisons {len(shown) or 'none'} {word} a difference "
        "after Holm's correction."
    )


def write_comparison(payload: dict[str, Any], path: Path) -> None:
    """Write the page of a comparison.

    Args:
        payload: as `compare_directories` gives it.
        path: of the HTML file.
    """
    from kalshi_exp.report.comparison_tables import calls_html, differences_html, figures_html
    from kalshi_exp.report.page import page

    runs = " · ".join(run["label"] for run in payload["runs"])
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in payload["notes"])
    body = [
        f'<header><p class="eyebrow">{escape(runs)}</p><h1>{escape(payload["headline"])}</h1>'
        f"{notes}</header>",
        "<h2>Differences between runs</h2>",
        '<p class="lead">P&amp;L of the same policy on the same sessions, first run less second, '
        "dollars a session. Intervals are not corrected; verdicts and p are.</p>",
        differences_html(payload),
        "<h2>Figures</h2>",
        '<p class="lead">Intervals stand under the values, by session.</p>',
        figures_html(payload),
        "<h2>What each fill model was asked</h2>",
        '<p class="lead">Calls that reached it through the environment.</p>',
        calls_html(payload),
    ]
    path.write_text(page("Runs compared", body, []), encoding="utf-8", newline="\n")
