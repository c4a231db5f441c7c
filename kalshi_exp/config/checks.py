"""Checks that configuration classes share, so that each refusal reads the same."""

from typing import Any

APART: dict[str, bool] = {"figures": False}
"""Metadata of a field that can't change a figure (a name, a place on disk, a progress bar)."""


def at_least(name: str, value: float, low: float) -> None:
    """Refuse a value below `low`.

    Raises:
        ValueError: the value is too small.
    """
    if not value >= low:
        raise ValueError(f"{name} is {value}; it must be at least {low}")


def within(name: str, value: float, low: float, high: float) -> None:
    """Refuse a value outside [low, high].

    Raises:
        ValueError: the value is outside.
    """
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}; it must lie in [{low}, {high}]")


def refuse_base(node: Any, base: type, group: str) -> None:
    """Refuse a node that is still the group's base class: a mistyped key makes one.

    Raises:
        ValueError: the node is of the base class itself.
    """
    if type(node) is base:
        raise ValueError(
            f"an entry of '{group}' names no known option; "
            f"choose one of the files in conf/{group}/ and spell its key as the file does"
        )
