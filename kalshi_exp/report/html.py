"""report.html: one self-contained page that one would rather look at than read."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from kalshi_exp.metrics import Records
from kalshi_exp.report.actions import action_chart
from kalshi_exp.report.calls import calls_table
from kalshi_exp.report.chart import Chart
from kalshi_exp.report.detection import figures_table
from kalshi_exp.report.differences import differences_table
from kalshi_exp.report.equity import equity_charts
from kalshi_exp.report.exploitation import exploitation_table
from kalshi_exp.report.fills import fill_charts
from kalshi_exp.report.footer import footer_html, method_html
from kalshi_exp.report.headline import headline_html
from kalshi_exp.report.learning import learning_chart
from kalshi_exp.report.markouts import markout_charts
from kalshi_exp.report.page import page
from kalshi_exp.report.sessions import session_chart
from kalshi_exp.report.sim_to_real import sim_to_real_table
from kalshi_exp.report.table import comparison_table


def write_report(
    run_dir: Path,
    metrics: dict[str, Any],
    records: Records,
    header: Mapping[str, Any],
    paths: pl.DataFrame | None = None,
    learning: pl.DataFrame | None = None,
) -> Path:
    """Write `report.html` into a run directory.

    Args:
        run_dir: where it goes.
        metrics: the payload of metrics.json, as `summarise` gives it.
        records: of the judged sessions.
        header: `title`, `config` (YAML) and facts for the foot: `seed`, `config_hash`,
            `data_hash`, `git`, `versions`, `command`.
        paths: mid paths for the pictures of fills: session, ts (ns), mid (bid + ask, 1e-4
            dollars; -1 one-sided), optionally market.
        learning: learning curves: `frames`, optionally `fold`, and a column a figure.

    Returns:
        Path of the report.
    """
    title = str(header.get("title") or "A run judged on held-out sessions")
    sessions, folds = metrics["sessions"], metrics["folds"]
    eyebrow = f"{title} · {sessions} judged session{'' if sessions == 1 else 's'}" + (
        f" in {folds} folds" if folds > 1 else ""
    )
    body = [headline_html(metrics, eyebrow)]
    if metrics["differences"]:
        body += [
            _section(
                "Against the baselines",
                "Differences of P&L on the same sessions with the same luck, dollars a session.",
            ),
            differences_table(metrics),
        ]
    body += [
        _section(
            "All figures",
            "Intervals stand under the values. The best of a row is tinted green, the worst "
            "orange; figures that are neither good nor bad by themselves are not.",
        ),
        comparison_table(metrics),
        method_html(metrics),
    ]
    if metrics["policies"]:
        charts = _charts(metrics, records, paths, learning, body)
    else:
        charts = []
    body += [
        *_realism(metrics),
        *_detection(metrics),
        _section("Opportunities", metrics["exploitation"]["words"]),
        exploitation_table(metrics),
        _section(
            "What the fill model was asked",
            "Calls that reached it through the environment. A fill beyond the evidence is one "
            "that the tape did not offer: the models old and probabilistic make such fills by "
            "definition.",
        ),
        calls_table(metrics),
        *_observation(metrics),
        _section("How this run was made"),
        footer_html(header),
    ]
    path = run_dir / "report.html"
    path.write_text(page(title, body, charts), encoding="utf-8", newline="\n")
    return path


def _realism(metrics: dict[str, Any]) -> list[str]:
    found = metrics.get("realism")
    if found is None:
        return []
    lead = "The policy, playing its most probable action, in the sessions it was judged on"
    few = (
        f"{lead}: {found['sessions']} of them, inside the exchange." if "sessions" in found else ""
    )
    return [_section("In the exchange itself", few), sim_to_real_table(metrics)]


def _observation(metrics: dict[str, Any]) -> list[str]:
    if "observation" not in metrics:
        return []
    return [_section("What the observation lacked", metrics["observation"]["words"])]


def _detection(metrics: dict[str, Any]) -> list[str]:
    found = metrics.get("detection")
    if found is None:
        return []
    title = "Pattern detection"
    if "withheld" in found:
        return [_section(title), f'<p class="note">{escape(found["withheld"])}.</p>']
    few = f"{found['sessions']} of the judged sessions"
    lead = (
        f"On {few}, against what was planted; rewards and opportunities see the "
        f"{found['configured']} detector."
    )
    return [_section(title, lead), figures_table({**metrics, **found}, formed=True)]


def _charts(
    metrics: dict[str, Any],
    records: Records,
    paths: pl.DataFrame | None,
    learning: pl.DataFrame | None,
    body: list[str],
) -> list[Chart]:
    actions, sessions = action_chart(metrics), session_chart(metrics, records)
    sections: list[tuple[str, list[Chart | None]]] = [
        ("Money", [*equity_charts(metrics, records), sessions]),
        ("Execution", [*markout_charts(metrics), *fill_charts(metrics, records, paths)]),
        ("Behaviour", [actions]),
        ("Learning", [learning_chart(learning)]),
    ]
    drawn: list[Chart] = []
    for heading, candidates in sections:
        charts = [chart for chart in candidates if chart is not None]
        if charts:
            body.append(_section(heading))
            body.append(f'<div class="charts">{"".join(c.html() for c in charts)}</div>')
            drawn += charts
    return drawn


def _section(heading: str, lead: str = "") -> str:
    under = f'<p class="lead">{escape(lead)}</p>' if lead else ""
    return f"<h2>{escape(heading)}</h2>{under}"
