"""report.html: one self-contained page of what a tape says of the four families of patterns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from kalshi_exp.metrics import show, show_interval
from kalshi_exp.metrics.strength import Verdict
from kalshi_exp.report.footer import footer_html
from kalshi_exp.report.page import page
from kalshi_exp.report.patterns.console import power_words, told_p
from kalshi_exp.report.patterns.pictures import EFFECT, pictures

_WHISKER = (0.04, 0.96)


def write_patterns(
    run_dir: Path, payload: dict[str, Any], found: Sequence[Verdict], header: Mapping[str, Any]
) -> Path:
    """Write `report.html` into a run directory.

    Args:
        run_dir: where it goes.
        payload: as `metrics.strength.summary` gives it.
        found: the verdicts it was made from, with their nulls.
        header: as `report.write_report` takes it.

    Returns:
        Path of the report.
    """
    charts = pictures(payload, found)
    how = payload["interval"]
    rules = "".join(
        f"<li><b>{escape(name)}</b>: {escape(rule)}.</li>"
        for name, rule in payload["rules"].items()
    )
    body = [
        _header(payload, str(header.get("title") or "A tape")),
        "<h2>Verdicts</h2>",
        '<p class="lead">An effect is what the tape shows beyond its own null, as a share. The '
        "bar is its interval, the dashed line nothing, the tick the smallest effect of interest, "
        f"fixed beforehand. Intervals of {how['level']:.0%}: {escape(how['method'])}, "
        f"{how['resamples']:,} resamples, seed {how['seed']}; p is one-sided, of the null "
        "itself.</p>",
        _table(payload),
        f'<ul class="rules">{rules}</ul>',
        "<h2>Against chance</h2>",
        '<p class="lead">Each family\'s effect, with its interval, over what the same tape shows '
        "where there can be nothing.</p>",
        f'<div class="charts">{"".join(chart.html() for chart in charts)}</div>',
        "<h2>How this was made</h2>",
        footer_html(header),
    ]
    path = run_dir / "report.html"
    path.write_text(page("Pattern strength", body, charts), encoding="utf-8", newline="\n")
    return path


def _header(payload: dict[str, Any], title: str) -> str:
    cards = "".join(
        f'<div class="card"><span>{escape(row["title"])}</span><b>{escape(_short(row))}</b>'
        f"<i>{escape(_effect(row))}</i></div>"
        for row in payload["patterns"]
    )
    standing = (
        f'<p class="standing">{escape(power_words(payload))}</p>' if payload["power"] else ""
    )  # fmt: skip
    return (
        f'<header><p class="eyebrow">{escape(title)} · {len(payload["sessions"])} sessions · '
        f"{payload['families_tested']} families tested</p>"
        f"<h1>{escape(payload['headline'])}</h1>"
        f'{standing}<div class="cards">{cards}</div></header>'
    )


def _short(row: dict[str, Any]) -> str:
    return "too little data" if row["verdict"].startswith("too little") else str(row["verdict"])


def _effect(row: dict[str, Any]) -> str:
    if row["effect"] is None:
        return ""
    interval = show_interval(row, "%", bare=True)
    return show(row["effect"], "%", signed=True) + (f" ({interval})" if interval else "")


def _table(payload: dict[str, Any]) -> str:
    rows = payload["patterns"]
    span = _span(rows)
    body = "".join(_row(row, span) for row in rows)
    return (
        '<div class="scroll"><table><thead><tr><th scope="col">Family</th>'
        '<th scope="col"></th><th scope="col">Effect</th><th scope="col">p</th>'
        '<th scope="col">p, Holm</th><th scope="col">Sessions</th>'
        '<th scope="col" style="text-align:left">Verdict</th></tr>'
        f"</thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: dict[str, Any], span: tuple[float, float]) -> str:
    tip = escape(f"{row['definition']}; against {row['null']}")
    mark = "best" if row["verdict"] == "present" else ""
    return (
        f'<tr title="{tip}"><th scope="row">{escape(row["title"])}</th>'
        f'<td class="whisker-cell">{_whisker(row, span)}</td>'
        f"<td>{escape(show(row['effect'], '%', signed=True))}"
        f"<small>{escape(show_interval(row, '%', bare=True))}</small></td>"
        f"<td>{escape(told_p(row['p']))}</td><td>{escape(told_p(row['p_holm']))}</td>"
        f"<td>{row['sessions']}<small>of {row['sessions_in_all']}</small></td>"
        f'<td class="text {mark}"><span class="verdict">{escape(row["words"])}</span>'
        f"<small>smallest of interest {escape(show(row['smallest'], '%'))}</small></td></tr>"
    )


def _span(rows: list[dict[str, Any]]) -> tuple[float, float]:
    ends = [0.0]
    for row in rows:
        ends += [row["smallest"]]
        ends += [row[key] for key in ("lo", "effect", "hi") if row[key] is not None]
    low, high = min(ends), max(ends)
    return low - 0.04 * (high - low), high + 0.04 * (high - low)


def _whisker(row: dict[str, Any], span: tuple[float, float]) -> str:
    if row["effect"] is None:
        return ""
    low, high = span

    def x(value: float) -> str:
        share = (value - low) / (high - low)
        return f"{100 * (_WHISKER[0] + share * (_WHISKER[1] - _WHISKER[0])):.2f}%"

    zero, tick = x(0.0), x(row["smallest"])
    marks = [
        f'<line class="zero" x1="{zero}" x2="{zero}" y1="0" y2="26"/>',
        f'<line style="stroke:var(--muted)" x1="{tick}" x2="{tick}" y1="8" y2="18"/>',
    ]
    if row["lo"] is not None:
        marks.append(
            f'<line class="range" style="stroke:var(--{EFFECT})" x1="{x(row["lo"])}" '
            f'x2="{x(row["hi"])}" y1="13" y2="13"/>'
        )
    marks.append(
        f'<circle style="fill:var(--{EFFECT})" cx="{x(row["effect"])}" cy="13" r="4.5"/>'
    )  # fmt: skip
    label = escape(f"{row['title']}: {_effect(row)}")
    return f'<svg class="whisker" role="img" aria-label="{label}">{"".join(marks)}</svg>'
