"""A study for the terminal: the matrix, and what each training is worth and does."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from kalshi_exp.metrics import show, show_interval
from kalshi_exp.metrics.matrix import EXCHANGE

_BEHAVIOUR = ("mean_order_size", "passive_share", "order_share", "trades_per_session")


def matrix_tables(payload: dict[str, Any]) -> list[Table]:
    """The matrix in dollars a session, and a row a training with its cost and its habits.

    Args:
        payload: of matrix.json.
    """
    return [_money(payload), _trainings(payload)]


def _money(payload: dict[str, Any]) -> Table:
    table = _table("P&L after fees, $ a session: trained under (rows), judged by (columns)")
    table.add_column("trained under")
    for judge in payload["judges"]:
        table.add_column(judge, justify="right", style="bold" if judge == EXCHANGE else "")
    for names, style in ((payload["models"], ""), (payload["baselines"], "dim")):
        for name in names:
            cells = (payload["money"][judge][name] for judge in payload["judges"])
            table.add_row(name, *(_cell(one, "$") for one in cells), style=style)
        table.add_section()
    return table


def _trainings(payload: dict[str, Any]) -> Table:
    table = _table("Each training in the exchange")
    table.add_column("trained under")
    table.add_column(f"less than {payload['best']}, $", justify="right")
    table.add_column("p, Holm", justify="right")
    table.add_column("verdict")
    table.add_column("phantom, $", justify="right")
    for name in _BEHAVIOUR:
        table.add_column(payload["figures"][name]["title"], justify="right")
    for model in payload["models"]:
        row = payload["loss"].get(model)
        loss = [_cell(row, "$"), p_told(row["p_holm"]), row["verdict"]] if row else ["", "", "best"]
        ghost = payload["phantom"].get(model)
        habits = payload["behaviour"][model]
        units = (payload["figures"][name]["unit"] for name in _BEHAVIOUR)
        table.add_row(
            model,
            *loss,
            _cell(ghost, "$") if ghost else "",
            *(_cell(habits[name], unit) for name, unit in zip(_BEHAVIOUR, units, strict=True)),
        )
    return table


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold")


def _cell(figure: dict[str, Any], unit: str) -> str:
    under = show_interval(figure, unit, bare=True)
    return show(figure["value"], unit) + (f"\n[dim]{under}[/dim]" if under else "")


def p_told(value: float | None) -> str:
    """A p as tables show it."""
    if value is None:
        return "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"
