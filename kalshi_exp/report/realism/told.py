"""Statistics of a market as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kalshi_exp.metrics import show

TAPE, SIMULATION = "agent", "maker"
"""Colours of the two sides in every table and picture."""


def told(value: float | None, unit: str) -> str:
    """A figure in its unit; a dash where there is none."""
    if value is None or unit in ("%", "c", "contracts"):
        return show(value, unit)
    if unit == "ms":
        return f"{value:,.{0 if abs(value) >= 10 else 1}f} ms"
    if unit == "levels":
        return f"{value:,.0f}"
    return show(value, "ratio")


def told_interval(figure: Mapping[str, Any], unit: str) -> str:
    """A figure's interval without its unit; empty where there is none."""
    if figure.get("lo") is None or figure.get("hi") is None:
        return ""
    text = f"{told(figure['lo'], unit)} to {told(figure['hi'], unit)}"
    return text.replace(" %", "").replace(" ms", "").replace(" c", "")
