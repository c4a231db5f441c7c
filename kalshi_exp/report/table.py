"""The comparison table: figures down, policies across, each with its interval."""

from __future__ import annotations

from html import escape
from typing import Any

from kalshi_exp.metrics import FIGURES, Figure, show, show_interval
from kalshi_exp.report.palette import looks, short


def comparison_table(metrics: dict[str, Any]) -> str:
    """Every figure of every policy; best and worst of a row are tinted.

    Args:
        metrics: the payload of metrics.json.

    Returns:
        HTML.
    """
    policies = list(metrics["policies"])
    look = looks(policies)
    head = "".join(
        f'<th scope="col"><span class="swatch" style="background:var(--{look[p].token})"></span>'
        f"{escape(short(p))}</th>"
        for p in policies
    )
    rows = []
    group = ""
    for figure in FIGURES:
        if figure.group != group:
            group = figure.group
            rows.append(
                f'<tr class="group"><th scope="rowgroup">{escape(group)}</th>'
                f'<td colspan="{len(policies)}"></td></tr>'
            )
        entries = [metrics["policies"][p]["figures"][figure.name] for p in policies]
        marks = tints([entry["value"] for entry in entries], figure.better)
        extra = [
            metrics["policies"][p]["actions"]["top"] if figure.name == "top_action_share" else None
            for p in policies
        ]
        cells = "".join(
            figure_cell(entry, figure.unit, mark, more)
            for entry, mark, more in zip(entries, marks, extra, strict=True)
        )
        rows.append(
            f'<tr title="{escape(figure.meaning)}"><th scope="row">{title_html(figure)}</th>'
            f"{cells}</tr>"
        )
    return (
        '<div class="scroll"><table><thead><tr><th scope="col"></th>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def title_html(figure: Figure) -> str:
    """A figure's title, a number and its unit kept on one line."""
    return escape(figure.title).replace(" s, ", "&nbsp;s, ")


def figure_cell(figure: dict[str, Any], unit: str, mark: str, more: str | None = None) -> str:
    """One cell: the value, its interval underneath, or the reason there is none as a tooltip."""
    reason = figure.get("reason", "")
    tip = f' title="{escape(reason)}"' if reason else ""
    if figure["value"] is None:
        return f'<td class="none"{tip}>–</td>'
    under = more if more is not None else show_interval(figure, unit, bare=True)
    small = f"<small>{escape(under)}</small>" if under else ""
    kind = f' class="{mark}"' if mark else ""
    return f"<td{kind}{tip}>{escape(show(figure['value'], unit))}{small}</td>"


def tints(values: list[float | None], better: str | None) -> list[str]:
    """`best`, `worst` or nothing for each value; nothing where all are equal or none is better."""
    known = [value for value in values if value is not None]
    if better is None or len(known) < 2 or min(known) == max(known):
        return [""] * len(values)
    high, low = ("best", "worst") if better == "high" else ("worst", "best")
    return [
        "" if v is None else high if v == max(known) else low if v == min(known) else ""
        for v in values
    ]
