"""Figures that can be held against each other between fill models: they come from the exchange."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, final

from kalshi_exp.metrics import over_seeds, show, show_interval
from kalshi_exp.report.comparison.contestants import Contestant
from kalshi_exp.report.table import figure_cell, tints


@final
@dataclass(frozen=True)
class Comparable:
    """A figure that means the same under every fill model.

    Attributes:
        name: in metrics.json.
        title: as tables show it.
        unit: as `metrics.figures.UNITS`; "%" is stored as a share of one.
        better: "high", or "near" where it is the better the nearer it is to `truth`.
        truth: what a model that says the truth would have.
        within: what the figure can be.
        meaning: one sentence.
    """

    name: str
    title: str
    unit: str
    better: str
    truth: float
    within: tuple[float, float]
    meaning: str


_ANY, _CORRELATION = (-math.inf, math.inf), (-1.0, 1.0)
REAL_PNL = "realism/real_pnl"
COMPARABLE: tuple[Comparable, ...] = (
    Comparable(
        REAL_PNL,
        "Earned in the exchange",
        "$",
        "high",
        0.0,
        _ANY,
        "P&L a session of the trained policy inside the exchange, where others answer its orders "
        "and no fill model is asked.",
    ),
    Comparable(
        "realism/overstatement",
        "Overstatement",
        "%",
        "near",
        0.0,
        _ANY,
        "How much more the fill model says the policy's executions earned than they did.",
    ),
    Comparable(
        "realism/sim_to_real_pearson",
        "Sim to real, Pearson",
        "ratio",
        "near",
        1.0,
        _CORRELATION,
        "Correlation of execution P&L between the fill model and the exchange.",
    ),
    Comparable(
        "realism/sim_to_real_spearman",
        "Sim to real, Spearman",
        "ratio",
        "near",
        1.0,
        _CORRELATION,
        "The same of ranks.",
    ),
    Comparable(
        "realism/fill_rate_error",
        "Fill rate, error",
        "%",
        "near",
        0.0,
        _ANY,
        "Fill rate that the model says, less that of the exchange.",
    ),
    Comparable(
        "realism/markout_error_10s",
        "Mark-out 10 s, error",
        "c",
        "near",
        0.0,
        _ANY,
        "Mark-out 10 s after a fill that the model says, less that of the exchange.",
    ),
)
"""In the order in which they are shown; metrics.json of a run has them, or says why not."""


def realism_figures(contestants: Sequence[Contestant]) -> dict[str, dict[str, dict[str, Any]]]:
    """Comparable figures of every contestant, its seeds brought together.

    Args:
        contestants: who is compared.

    Returns:
        name -> label -> value, lo, hi, n, `seeds` and a reason where something is missing; only
        figures that some run tells of.
    """
    out: dict[str, dict[str, dict[str, Any]]] = {}
    for one in COMPARABLE:
        told = {each.label: _over_seeds(one, each) for each in contestants}
        if any(entry["value"] is not None or entry["told"] for entry in told.values()):
            out[one.name] = {
                label: {key: part for key, part in entry.items() if key != "told"}
                for label, entry in told.items()
            }
    return out


def _over_seeds(one: Comparable, contestant: Contestant) -> dict[str, Any]:
    none: dict[str, Any] = {"value": None, "lo": None, "hi": None, "n": 0}
    found = [run.metrics.get(one.name) for run in contestant.runs.values()]
    figures = [none | entry if isinstance(entry, dict) else none for entry in found]
    value, lo, hi = over_seeds(figures, within=one.within)
    out: dict[str, Any] = {
        "value": value,
        "lo": lo,
        "hi": hi,
        "n": min(entry["n"] for entry in figures),
        "seeds": [entry["value"] for entry in figures],
        "told": any(entry is not None for entry in found),
    }
    if value is None or lo is None:
        reasons = [entry["reason"] for entry in figures if entry.get("reason")]
        out["reason"] = reasons[0] if reasons else "its runs do not tell it"
    return out


def realism_html(payload: dict[str, Any]) -> str:
    """A row a contestant, a column a figure; the best is tinted, and the worst."""
    shown = [one for one in COMPARABLE if one.name in payload["realism"]]
    head = "".join(
        f'<th scope="col" title="{escape(one.meaning)}">{escape(one.title)}</th>' for one in shown
    )
    marks = {one.name: _tints(payload["realism"][one.name], one) for one in shown}
    rows = []
    for k, label in enumerate(entry["label"] for entry in payload["contestants"]):
        cells = "".join(
            figure_cell(payload["realism"][one.name][label], one.unit, marks[one.name][k])
            for one in shown
        )
        rows.append(f'<tr><th scope="row">{escape(label)}</th>{cells}</tr>')
    return (
        f'<div class="scroll"><table class="wide"><thead><tr><th scope="col"></th>{head}</tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _tints(entries: dict[str, dict[str, Any]], one: Comparable) -> list[str]:
    values = [entry["value"] for entry in entries.values()]
    if one.better == "near":
        values = [None if value is None else abs(value - one.truth) for value in values]
    return tints(values, "high" if one.better == "high" else "low")


def realism_headline(payload: dict[str, Any]) -> str:
    """Who earned most and least in the exchange, in a sentence; empty where it was not measured."""
    earned = payload["realism"].get(REAL_PNL, {})
    ranked = sorted(
        ((label, entry) for label, entry in earned.items() if entry["value"] is not None),
        key=lambda pair: -pair[1]["value"],
    )
    if len(ranked) < 2:
        return ""

    def words(label: str, entry: dict[str, Any]) -> str:
        around = show_interval(entry, "$")
        return f"{label} ({show(entry['value'], '$')} a session" + (
            f", {around})" if around else ")"
        )

    best, worst = ranked[0], ranked[-1]
    text = (
        f"In the exchange itself agents of {words(*best)} earned most and those of "
        f"{words(*worst)} least"
    )
    ends = (best[1]["lo"], worst[1]["hi"])
    if None in ends:
        return f"{text}. "
    if ends[0] > ends[1]:
        return f"{text}: their intervals do not meet. "
    return f"{text}; their intervals meet, so which is better is not shown. "
