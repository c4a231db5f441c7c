"""Tables of a comparison for the terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from kalshi_exp.metrics import FIGURES, show, show_interval
from kalshi_exp.report.comparison.html import COLUMNS
from kalshi_exp.report.comparison.realism import COMPARABLE
from kalshi_exp.report.palette import short

_SHOWN = [figure for figure in FIGURES if figure.name in COLUMNS]
_CALLS = ("take_calls", "rest_calls", "checks", "violations")


def console_tables(payload: dict[str, Any]) -> list[Table]:
    """What came of it in the exchange, figures, differences and calls, as rich tables.

    Args:
        payload: as `compare_directories` gives it.
    """
    first = [_realism(payload)] if payload["realism"] else []
    return [*first, _figures(payload), _differences(payload), _calls(payload)]


def _realism(payload: dict[str, Any]) -> Table:
    table = _table("In the exchange itself: the same under every fill model", ["run"])
    shown = [one for one in COMPARABLE if one.name in payload["realism"]]
    for one in shown:
        table.add_column(one.title, justify="right")
    for contestant in payload["contestants"]:
        cells = [Text(contestant["label"])]
        for one in shown:
            entry = payload["realism"][one.name][contestant["label"]]
            text = Text(show(entry["value"], one.unit))
            under = show_interval(entry, one.unit, bare=True)
            if under:
                text.append(f"\n{under}", style="dim")
            cells.append(text)
        table.add_row(*cells)
    return table


def _figures(payload: dict[str, Any]) -> Table:
    table = _table("Figures, with 95 % intervals", ["policy and run"])
    # The numbers beside it fold; a run's name is read whole.
    longest = max(len(label) for runs in payload["policies"].values() for label in runs)
    table.columns[0].min_width = min(longest + 2, 44)
    for figure in _SHOWN:
        table.add_column(figure.title, justify="right")
    for policy, runs in payload["policies"].items():
        table.add_row(Text(short(policy), style="bold"))
        for label, run in runs.items():
            cells = [Text(f"  {label}")]
            for figure in _SHOWN:
                entry = run["figures"][figure.name]
                text = Text(show(entry["value"], figure.unit))
                under = show_interval(entry, figure.unit, bare=True)
                if under:
                    text.append(f"\n{under}", style="dim")
                cells.append(text)
            table.add_row(*cells)
        table.add_section()
    return table


def _differences(payload: dict[str, Any]) -> Table:
    table = _table(
        "Paired differences of P&L, $ a session, first run less second "
        f"(Holm's correction over {payload['family']})",
        ["policy", "first", "second"],
    )
    for name in ("difference", "95 % interval", "sessions", "p", "p, Holm"):
        table.add_column(name, justify="right")
    table.add_column("verdict on the first")
    last = None
    order = list(payload["policies"])
    for row in sorted(payload["differences"], key=lambda row: order.index(row["policy"])):
        if last is not None and row["policy"] != last:
            table.add_section()
        last = row["policy"]
        verdict = Text("equal in every session" if row["equal"] else row["verdict"])
        if row["verdict"].startswith(("higher", "lower")):
            verdict.stylize("bold")
        table.add_row(
            Text(short(row["policy"])),
            Text(row["run"]),
            Text(row["other"]),
            show(row["value"], "$", signed=True),
            show_interval(row, "$", bare=True) or "–",
            str(row["n"]),
            _p(row["p"]),
            _p(row["p_holm"]),
            verdict,
        )
    return table


def _calls(payload: dict[str, Any]) -> Table:
    table = _table("Calls that reached each fill model", ["policy", "run"])
    for name in (*_CALLS, "passive fills", "aggressive fills"):
        table.add_column(name.replace("_", " "), justify="right")
    for policy, runs in payload["policies"].items():
        for label, run in runs.items():
            counts = [run["calls"][name] for name in _CALLS] + list(
                run["fills"][kind] for kind in ("passive", "aggressive")
            )
            table.add_row(Text(short(policy)), Text(label), *(f"{count:,}" for count in counts))
        table.add_section()
    return table


def _table(title: str, leading: list[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for name in leading:
        table.add_column(name, overflow="fold")
    return table


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"
