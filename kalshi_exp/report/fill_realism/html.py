"""report.html of `report=fills data=twins`."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from kalshi_exp.metrics.figures import show, show_interval
from kalshi_exp.metrics.realism import CEILING, FIGURES, GROUPS
from kalshi_exp.report.fill_realism.looks import model_looks
from kalshi_exp.report.fill_realism.pictures import group_charts, ladder_charts
from kalshi_exp.report.footer import footer_html
from kalshi_exp.report.page import page
from kalshi_exp.report.table import figure_cell, tints, title_html


def write_fills(
    run_dir: Path, payload: dict[str, Any], header: Mapping[str, Any], seconds: Mapping[str, float]
) -> Path:
    """Write `report.html` into a run directory.

    Args:
        run_dir: where it goes.
        payload: as `summarise_fills` gives it, with the ladder and the named figures.
        header: as `report.write_report` takes it.
        seconds: what playing each contestant took.

    Returns:
        Path of the report.
    """
    charts, rungs = group_charts(payload), ladder_charts(payload)
    body = [
        _header(payload, str(header.get("title") or "Fill models")),
        "<h2>At a glance</h2>",
        f'<div class="charts">{"".join(chart.html() for chart in charts)}</div>',
        *(section for group in GROUPS for section in _group(payload, group)),
        "<h2>Lead over the naive model</h2>",
        '<p class="lead">Differences to <b>old</b> on the same strategies and sessions, drawn '
        "together. A lead counts where its interval leaves zero out.</p>",
        _leads(payload),
        "<h2>The realism ladder</h2>",
        '<p class="lead">From the naive model to the best, one assumption less at each rung.</p>',
        f'<div class="charts">{"".join(chart.html() for chart in rungs)}</div>',
        "<h2>Every strategy</h2>",
        _strategies(payload),
        "<h2>What it cost</h2>",
        _cost(seconds),
        "<h2>How this was made</h2>",
        _method(payload),
        footer_html(header),
    ]
    path = run_dir / "report.html"
    text = page("Fill realism", body, [*charts, *rungs])
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _header(payload: dict[str, Any], title: str) -> str:
    best = payload["best"]
    cards = []
    for group in GROUPS:
        figures, met = payload["models"][best][group], payload["met"][group]
        for name, label, unit in (
            ("pearson", "Pearson", "ratio"),
            ("overstatement", "overstatement", "%"),
        ):
            mark = "reached" if met[name] else "missed"
            cards.append(
                f'<div class="card"><span>{escape(best)}, {group}: {label}</span>'
                f"<b>{escape(show(figures[name]['value'], unit))}</b>"
                f"<i>{escape(show_interval(figures[name], unit))} · target {mark}</i></div>"
            )
    return (
        f'<header><p class="eyebrow">{escape(title)} · {payload["sessions"]} sessions that '
        f"nothing was fitted to · {len(payload['strategies'])} strategies · scenario "
        f"{escape(payload['scenario'])}</p>"
        f"<h1>{escape(payload['headline'])}</h1>"
        f'<div class="cards">{"".join(cards)}</div></header>'
    )


def _group(payload: dict[str, Any], group: str) -> list[str]:
    """A heading and the table of every figure of every contestant for one group."""
    names = list(payload["models"])
    look = model_looks(names)
    head = "".join(
        f'<th scope="col"><span class="swatch" style="background:var(--{look[n].token})"></span>'
        f"{escape(n)}</th>"
        for n in names
    )
    rows, heading = [], ""
    for figure in FIGURES:
        entries = [payload["models"][name][group].get(figure.name) for name in names]
        if all(entry is None for entry in entries):
            continue
        if figure.group != heading:
            heading = figure.group
            rows.append(
                f'<tr class="group"><th scope="rowgroup">{escape(heading)}</th>'
                f'<td colspan="{len(names) + 1}"></td></tr>'
            )
        competing = [
            entry["value"] if entry is not None and name != CEILING else None
            for name, entry in zip(names, entries, strict=True)
        ]
        marks = tints(competing, figure.better)
        cells = "".join(
            figure_cell(entry or {"value": None}, figure.unit, mark)
            for entry, mark in zip(entries, marks, strict=True)
        )
        true = payload["truth"][group].get(figure.name)
        truth = figure_cell(true or {"value": None}, figure.unit, "")
        rows.append(
            f'<tr title="{escape(figure.meaning)}"><th scope="row">{title_html(figure)}</th>'
            f"{truth}{cells}</tr>"
        )
    return [
        f"<h2>{group.capitalize()} strategies</h2>",
        f'<div class="scroll"><table><thead><tr><th scope="col"></th><th scope="col">exchange</th>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>",
    ]


def _leads(payload: dict[str, Any]) -> str:
    figures = (
        ("pearson", "Pearson", "ratio"),
        ("pearson_cells", "session by session", "ratio"),
        ("error_cents", "P&L error", "c"),
        ("fill_rate_error", "fill rate error", "%"),
    )
    rows = []
    for name, groups in payload["leads"].items():
        for group, found in groups.items():
            cells = "".join(figure_cell(found[key], unit, "") for key, _, unit in figures)
            rows.append(f'<tr><th scope="row">{escape(name)}, {escape(group)}</th>{cells}</tr>')
    head = "".join(f'<th scope="col">{escape(label)}</th>' for _, label, _ in figures)
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">Less old</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _strategies(payload: dict[str, Any]) -> str:
    names = ["truth", *payload["models"]]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = []
    for row in payload["strategies"]:
        cells = []
        for name in names:
            profit, rate = row["profit_cents"][name], row["fill_rate"][name]
            filled = "" if rate is None else f"<small>{rate:.0%} filled</small>"
            cells.append(f"<td>{escape(show(profit['value'], 'c'))}{filled}</td>")
        kind = "aggressive" if row["aggressive"] else "passive"
        rows.append(
            f'<tr><th scope="row">{escape(row["name"])}<small>{kind}</small></th>'
            f"{''.join(cells)}</tr>"
        )
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">Cents an offered contract</th>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cost(seconds: Mapping[str, float]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{spent:.1f} s</td></tr>'
        for name, spent in seconds.items()
        if not name.startswith("rung ")
    )
    return (
        '<p class="lead">Seconds to play every strategy through every session on this machine, '
        "deciding included; task=bench measures what a model costs an order and a message. A run "
        "that was gone on with counts only what was played since.</p>"
        f'<div class="scroll"><table><tbody>{rows}</tbody></table></div>'
    )


def _method(payload: dict[str, Any]) -> str:
    how = payload["interval"]
    first, last = payload["numbers"]
    return (
        '<p class="note">Every strategy is played twice in every session: in the simulated '
        "exchange, where others react to its orders, and against the tape of the same session "
        "without it, where the fill model decides. Simulated sessions "
        f"{first:,} to {last - 1:,}; anything fitted is fitted below 20,000. The ceiling is the "
        "exchange against itself with every order a millisecond later. Intervals: "
        f"{how['level']:.0%}, {how['resamples']:,} resamples, {escape(how['cluster'])}, seed "
        f"{how['seed']}.</p>"
    )
