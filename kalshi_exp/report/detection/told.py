"""Figures of detection as people read them, and the colour of each detector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kalshi_exp.metrics import show

CHANCE = "hold"
_TOKENS = {"rule": "maker", "learned": "agent"}


def token(detector: str) -> str:
    """Colour of a detector in every table and picture."""
    return _TOKENS.get(detector, "spare1")


def told(value: float | None, unit: str) -> str:
    """A figure in its unit; a dash where there is none."""
    if value is None or unit == "%":
        return show(value, unit)
    if unit == "s":
        return f"{show(value, 'ratio')} s"
    if unit == "an hour":
        return show(value, "ratio")
    return f"{value:.3f}"


def told_interval(figure: Mapping[str, Any], unit: str) -> str:
    """A figure's interval without its unit; empty where there is none."""
    if figure.get("lo") is None or figure.get("hi") is None:
        return ""
    text = f"{told(figure['lo'], unit)} to {told(figure['hi'], unit)}"
    return text.replace(" %", "").replace(" s", "")


def told_asked(asked: float | None, unit: str, better: str) -> str:
    """What is asked of a figure; empty where nothing is."""
    if asked is None:
        return ""
    number = f"{asked:.0%}".replace("%", " %") if unit == "%" else f"{asked:g} {unit}"
    return f"at least {number}" if better == "high" else f"under {number}"
