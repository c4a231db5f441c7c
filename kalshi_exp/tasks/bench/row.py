"""One line of the benchmark: what was measured, beside whom, and whether it is enough."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, final


class Goal(Enum):
    """What a row's target is held against."""

    value_at_least = "value at least"
    value_at_most = "value at most"
    ratio_at_least = "ratio at least"


@final
@dataclass(frozen=True)
class Row:
    """One measured budget.

    Attributes:
        name: what was measured.
        value: ours; None when it could not be measured.
        unit: of both values.
        peer: whom it stands beside; None when nobody does this.
        peer_value: theirs, measured in the same run; None when the peer can't be had.
        median: our median over the rounds, where `value` and `peer_value` are each the best.
        target: what is asked, of value or ratio as `goal` says.
        goal: what the target is held against.
        how: what was done, in one or two sentences.
        reason: why a value is missing; None when none is.
    """

    name: str
    value: float | None
    unit: str
    target: float
    goal: Goal
    how: str
    peer: str | None = None
    peer_value: float | None = None
    reason: str | None = None
    median: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over theirs; None when either is missing."""
        if self.value is None or not self.peer_value:
            return None
        return self.value / self.peer_value

    @property
    def ok(self) -> bool:
        """Whether everything was measured and the target is met."""
        if self.value is None or (self.peer is not None and self.peer_value is None):
            return False
        if self.goal is Goal.value_at_most:
            return self.value <= self.target
        held = self.value if self.goal is Goal.value_at_least else self.ratio
        return held is not None and held >= self.target

    def to_dict(self) -> dict[str, Any]:
        """The row as bench.json holds it."""
        row: dict[str, Any] = {
            "name": self.name,
            "value": _rounded(self.value),
            "median": _rounded(self.median),
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": _rounded(self.peer_value),
            "ratio": _rounded(self.ratio),
            "target": self.target,
            "ok": self.ok,
            "goal": self.goal.value,
            "how": self.how,
        }
        return row if self.reason is None else row | {"reason": self.reason}


def _rounded(value: float | None) -> float | None:
    """Four significant digits: more would be noise."""
    return None if value is None else float(f"{value:.4g}")
