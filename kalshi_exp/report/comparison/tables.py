"""Tables of a comparison as HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from kalshi_exp.metrics import FIGURES
from kalshi_exp.report.calls import COLUMNS as CALLS
from kalshi_exp.report.comparison.html import COLUMNS
from kalshi_exp.report.differences import whisker_table
from kalshi_exp.report.palette import looks, short
from kalshi_exp.report.table import figure_cell, tints, title_html

_SHOWN = [figure for figure in FIGURES if figure.name in COLUMNS]


def figures_html(payload: dict[str, Any]) -> str:
    """Figures by policy, a row a run; best and worst are tinted where the fill model is one."""
    head = "".join(
        f'<th scope="col" title="{escape(f.meaning)}">{title_html(f)}</th>' for f in _SHOWN
    )
    body = []
    for policy, runs in payload["policies"].items():
        body.append(_group(payload, policy, len(_SHOWN)))
        columns = {
            f.name: tints(
                [run["figures"][f.name]["value"] for run in runs.values()],
                f.better if payload["same_fill_model"] else None,
            )
            for f in _SHOWN
        }
        for k, (label, run) in enumerate(runs.items()):
            cells = "".join(
                figure_cell(run["figures"][f.name], f.unit, columns[f.name][k]) for f in _SHOWN
            )
            body.append(f'<tr><th scope="row">{escape(label)}</th>{cells}</tr>')
    return _table(head, body)


def differences_html(payload: dict[str, Any]) -> str:
    """Paired differences, all policies in one table on one scale a policy."""
    look = looks(payload["policies"])
    parts = []
    for policy in payload["policies"]:
        rows = [row for row in payload["differences"] if row["policy"] == policy]
        if not rows:
            continue
        if all(row["equal"] for row in rows):
            text = f"{short(policy)}: equal in every session, in all runs."
            parts.append(f'<p class="note">{escape(text)}</p>')
            continue
        token = look[policy].token
        swatch = f'<span class="swatch" style="background:var(--{token})"></span>'
        named = [
            (
                f"{swatch}{escape(row['run'])} <small>less</small> {escape(row['other'])}"
                + _by_session(payload, row),
                token,
                row,
            )
            for row in rows
        ]
        parts.append(f"<h3 class=policy>{escape(short(policy))}</h3>")
        parts.append(whisker_table(named, "Runs"))
    return "".join(parts)


def _by_session(payload: dict[str, Any], row: dict[str, Any]) -> str:
    if not payload["replicated"] or row["equal"] or len(row["seeds"]) > 1:
        return ""
    return " <small>by session only</small>"


def calls_html(payload: dict[str, Any]) -> str:
    """Calls that reached each run's fill model, by policy."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in CALLS.values())
    head += '<th scope="col">Passive fills</th><th scope="col">Aggressive fills</th>'
    body = []
    for policy, runs in payload["policies"].items():
        body.append(_group(payload, policy, len(CALLS) + 2))
        for label, run in runs.items():
            cells = "".join(
                f"<td{' class=alarm' if name == 'violations' and run['calls'][name] else ''}>"
                f"{run['calls'][name]:,}</td>"
                for name in CALLS
            )
            cells += f"<td>{run['fills']['passive']:,}</td><td>{run['fills']['aggressive']:,}</td>"
            body.append(f'<tr><th scope="row">{escape(label)}</th>{cells}</tr>')
    return _table(head, body)


def runs_html(payload: dict[str, Any]) -> str:
    """Each run's directory and what it says of itself."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Seed", "Sessions", "Directory"))
    body = [
        f'<tr title="{escape(run["headline"])}"><th scope="row">{escape(run["label"])}</th>'
        f"<td>{run['seed']}</td><td>{run['sessions']}</td><td>{escape(run['directory'])}</td></tr>"
        for run in payload["runs"]
    ]
    return _table(head, body)


def _group(payload: dict[str, Any], policy: str, columns: int) -> str:
    token = looks(payload["policies"])[policy].token
    return (
        f'<tr class="group"><th scope="rowgroup"><span class="swatch" '
        f'style="background:var(--{token})"></span>{escape(short(policy))}</th>'
        f'<td colspan="{columns}"></td></tr>'
    )


def _table(head: str, body: list[str]) -> str:
    return (
        f'<div class="scroll"><table class="wide"><thead><tr><th scope="col"></th>{head}</tr>'
        f"</thead><tbody>{''.join(body)}</tbody></table></div>"
    )
