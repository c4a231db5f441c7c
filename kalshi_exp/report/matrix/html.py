"""report.html of a study: what it says, the matrix, the price of a poor model, the habits."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from kalshi_exp.metrics import show, show_interval
from kalshi_exp.metrics.matrix import EXCHANGE
from kalshi_exp.report.chart import Chart
from kalshi_exp.report.differences import whisker_table
from kalshi_exp.report.footer import footer_html
from kalshi_exp.report.matrix.pictures import heat_map, patience, real_money, size_mix
from kalshi_exp.report.page import page
from kalshi_exp.report.table import figure_cell


def write_matrix(run_dir: Path, payload: dict[str, Any], header: Mapping[str, Any]) -> Path:
    """Write `report.html` into a run directory.

    Args:
        run_dir: where it goes.
        payload: of matrix.json.
        header: as `report.write_report` takes it.

    Returns:
        Path of the report.
    """
    cells, money = heat_map(payload), real_money(payload)
    habits = [size_mix(payload), patience(payload)]
    how = payload["interval"]
    body = [
        _header(payload, str(header.get("title") or "A study")),
        _section(
            "The matrix",
            f"Every policy on the same {payload['sessions']} sessions, which it never trained or "
            "tuned on, with the same luck. Green is money made, orange money lost.",
        ),
        _charts([cells, money]),
        _section(
            "The price of a poor model",
            "In the exchange: how much less each training makes than the best one, dollars a "
            "session, on the same sessions and seeds. The best is chosen by the same sessions, so "
            "p is corrected over all pairs of trainings.",
        ),
        _losses(payload),
        _section(
            "Phantom money",
            "What each model promises its own agents beyond what the exchange pays them, dollars "
            "a session.",
        ),
        _phantom(payload),
        _section(
            "What each training taught",
            "How the agents order in the exchange. Intervals stand under the values.",
        ),
        _charts(habits),
        _habits(payload),
        '<details><summary>How the figures were formed</summary><p class="note">'
        f"Intervals: {how['level']:.0%}, {escape(how['method'])}; {how['resamples']:,} resamples, "
        f"seed {how['seed']}; none below {how['fewest_sessions']} sessions.</p>"
        f'<ul class="rules">{_rules(payload)}</ul></details>',
        _section("How this was made"),
        footer_html(header),
    ]
    path = run_dir / "report.html"
    text = page("Train by evaluate", body, [cells, money, *habits])
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _header(payload: dict[str, Any], title: str) -> str:
    first, second = payload["sentences"]
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in payload["notes"])
    cards = []
    for model in payload["models"]:
        figure = payload["money"][EXCHANGE][model]
        cards.append(
            f'<div class="card"><span>{escape(model)}, real money a session</span>'
            f"<b>{escape(show(figure['value'], '$'))}</b>"
            f"<i>{escape(show_interval(figure, '$') or figure.get('reason', ''))}</i></div>"
        )
    seeds = len(payload["seeds"])
    return (
        f'<header><p class="eyebrow">{escape(title)} · {len(payload["models"])} training models · '
        f"{seeds} seed{'' if seeds == 1 else 's'} each · {payload['sessions']} judged sessions</p>"
        f'<h1>{escape(first)}</h1><p class="standing">{escape(second)}</p>{notes}'
        f'<div class="cards">{"".join(cards)}</div></header>'
    )


def _losses(payload: dict[str, Any]) -> str:
    rows = [row for row in payload["pairs"] if row["better"] == payload["best"]]
    rows += [row for row in payload["pairs"] if row["better"] != payload["best"]]
    named = [
        (
            f"{escape(row['better'])} <small>less</small> {escape(row['model'])}",
            "agent" if row["better"] == payload["best"] else "hold",
            {**row, "sessions_needed": None},
        )
        for row in rows
    ]
    return whisker_table(named, "Trained under")


def _phantom(payload: dict[str, Any]) -> str:
    sides = (
        (model, payload["money"][model][model], payload["money"][EXCHANGE][model], row)
        for model, row in payload["phantom"].items()
    )
    body = "".join(
        f'<tr><th scope="row">{escape(model)}</th>{figure_cell(own, "$", "")}'
        f"{figure_cell(real, '$', '')}{figure_cell(row, '$', '')}<td>{_p(row['p_holm'])}</td>"
        f'<td class="text"><span class="verdict">{escape(row["verdict"])}</span></td></tr>'
        for model, own, real, row in sides
    )
    heads = ("Trained under", "Its own model says", "The exchange pays", "Phantom", "p, Holm")
    return _table(heads, body, "Verdict")


def _habits(payload: dict[str, Any]) -> str:
    figures = {
        name: one for name, one in payload["figures"].items() if not name.startswith("size_")
    }
    care = payload["care"]
    body = []
    for name in (*payload["models"], *payload["baselines"]):
        cells = []
        for figure, one in figures.items():
            verdict = care.get(figure, {}).get(name, {}).get("verdict", "")
            mark = "best" if verdict.startswith("different") else ""
            cells.append(figure_cell(payload["behaviour"][name][figure], one["unit"], mark))
        body.append(f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>')
    heads = "".join(
        f'<th scope="col" title="{escape(one["meaning"])}">{escape(one["title"])}</th>'
        for one in figures.values()
    )
    return (
        '<div class="scroll" style="margin-top:20px"><table class="wide"><thead><tr>'
        f'<th scope="col">Trained under</th>{heads}</tr></thead><tbody>{"".join(body)}</tbody>'
        '</table></div><p class="note">Tinted: a mean order or a passive share that is shown '
        f"different from that of training under {escape(care['reference'])}, after Holm's "
        "correction.</p>"
    )


def _table(heads: tuple[str, ...], body: str, last: str) -> str:
    columns = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    return (
        f'<div class="scroll"><table><thead><tr>{columns}<th scope="col" style="text-align:left">'
        f"{escape(last)}</th></tr></thead><tbody>{body}</tbody></table></div>"
    )


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "&lt; 0.001" if value < 0.001 else f"{value:.3f}"


def _rules(payload: dict[str, Any]) -> str:
    return "".join(
        f"<li><b>{escape(name.replace('_', ' '))}</b>: {escape(rule)}.</li>"
        for name, rule in {**payload["rules"], **payload["keys"]}.items()
    )


def _charts(charts: list[Chart]) -> str:
    return f'<div class="charts">{"".join(chart.html() for chart in charts)}</div>'


def _section(heading: str, lead: str = "") -> str:
    under = f'<p class="lead">{escape(lead)}</p>' if lead else ""
    return f"<h2>{escape(heading)}</h2>{under}"
