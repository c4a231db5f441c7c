"""Verdicts and the power curve, for the terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from kalshi_exp.metrics import show, show_interval

_STYLES = {"present": "bold green", "absent": "", "not testable": "dim"}


def told_p(value: float | None) -> str:
    """A p as people read it; a dash where there is none."""
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def patterns_table(payload: dict[str, Any]) -> Table:
    """One row a family.

    Args:
        payload: as `metrics.strength.summary` gives it.
    """
    table = Table(title=payload["headline"], title_justify="left", title_style="bold")
    table.add_column("family")
    table.add_column("effect", justify="right")
    table.add_column("95 % by session", justify="right", style="dim")
    table.add_column("smallest of interest", justify="right", style="dim")
    table.add_column("p", justify="right")
    table.add_column("p, Holm", justify="right")
    table.add_column("sessions", justify="right")
    table.add_column("verdict", overflow="fold")
    for row in payload["patterns"]:
        style = _STYLES.get(row["verdict"], "yellow")
        words = f"[{style}]{row['words']}[/]" if style else row["words"]
        table.add_row(
            row["title"],
            show(row["effect"], "%", signed=True),
            show_interval(row, "%", bare=True),
            show(row["smallest"], "%"),
            told_p(row["p"]),
            told_p(row["p_holm"]),
            str(row["sessions"]),
            words,
        )
    return table


def power_table(payload: dict[str, Any]) -> Table | None:
    """One row a planted strength; None where nothing was planted.

    Args:
        payload: as `metrics.strength.summary` gives it.
    """
    power = payload["power"]
    if not power:
        return None
    table = Table(title=power_words(payload), title_justify="left", title_style="bold")
    table.add_column("planted strength", justify="right")
    for title in ("at 25, 50 and 75 c", "at other prices"):
        table.add_column(f"found, {title}", justify="right")
        table.add_column("95 %", justify="right", style="dim")
        table.add_column("anchors alone", justify="right", style="dim")
        table.add_column("effect", justify="right", style="dim")
    table.add_column("defended", justify="right", style="dim")
    by_strength = {name: {one["strength"]: one for one in rows} for name, rows in power.items()}
    for strength in sorted({one["strength"] for rows in power.values() for one in rows}):
        cells = []
        defended = None
        for name in ("levels", "elsewhere"):
            one = by_strength.get(name, {}).get(strength)
            if one is None:
                cells += ["", "", "", ""]
                continue
            defended = one["defended"]
            cells += [
                f"{show(one['power']['value'], '%')} of {one['plantings']}",
                show_interval(one["power"], "%", bare=True),
                show(one["power_alone"]["value"], "%"),
                show(one["effect"], "%", signed=True),
            ]
        table.add_row(f"{strength:g}", *cells, show(defended, "%"))
    return table


def power_words(payload: dict[str, Any]) -> str:
    """From which strength on planted anchors are found, in a sentence."""
    target = f"{payload['power_target']:.0%}"
    own = next(row["effect"] for row in payload["patterns"] if row["family"] == "anchor")
    parts = []
    for name, where in (
        ("levels", f"at 25, 50 and 75 c, where it shows {show(own, '%', signed=True)} by itself"),
        ("elsewhere", "at other prices"),
    ):
        if name not in payload["found_from"]:
            continue
        least = payload["found_from"][name]
        told = f"from strength {least:g} on" if least is not None else "at no strength"
        parts.append(f"{told} {where}")
    return f"Anchors planted into this tape are found {target} of the time {'; '.join(parts)}."
