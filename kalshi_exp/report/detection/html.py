"""report.html of detection: one self-contained page that holds detectors against the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from kalshi_exp.metrics.detection import Row, applies, misses, rows_of
from kalshi_exp.report.chart import Chart
from kalshi_exp.report.detection.example import Example, example_charts
from kalshi_exp.report.detection.pictures import calibrations, curves, latencies, strengths
from kalshi_exp.report.detection.told import token, told, told_asked, told_interval
from kalshi_exp.report.footer import footer_html
from kalshi_exp.report.page import page


def write_detection(
    run_dir: Path,
    payload: dict[str, Any],
    header: Mapping[str, Any],
    example: Example | None = None,
) -> Path:
    """Write `report.html` into a run directory.

    Args:
        run_dir: where it goes.
        payload: as `metrics.detection.payload` gives it.
        header: as `report.write_report` takes it.
        example: a market to picture.

    Returns:
        Path of the report.
    """
    sections = [
        (
            "Precision and recall",
            "A point a threshold. Chance knows how often, how long, in which market and at which "
            "price the detector fires, and only not when.",
            curves(payload),
        ),
        ("Recall by strength", "", strengths(payload)),
        ("Calibration", "", calibrations(payload)),
        ("Latency", "", latencies(payload)),
    ]
    if example is not None:
        operating = {
            name: {family: part["operating"] for family, part in one["families"].items()}
            for name, one in payload["detectors"].items()
        }
        lead = "The market in which most was planted."
        sections.append(("One market, second by second", lead, example_charts(example, operating)))
    body = [_header(payload, str(header.get("title") or "Detection")), *_figures(payload)]
    charts: list[Chart] = []
    for title, lead, pictures in sections:
        if pictures:
            body.append(_section(title, lead, pictures))
            charts += pictures
    body += ["<h2>How this was made</h2>", footer_html(header)]
    path = run_dir / "report.html"
    path.write_text(page("Detection", body, charts), encoding="utf-8", newline="\n")
    return path


def _section(title: str, lead: str, charts: Sequence[Chart]) -> str:
    told_lead = f'<p class="lead">{escape(lead)}</p>' if lead else ""
    pictures = "".join(chart.html() for chart in charts)
    return f'<h2>{escape(title)}</h2>{told_lead}<div class="charts">{pictures}</div>'


def _header(payload: dict[str, Any], title: str) -> str:
    cards = []
    for name, one in payload["detectors"].items():
        hours = max((f["all"]["counts"]["hours"] for f in one["families"].values()), default=0.0)
        off = misses(payload, name)
        cards.append(
            f'<div class="card"><span>{escape(name)}, {hours:,.0f} market hours</span>'
            f"<b>{'all that is asked' if not off else f'{len(off)} missed'}</b></div>"
        )
    standing = "".join(
        f'<p class="standing">{escape(name)} misses: {escape("; ".join(off))}.</p>'
        for name in payload["detectors"]
        if (off := misses(payload, name))
    )
    return (
        f'<header><p class="eyebrow">{escape(title)} · {payload["sessions"]} simulated sessions, '
        "which neither training nor tuning has seen</p>"
        f"<h1>{escape(payload['headline'])}</h1>"
        f'{standing}<div class="cards">{"".join(cards)}</div></header>'
    )


def _figures(payload: dict[str, Any]) -> list[str]:
    how = payload["interval"]
    rules = "".join(
        f"<li><b>{escape(name)}</b>: {escape(rule)}.</li>"
        for name, rule in payload["rules"].items()
    )
    return [
        "<h2>All figures</h2>",
        '<p class="lead">Precision, recall and latency over sessions in which the family was '
        "planted at strengths 0.3 to 1; false alarms and calibration over all of them. Beside each "
        "figure its baseline: the same episodes at random times; of pairs the answer that nothing "
        "is related.</p>",
        figures_table(payload),
        "<details><summary>How the figures were formed</summary>"
        f'<p class="note">Intervals: {how["level"]:.0%}, {escape(how["method"])}, '
        f"{how['resamples']:,} resamples, seed {how['seed']}; drawn by {escape(how['cluster'])}; "
        f"none below {how['fewest_sessions']} sessions.</p>"
        f'<ul class="rules">{rules}</ul></details>',
    ]


def figures_table(payload: dict[str, Any], formed: bool = False) -> str:
    """Every figure of every detector, its interval, its baseline and what is asked of it.

    Args:
        payload: as `metrics.detection.payload` gives it.
        formed: leave out what no detector has a figure for.

    Returns:
        HTML.
    """
    detectors = list(payload["detectors"])
    head = "".join(
        f'<th scope="col"><span class="swatch" style="background:var(--{token(name)})"></span>'
        f'{escape(name)}</th><th scope="col">baseline</th>'
        for name in detectors
    )
    rows, group = [], ""
    for row, found in rows_of(payload):
        if formed and all(found[name]["value"] is None for name in detectors):
            continue
        if row.group != group:
            group = row.group
            rows.append(
                f'<tr class="group"><th scope="rowgroup">{escape(group)}</th>'
                f'<td colspan="{2 * len(detectors) + 1}"></td></tr>'
            )
        cells = "".join(_cells(row, payload, name, found[name]) for name in detectors)
        asked = any(applies(row, payload, name) for name in found)
        text = told_asked(row.asked, row.unit, row.better) if asked else ""
        unit = f", {row.unit}" if row.unit == "an hour" else ""
        rows.append(
            f'<tr><th scope="row">{escape(row.title + unit)}</th>{cells}'
            f'<td class="text">{escape(text)}</td></tr>'
        )
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col"></th>{head}'
        '<th scope="col" style="text-align:left">Asked</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cells(row: Row, payload: dict[str, Any], name: str, figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        reason = escape(figure.get("reason", ""))
        return f'<td class="none" title="{reason}">–<small>{reason}</small></td><td></td>'
    met = row.met(figure["value"]) if applies(row, payload, name) else None
    kind = "" if met is None else ' class="best"' if met else ' class="worst"'
    base = figure["baseline"]
    return "".join(
        f"<td{mark}>{escape(told(one['value'], row.unit))}"
        f"<small>{escape(told_interval(one, row.unit))}</small></td>"
        for one, mark in ((figure, kind), (base, ' class="none"'))
    )
