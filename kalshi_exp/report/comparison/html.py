"""Several runs beside each other: figures, paired differences, calls; console, JSON, HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from kalshi_exp.metrics import compare_runs, figures_over_seeds, is_agent
from kalshi_exp.report.comparison.contestants import Contestant, contestants
from kalshi_exp.report.comparison.realism import (
    realism_figures,
    realism_headline,
    realism_html,
)
from kalshi_exp.report.runs import FinishedRun, NotAFinishedRun, read_run

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

_BY_SESSION = (
    "Intervals: 95 %, bootstrap by session; with one seed each they are of the policies at hand, "
    "and another seed would train another policy."
)
_BY_SEED = (
    "Runs that differ in their seed only are one contestant. Differences are taken seed by seed "
    "and session by session (same seed, same luck); their intervals and p hold for other seeds and "
    "other sessions (mean squares of seeds by sessions, with Satterthwaite's degrees of freedom). "
    "A contestant's own figures have the bootstrap interval by session of its seeds together, "
    "widened by Student's interval of the seeds' spread. With two or three seeds that is wide, and "
    "rightly: so few tell little of what another would give."
)


def compare_directories(paths: Sequence[Path], left_out: Sequence[str] = ()) -> dict[str, Any]:
    """The payload of comparison.json.

    Args:
        paths: run directories, at least two.
        left_out: sentences on runs that are missing, for the report.

    Returns:
        JSON-ready: `runs`; `contestants`, ways to train, of one run or of several seeds;
        `realism`, figures that fill models do not colour, by name and contestant; `policies`
        (figures, calls and fills by policy and contestant); paired `differences` with Holm's
        correction; `notes` on what makes runs less comparable, `method` on how intervals were
        formed, `units` and the `headline`.

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
    sides = contestants(runs)
    how = runs[0].metrics["interval"]
    compared = compare_runs(
        {side.label: side.records for side in sides}, how["resamples"], how["seed"]
    )
    found = dict.fromkeys(policy for run in runs for policy in run.metrics["policies"])
    policies = sorted(found, key=lambda policy: (not is_agent(policy), policy))
    replicated = any(len(side.runs) > 1 for side in sides)
    payload: dict[str, Any] = {
        "runs": [
            {
                "label": side.label,
                "directory": run.path.name,
                "config_hash": run.manifest.get("config_hash"),
                "data_hash": run.manifest.get("data_hash"),
                "seed": run.manifest.get("seed"),
                "sessions": run.metrics["sessions"],
                "headline": run.metrics["headline"],
            }
            for side in sides
            for run in side.runs.values()
        ],
        "contestants": [{"label": side.label, "seeds": list(side.runs)} for side in sides],
        "replicated": replicated,
        "realism": realism_figures(sides),
        "policies": {
            policy: {
                side.label: _of_policy(side, policy, how) for side in sides if side.judged(policy)
            }
            for policy in policies
        },
        "units": runs[0].metrics["units"],
        "rules": runs[0].metrics["rules"],
        "notes": _notes(runs, sides),
        "method": _BY_SEED if replicated else _BY_SESSION,
        "left_out": list(left_out),
        "same_fill_model": _same_fill(runs),
    } | compared
    payload["headline"] = _headline(payload)
    return payload


def _of_policy(side: Contestant, policy: str, how: dict[str, Any]) -> dict[str, Any]:
    runs = [run.metrics for run in side.runs.values()]
    figures = side.figures(policy)
    if len(runs) == 1:
        own = figures[0]
    else:
        pairs = list(zip(side.records.values(), figures, strict=True))
        own = figures_over_seeds(policy, pairs, COLUMNS, how["resamples"], how["seed"])
    calls, fills = ([_part(one, policy, part) for one in runs] for part in ("calls", "fills"))
    return {
        "figures": own,
        "calls": {name: sum(one[name] for one in calls) for name in calls[0]},
        "fills": {name: sum(one[name] for one in fills) for name in fills[0]},
    }


def _part(metrics: dict[str, Any], policy: str, part: str) -> dict[str, int]:
    found: dict[str, int] = (
        metrics["calls"][policy] if part == "calls" else metrics["policies"][policy]["fills"]
    )
    return found


