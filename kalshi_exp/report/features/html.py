"""report.html of features: one self-contained page, a row and three pictures of them all."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from kalshi_exp.metrics.features import ALIKE, alike, constant
from kalshi_exp.report.features.pictures import pictures
from kalshi_exp.report.features.told import between, moved, number, percent, probability, signed
from kalshi_exp.report.footer import footer_html
from kalshi_exp.report.page import page

_HEAD = (
    "Feature", "Min", "5 %", "Median", "95 %", "Max", "Most common", "Missing", "Spearman, 10 s",
    "p", "Pearson, 10 s", "Importance", "Group's average", "Closest other",
)  # fmt: skip


def write_features(run_dir: Path, payload: dict[str, Any], header: Mapping[str, Any]) -> Path:
    """Write `report.html` into a run directory.

    Args:
        run_dir: where it goes.
        payload: as `metrics.features.describe` gives it.
        header: as `report.write_report` takes it.

    Returns:
        Path of the report.
    """
    charts = pictures(payload)
    body = [
        _header(payload, str(header.get("title") or "Features")),
        "<h2>Pictures</h2>",
        f'<div class="charts">{"".join(chart.html() for chart in charts)}</div>',
        "<h2>All features</h2>",
        _table(payload),
        _method(payload),
        "<h2>How this was made</h2>",
        footer_html(header),
    ]
    path = run_dir / "report.html"
    path.write_text(page("Features", body, charts), encoding="utf-8", newline="\n")
    return path


def _header(payload: dict[str, Any], title: str) -> str:
    features = payload["features"]
    still, same = constant(payload), alike(payload)
    off = [name for name, group in payload["groups"].items() if not group["on"]]
    cards = {
        "not finite": f"{sum(f['distribution']['nonfinite'] for f in features):,}",
        "constant": f"{len(still)} of {len(features)}",
        f"pairs above {ALIKE:g}": str(len(same)),
        "one-sided decisions": percent(payload["one_sided"]),
        "all shuffled": moved(payload["all"]["value"]),
    }
    shown = "".join(
        f'<div class="card"><span>{escape(name)}</span><b>{escape(value)}</b></div>'
        for name, value in cards.items()
    )
    notes = [
        ("Constant here", still),
        ("The same", [f"{a} and {b}" for a, b in same]),
        ("Off in this run", off),
    ]
    standing = "".join(
        f'<p class="standing">{escape(name)}: {escape(", ".join(what))}.</p>'
        for name, what in notes
        if what
    )
    return (
        f'<header><p class="eyebrow">{escape(title)} · {payload["rows"]:,} decisions of '
        f"{payload['sessions']} judged sessions</p><h1>{escape(payload['headline'])}</h1>"
        f'{standing}<div class="cards">{shown}</div></header>'
    )


def _method(payload: dict[str, Any]) -> str:
    how = payload["interval"]
    rules = "".join(
        f"<li><b>{escape(name)}</b>: {escape(rule)}.</li>"
        for name, rule in payload["rules"].items()
    )
    return (
        "<details><summary>How the figures were formed</summary>"
        f'<p class="note">Intervals: {how["level"]:.0%}, {escape(how["method"])}, '
        f"{how['resamples']:,} resamples, seed {how['seed']}; drawn by {escape(how['cluster'])}; "
        f"none below {how['fewest_sessions']} sessions.</p>"
        f'<ul class="rules">{rules}</ul></details>'
    )


def _table(payload: dict[str, Any]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in _HEAD)
    rows, group = [], ""
    for feature in payload["features"]:
        if feature["group"] != group:
            group = feature["group"]
            rows.append(_group_row(group, payload["groups"][group]))
        rows.append(_row(feature))
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _group_row(name: str, group: dict[str, Any]) -> str:
    figure = group["importance"]
    told = moved(figure["value"]) if group["on"] else "off"
    sure = between(figure, moved) if group["on"] else ""
    return (
        f'<tr class="group"><th scope="rowgroup">{escape(name)}, shuffled together</th>'
        f'<td colspan="10"></td><td>{escape(told)}<small>{escape(sure)}</small></td>'
        '<td colspan="2"></td></tr>'
    )


def _cell(value: str, under: str = "", reason: str = "") -> str:
    small = f"<small>{escape(under)}</small>" if under else ""
    tip = f' title="{escape(reason)}"' if reason else ""
    return f"<td{tip}>{escape(value)}{small}</td>"


def _row(feature: dict[str, Any]) -> str:
    spread, closest = feature["distribution"], feature["closest"]
    rank, line, importance = feature["spearman"], feature["pearson"], feature["importance"]
    missing = percent(feature["missing"])
    if spread["nonfinite"]:
        missing = f"{spread['nonfinite']} not finite"
    cells = [
        *(_cell(number(spread[name])) for name in ("min", "p5", "median", "p95", "max")),
        _cell(percent(spread["common_share"]), number(spread["common"])),
        _cell(missing),
        _cell(signed(rank["value"]), between(rank, signed), rank.get("reason", "")),
        _cell(probability(feature["p"])),
        _cell(signed(line["value"]), between(line, signed), line.get("reason", "")),
        _cell(moved(importance["value"]), between(importance, moved))
        if feature["on"]
        else _cell("off"),
        _cell(moved(importance["baseline"]["value"])),
        _cell("–") if closest is None else _cell(signed(closest["correlation"]), closest["name"]),
    ]
    return (
        f'<tr title="{escape(feature["meaning"])}"><th scope="row">{escape(feature["name"])}</th>'
        f"{''.join(cells)}</tr>"
    )
