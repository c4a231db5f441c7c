"""report.html and the table of `report=fills data=tape`."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from rich.table import Table

from kalshi_exp.metrics.figures import show, show_interval
from kalshi_exp.metrics.realism import BAND, FIGURES, GROUPS
from kalshi_exp.report.chart import Chart
from kalshi_exp.report.fill_realism.looks import model_looks
from kalshi_exp.report.fill_realism.pictures import curve
from kalshi_exp.report.footer import footer_html
from kalshi_exp.report.page import page
from kalshi_exp.report.table import figure_cell, title_html

_FIGURES = (("odds", "%", "filled within"), ("markout_cents", "c", "mark-out after"))


def bounds_table(payload: dict[str, Any]) -> Table:
    """A row a model: the joiner's odds and mark-outs, with where they stand against the band."""
    found = payload["joiner"]
    table = Table(title=f"One contract at the back of the touch: {found['sent']:,} orders")
    table.add_column("Fill model")
    first = next(iter(found["models"].values()))
    for figure, _, label in _FIGURES:
        for seconds in first[figure]:
            table.add_column(f"{label} {seconds} s", justify="right")
    table.add_column("strategies in bounds", justify="right")
    for name, model in found["models"].items():
        cells = []
        for figure, unit, _ in _FIGURES:
            for seconds, one in model[figure].items():
                place = found["place"][name][figure].get(seconds, "")
                under = show_interval(one, unit, bare=True)
                lines = [show(one["value"], unit), under, "" if place == "inside" else place]
                cells.append("\n".join(line for line in lines if line))
        share = payload["within"].get(name)
        style = "bold" if name in BAND.values() else ""
        table.add_row(name, *cells, "–" if share is None else f"{share:.0%}", style=style)
    return table


def write_bounds(
    run_dir: Path, payload: dict[str, Any], header: Mapping[str, Any], seconds: Mapping[str, float]
) -> Path:
    """Write `report.html` into a run directory; see `html.write_fills`."""
    charts = [_band(payload, figure) for figure, _, _ in _FIGURES]
    found = payload["joiner"]
    gaps = (
        f" {found['across_gaps']:,} more were left out because the recording has a gap within the "
        "minute that they would have waited."
        if found["across_gaps"]
        else ""
    )
    silent = len(payload["windows_without_trades"])
    if silent and not found["withheld"]:
        gaps += (
            f" {silent:,} of the windows record no trade: if trades were made there and not "
            "recorded, all odds are too low."
        )
    across = (
        f"The recording has {payload['gaps']:,} gaps; strategies were played across them as if "
        "nothing had happened there. "
        if payload["gaps"]
        else ""
    )
    body = [
        f'<header><p class="eyebrow">{escape(str(header.get("title") or "Fill models"))} · '
        f"{payload['sessions']} recorded windows that nothing was fitted to</p>"
        f"<h1>{escape(payload['headline'])}</h1></header>",
        "<h2>The touch joiner</h2>",
        f'<p class="lead">One contract at the back of either touch every five seconds, left alone '
        f"for a minute: {found['sent']:,} orders.{gaps} No recording says where in the queue it "
        "would have stood; the band runs from every cancel behind it to every cancel before "
        "it.</p>",
        _joiner(payload),
        f'<div class="charts">{"".join(chart.html() for chart in charts)}</div>',
        *(section for group in GROUPS for section in _group(payload, group)),
        "<h2>Every strategy</h2>",
        _strategies(payload),
        "<h2>How this was made</h2>",
        '<p class="note">A recording is no truth of orders that were not in it: it bounds them. '
        "Others' reactions and our own impact are left out here; task=realism report=fills "
        "data=twins measures what that costs. "
        f"{across}Playing took {sum(seconds.values()):.0f} s.</p>",
        footer_html(header),
    ]
    path = run_dir / "report.html"
    path.write_text(page("Fill bounds", body, charts), encoding="utf-8", newline="\n")
    return path


def _band(payload: dict[str, Any], figure: str) -> Chart:
    found = payload["joiner"]["models"]
    look = model_looks(found)
    steps = list(next(iter(found.values()))[figure])
    x = [f"{step} s" for step in steps]
    data = [
        curve(name, look[name], x, [model[figure][step] for step in steps])
        for name, model in found.items()
    ]
    odds = figure == "odds"
    title = "Odds of a first fill" if odds else "Mark-out after a fill"
    axis = {"tickformat": ".0%"} if odds else {"title": {"text": "cents"}, "zeroline": True}
    return Chart(
        f"joiner-{figure}",
        title,
        "Pessimistic and optimistic queue positions are the band; other models beside it. Bars: "
        "95 % by window.",
        data,
        {"xaxis": {"type": "category", "showgrid": False}, "yaxis": axis},
        height=380,
        half=True,
    )


def _joiner(payload: dict[str, Any]) -> str:
    found = payload["joiner"]
    first = next(iter(found["models"].values()))
    head = "".join(
        f'<th scope="col">{label} {seconds} s</th>'
        for figure, _, label in _FIGURES
        for seconds in first[figure]
    )
    rows = []
    for name, model in found["models"].items():
        cells = ""
        for figure, unit, _ in _FIGURES:
            for seconds, one in model[figure].items():
                place = found["place"][name][figure].get(seconds, "")
                more = place if place not in ("", "inside") else None
                cell = figure_cell(one, unit, "")
                if more:
                    cell = cell.replace("</td>", f"<small>{escape(more)} the band</small></td>")
                cells += cell
        rows.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">Model</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _group(payload: dict[str, Any], group: str) -> list[str]:
    names = list(payload["models"])
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = []
    for figure in FIGURES:
        entries = [payload["models"][name][group].get(figure.name) for name in names]
        if any(entry is None for entry in entries):
            continue
        cells = "".join(figure_cell(entry, figure.unit, "") for entry in entries)
        rows.append(
            f'<tr title="{escape(figure.meaning)}"><th scope="row">{title_html(figure)}</th>'
            f"{cells}</tr>"
        )
    return [
        f"<h2>{group.capitalize()} strategies</h2>",
        f'<div class="scroll"><table><thead><tr><th scope="col"></th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>",
    ]


def _strategies(payload: dict[str, Any]) -> str:
    names = list(payload["models"])
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{escape(row["name"])}</th>'
        + "".join(f"<td>{escape(show(row['profit_cents'][name], 'c'))}</td>" for name in names)
        + "</tr>"
        for row in payload["strategies"]
    )
    return (
        '<div class="scroll"><table><thead><tr><th scope="col">Cents an offered contract</th>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
