"""Figures of features as people read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def number(value: float | None) -> str:
    """A value of a feature: three decimals at most; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def signed(value: float | None) -> str:
    """A correlation: its sign and three decimals."""
    return "–" if value is None else f"{value:+.3f}".replace("-", "−")


def percent(value: float | None) -> str:
    """A share."""
    return "–" if value is None else f"{100 * value:.1f} %"


def moved(value: float | None) -> str:
    """A change of probabilities, in percent."""
    return "–" if value is None else f"{100 * value:.2f} %"


def between(figure: Mapping[str, Any], tell: Callable[[float | None], str]) -> str:
    """A figure's interval without its unit; empty where there is none."""
    if figure.get("lo") is None or figure.get("hi") is None:
        return ""
    return f"{tell(figure['lo'])} to {tell(figure['hi'])}".replace(" %", "")


def probability(value: float | None) -> str:
    """A p-value."""
    if value is None:
        return "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"
