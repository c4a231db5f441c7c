"""A trader's parameter: its default, bounds and meaning in one place, which the docs print."""

from dataclasses import dataclass, field, fields
from math import inf
from typing import Any, ClassVar

from kalshi_exp.config.checks import at_least, within


def parameter(
    default: float | int | bool,
    meaning: str,
    *,
    unit: str = "",
    source: str = "",
    low: float = -inf,
    high: float = inf,
) -> Any:
    """A dataclass field that knows what it means.

    Args:
        default: its value in `plain`.
        meaning: in one line.
        unit: "" for a share or a count.
        source: where the default comes from.
        low: smallest value allowed.
        high: largest value allowed.
    """
    told = {"meaning": meaning, "unit": unit, "source": source, "low": low, "high": high}
    return field(default=default, metadata=told)


@dataclass
class Traits:
    """Base of what describes one kind of trader: every field is made by `parameter`.

    Attributes:
        key: its place in the scenario.
    """

    key: ClassVar[str] = ""

    def __post_init__(self) -> None:
        """Hold every field against its bounds.

        Raises:
            ValueError: a value lies outside of them.
        """
        for one in fields(self):
            name, value = f"scenario.{self.key}.{one.name}", getattr(self, one.name)
            low, high = one.metadata["low"], one.metadata["high"]
            if high == inf:
                at_least(name, value, low)
            else:
                within(name, value, low, high)


def strength(default: float = 1.0) -> Any:
    """How much of a kind of trader there is."""
    return parameter(default, "0 absent, 1 full", low=0.0, high=1.0)
