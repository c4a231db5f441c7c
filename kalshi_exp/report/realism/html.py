"""realism.html: one self-contained page that holds the simulated market against the recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from kalshi_exp.metrics.market import Window
from kalshi_exp.report.footer import footer_html
from kalshi_exp.report.page import page
from kalshi_exp.report.realism.pictures import pictures
from kalshi_exp.report.realism.told import SIMULATION, TAPE, told, told_interval

_WHISKER = (0.04, 0.96)


def write_realism(
    run_dir: Path,
    payload: dict[str, Any],
    tape: Sequence[Window],
    simulation: Sequence[Window],
    header: Mapping[str, Any],
) -> Path:
    """Write `report.html` into a run directory.

    Args:
        run_dir: where it goes.
        payload: as `metrics.market.compare` gives it.
        tape: the recorded windows that judged.
        simulation: the simulated windows.
        header: as `report.write_report` takes it.

    Returns:
        Path of the report.
    """
    charts = pictures(payload, tape, simulation)
    how = payload["interval"]
    body = [
        _header(payload, str(header.get("title") or "A simulated market")),
        "<h2>All statistics</h2>",
        f'<p class="lead">{escape(payload["rule"].capitalize())}. Bars are intervals of '
        f"{how['level']:.0%}, {escape(how['method'])}, {how['resamples']:,} resamples, seed "
        f"{how['seed']}; of the simulation too, although only its figure is judged.</p>",
        _table(payload),
        "<h2>A picture for each</h2>",
        '<p class="lead">Shares and means: a dot a window, the windows together as a diamond with '
        "its interval. Quantiles: what share of the sample is at most so large (zeros lie off a "
        "logarithmic axis), the quantile as a diamond.</p>",
        f'<div class="charts">{"".join(chart.html() for chart in charts)}</div>',
        "<h2>How this was made</h2>",
        footer_html(header),
    ]
    path = run_dir / "report.html"
    path.write_text(page("Realism", body, charts), encoding="utf-8", newline="\n")
    return path


def _header(payload: dict[str, Any], title: str) -> str:
    windows, sessions = len(payload["tape_windows"]), len(payload["simulated_windows"])
    groups: dict[str, list[bool]] = {}
    for row in payload["statistics"]:
        groups.setdefault(row["group"], []).append(row["ok"])
    cards = "".join(
        f'<div class="card"><span>{escape(group)}</span><b>{sum(found)} of {len(found)}</b></div>'
        for group, found in groups.items()
    )
    off = [row["title"] for row in payload["statistics"] if not row["ok"]]
    standing = f'<p class="standing">Off: {escape("; ".join(off))}.</p>' if off else ""
    return (
        f'<header><p class="eyebrow">{escape(title)} · {windows} recorded windows, which '
        f"calibration does not see · {sessions} simulated sessions</p>"
        f"<h1>{escape(payload['headline'])}</h1>"
        f'{standing}<div class="cards">{cards}</div></header>'
    )


def _table(payload: dict[str, Any]) -> str:
    body = "".join(_row(row) for row in payload["statistics"])
    return (
        '<div class="scroll"><table><thead><tr><th scope="col">Statistic</th>'
        f'<th scope="col">{_swatch(TAPE)}Tape</th><th scope="col">{_swatch(SIMULATION)}Simulation'
        '</th><th scope="col"></th><th scope="col" style="text-align:left">Verdict</th></tr>'
        f"</thead><tbody>{body}</tbody></table></div>"
    )


def _swatch(token: str) -> str:
    return f'<span class="swatch" style="background:var(--{token})"></span>'


def _row(row: dict[str, Any]) -> str:
    cells = "".join(
        f"<td>{escape(told(row[side]['value'], row['unit']))}"
        f"<small>{escape(told_interval(row[side], row['unit']))}</small></td>"
        for side in ("tape", "simulation")
    )
    mark = "best" if row["ok"] else "worst"
    return (
        f'<tr title="{escape(row["definition"])}"><th scope="row">{row["number"]}. '
        f'{escape(row["title"])}</th>{cells}<td class="whisker-cell">{_whisker(row)}</td>'
        f'<td class="text {mark}"><span class="verdict">{"ok" if row["ok"] else "off"}</span>'
        f"<small>{escape(row['why'])}</small></td></tr>"
    )


def _whisker(row: dict[str, Any]) -> str:
    """Both intervals on one scale, the tape's above."""
    sides = (("tape", TAPE, 8), ("simulation", SIMULATION, 19))
    known = [
        row[side][end]
        for side, _, _ in sides
        for end in ("lo", "value", "hi")
        if row[side][end] is not None
    ]
    if not known:
        return ""
    low, high = min(known), max(known)
    width = high - low

    def x(value: float) -> str:
        share = (value - low) / width if width > 0 else 0.5
        return f"{100 * (_WHISKER[0] + share * (_WHISKER[1] - _WHISKER[0])):.2f}%"

    marks = []
    for side, token, y in sides:
        figure = row[side]
        if figure["lo"] is not None:
            marks.append(
                f'<line class="range" style="stroke:var(--{token})" x1="{x(figure["lo"])}" '
                f'x2="{x(figure["hi"])}" y1="{y}" y2="{y}"/>'
            )
        if figure["value"] is not None:
            marks.append(
                f'<circle style="fill:var(--{token})" cx="{x(figure["value"])}" cy="{y}" r="4"/>'
            )
    return f'<svg class="whisker" role="img" aria-label="Both intervals">{"".join(marks)}</svg>'
