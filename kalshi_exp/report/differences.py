"""Paired differences as whiskers against zero, with the verdict in words."""

from __future__ import annotations

from html import escape
from typing import Any

from kalshi_exp.metrics import show, show_interval
from kalshi_exp.report.palette import looks, short


def differences_table(metrics: dict[str, Any]) -> str:
    """Agent less baseline on the same sessions, a row a pair.

    Args:
        metrics: the payload of metrics.json.

    Returns:
        HTML.
    """
    rows = metrics["differences"]
    look = looks(metrics["policies"])
    named = [
        (
            f'<span class="swatch" style="background:var(--{look[row["policy"]].token})"></span>'
            f"{escape(short(row['policy']))} <small>less</small> {escape(short(row['baseline']))}",
            look[row["policy"]].token,
            row,
        )
        for row in rows
    ]
    return whisker_table(named, "Pair")


def whisker_table(named: list[tuple[str, str, dict[str, Any]]], heading: str) -> str:
    """A table of differences.

    Args:
        named: (label as HTML, colour token, difference as metrics gives it).
        heading: of the first column.

    Returns:
        HTML.
    """
    span = _span([row for _, _, row in named])
    holm = any("p_holm" in row for _, _, row in named)
    body = "".join(
        f'<tr><th scope="row">{label}</th>'
        f'<td class="whisker-cell">{whisker(row, span, token)}</td>'
        f"<td>{escape(show(row['value'], '$', signed=True))}"
        f"<small>{escape(show_interval(row, '$'))}</small></td>"
        + (f"<td>{_p(row['p_holm'])}</td>" if holm else "")
        + f'<td class="text"><span class="verdict">{escape(row["verdict"])}</span>'
        f"<small>{escape(_needed(row))}</small></td>"
        f"<td>{row['sessions_won']} : {row['sessions_lost']}<small>of {row['n']}</small></td></tr>"
        for label, token, row in named
    )
    corrected = '<th scope="col">p, Holm</th>' if holm else ""
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">{escape(heading)}</th>'
        '<th scope="col" class="text"></th><th scope="col">$ a session</th>'
        f'{corrected}<th scope="col" style="text-align:left">Verdict</th>'
        '<th scope="col">Won : lost</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def whisker(row: dict[str, Any], span: tuple[float, float], token: str) -> str:
    """An interval as a line with its value as a dot, on the scale of `span`, zero dashed."""
    low, high = span

    def x(value: float) -> str:
        return f"{100 * (value - low) / (high - low):.2f}%"

    marks = [f'<line class="zero" x1="{x(0)}" x2="{x(0)}" y1="0" y2="26"/>']
    if row["lo"] is not None:
        marks.append(
            f'<line class="range" style="stroke:var(--{token})" x1="{x(row["lo"])}" '
            f'x2="{x(row["hi"])}" y1="13" y2="13"/>'
        )
    if row["value"] is not None:
        marks.append(
            f'<circle style="fill:var(--{token})" cx="{x(row["value"])}" cy="13" r="4.5"/>'
        )
    text = f"{show(row['value'], '$')}, interval {show_interval(row, '$') or 'none'}"
    return f'<svg class="whisker" role="img" aria-label="{escape(text)}">{"".join(marks)}</svg>'


def _span(rows: list[dict[str, Any]]) -> tuple[float, float]:
    ends = [0.0]
    for row in rows:
        ends += [row[key] for key in ("lo", "value", "hi") if row[key] is not None]
    low, high = min(ends), max(ends)
    if low == high:
        return -1.0, 1.0
    margin = 0.04 * (high - low)
    return low - margin, high + margin


def _needed(row: dict[str, Any]) -> str:
    if not row["verdict"].startswith(("too little", "no difference")):
        return ""
    if row["sessions_needed"] is None:
        return ""
    return f"{row['sessions_needed']:,} sessions would show such a difference"


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "&lt; 0.001" if value < 0.001 else f"{value:.3f}"