def _notes(runs: Sequence[FinishedRun], sides: Sequence[Contestant]) -> list[str]:
    notes = []
    if not _same_fill(runs):
        notes.append(
            "The runs have different fill models: each P&L is what the run's own model says, so a "
            "higher one may only mean a kinder model. Money does not rank them; what they earn in "
            "the exchange does."
        )
    if len({run.manifest.get("data_hash") for run in runs}) > 1:
        notes.append(
            "The runs read different data (data hashes differ): sessions are paired by name, and "
            "may not hold the same messages."
        )
    seeds = [tuple(side.runs) for side in sides]
    if len(set(seeds)) > 1:
        if set.intersection(*map(set, seeds)):
            notes.append(
                "Not every contestant has the same seeds; differences are of the seeds that both "
                "of a pair have, or of each one's own where they have none in common."
            )
        else:
            notes.append(
                "The runs have different seeds: the same sessions, but not the same luck, so "
                "differences hold the luck of both."
            )
    single = [side.label for side in sides if len(side.runs) == 1]
    if single and len(single) < len(sides):
        notes.append(
            f"Of one seed only: {'; '.join(single)}. Their intervals, and those of pairs without "
            "two seeds in common, are by session: they leave out what another seed would change, "
            "and look narrower than those beside them."
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
    text = f"{_who(payload)} on {span} shared sessions: "
    if not payload["family"]:
        text += "no pair of them can be told apart."
    else:
        word = "shows" if len(shown) == 1 else "show"
        text += (
            f"of {payload['family']} paired comparisons {len(shown) or 'none'} {word} a difference "
            "after Holm's correction."
        )
    return realism_headline(payload) + text


def _who(payload: dict[str, Any]) -> str:
    if not payload["replicated"]:
        return f"{len(payload['runs'])} runs"
    counts = [len(one["seeds"]) for one in payload["contestants"]]
    each = f"{min(counts)}" if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"
    return f"{len(counts)} contestants of {each} seeds each"


def write_comparison(payload: dict[str, Any], path: Path) -> None:
    """Write the page of a comparison: what fill models do not colour first, then the money.

    Args:
        payload: as `compare_directories` gives it.
        path: of the HTML file.
    """
    from kalshi_exp.report.comparison.pictures import money_charts, realism_charts
    from kalshi_exp.report.comparison.tables import (
        calls_html,
        differences_html,
        figures_html,
        runs_html,
    )
    from kalshi_exp.report.page import page

    names = " · ".join(one["label"] for one in payload["contestants"])
    notes = "".join(
        f'<p class="note">{escape(note)}</p>' for note in (*payload["left_out"], *payload["notes"])
    )
    realism, money = realism_charts(payload), money_charts(payload)
    same = payload["same_fill_model"]
    body = [
        f'<header><p class="eyebrow">{escape(names)}</p>{_heading(payload)}{notes}</header>',
    ]
    if payload["realism"]:
        body += [
            "<h2>In the exchange itself</h2>",
            '<p class="lead">These figures mean the same under every fill model. Intervals stand '
            "under the values; the best of a column is tinted green, the worst orange.</p>",
            realism_html(payload),
            _pictures(realism),
        ]
    elif not same:
        body += [
            "<h2>In the exchange itself</h2>",
            '<p class="note">These runs tell nothing of it: none of their metrics.json holds '
            "figures under realism/. What follows is each fill model's own word.</p>",
        ]
    body += [
        f"<h2>{'P&amp;L' if same else 'What each fill model says of the money'}</h2>",
        "" if same else f'<p class="lead">{_UNLIKE}</p>',
        _pictures(money),
        "<h2>Differences between runs</h2>",
        '<p class="lead">P&amp;L of the same policy on the same sessions, first less second, '
        "dollars a session. Intervals are not corrected; verdicts and p are.</p>",
        differences_html(payload),
        f'<p class="note">{escape(payload["method"])}</p>',
        "<h2>Figures</h2>",
        '<p class="lead">Intervals stand under the values.</p>',
        figures_html(payload),
        "<h2>What each fill model was asked</h2>",
        '<p class="lead">Calls that reached it through the environment.</p>',
        calls_html(payload),
        "<h2>Runs</h2>",
        runs_html(payload),
    ]
    text = page("Runs compared", body, [*realism, *money])
    path.write_text(text, encoding="utf-8", newline="\n")


def _heading(payload: dict[str, Any]) -> str:
    lead = realism_headline(payload)
    rest = payload["headline"].removeprefix(lead)
    if not lead:
        return f"<h1>{escape(rest)}</h1>"
    return f'<h1>{escape(lead)}</h1><p class="standing">{escape(rest)}</p>'


_UNLIKE = (
    "Not comparable between fill models: a model that fills too kindly prints money, and its "
    "agent learns to take it. Differences below tell how far the models' words lie apart."
)


def _pictures(charts: Sequence[Any]) -> str:
    if not charts:
        return ""
    return f'<div class="charts">{"".join(chart.html() for chart in charts)}</div>'
