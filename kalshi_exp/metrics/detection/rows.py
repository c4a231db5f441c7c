"""The rows of every table of detection figures: key, title, unit and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.metrics.detection.tables import FAMILIES

TITLES = {
    "anchor": "Anchors",
    "cascade": "Cascades",
    "violation": "Violated sums",
    "aversion": "Risk aversion",
}
"""Families as people call them."""


@final
@dataclass(frozen=True)
class Row:
    """One figure of a detector.

    Attributes:
        key: under `detect/<detector>/`.
        title: as tables show it.
        unit: "%", "s" or "an hour".
        group: heading it stands under.
        better: "high" or "low".
        asked: the figure asked for; None where none is.
        unplanted: asked only where nothing of the kind is planted.
    """

    key: str
    title: str
    unit: str
    group: str
    better: str
    asked: float | None = None
    unplanted: bool = False

    def met(self, value: float | None) -> bool | None:
        """Whether a value is what is asked; None where nothing is, or there is no value."""
        if self.asked is None or value is None:
            return None
        return value >= self.asked if self.better == "high" else value < self.asked


_ASKED = {
    "anchor_precision": 0.8,
    "anchor_recall": 0.6,
    "cascade_precision": 0.5,
    "cascade_recall": 0.7,
    "cascade_latency_s": 5.0,
}


def _family(family: str) -> tuple[Row, ...]:
    group = TITLES[family]

    def row(figure: str, title: str, unit: str, better: str) -> Row:
        key = f"{family}_{figure}"
        return Row(key, title, unit, group, better, _ASKED.get(key))

    return (
        row("precision", "Precision", "%", "high"),
        row("recall", "Recall", "%", "high"),
        row("latency_s", "Median latency", "s", "low"),
        row("average_precision", "Average precision", "%", "high"),
        row("calibration_error", "Calibration error", "%", "low"),
        row("brier", "Brier score", "", "low"),
        Row(
            f"{family}_false_alarms_per_hour",
            "False alarms",
            "an hour",
            group,
            "low",
            1.0,
            unplanted=True,
        ),
    )


def _relation(key: str, group: str) -> tuple[Row, ...]:
    return (
        Row(f"{key}_accuracy", "Accuracy", "%", group, "high", 0.95),
        Row(f"{key}_precision", "Precision of related pairs", "%", group, "high"),
        Row(f"{key}_recall", "Recall of related pairs", "%", group, "high"),
    )


ROWS: tuple[Row, ...] = (
    *(row for family in FAMILIES for row in _family(family)),
    *_relation("constraint", "Groups that sum to one"),
    *_relation("correlation", "Correlated pairs"),
    Row("false_alarms_per_hour", "False alarms of all families", "an hour", "Together", "low"),
)
"""Every row, in the order tables show them."""


_ABSENT: dict[str, Any] = {"value": None, "reason": "not scored", "baseline": {"value": None}}


def rows_of(payload: Mapping[str, Any]) -> list[tuple[Row, dict[str, dict[str, Any]]]]:
    """The rows that at least one detector has a figure for, or a reason for having none.

    Args:
        payload: of metrics.json.

    Returns:
        Each row with detector -> figure, for every detector.
    """
    out = []
    for row in ROWS:
        found = {name: payload.get(f"detect/{name}/{row.key}") for name in payload["detectors"]}
        if any(figure is not None for figure in found.values()):
            out.append((row, {name: figure or _ABSENT for name, figure in found.items()}))
    return out


def applies(row: Row, payload: Mapping[str, Any], name: str) -> bool:
    """Whether what a row asks is asked in these sessions, of a detector."""
    family = row.key.removesuffix("_false_alarms_per_hour")
    if row.unplanted:
        true = payload["detectors"][name]["families"][family]["all"]["counts"]["true"]
        return bool(true == 0.0)
    return row.asked is not None


def misses(payload: Mapping[str, Any], name: str) -> list[str]:
    """What is asked of a detector and was measured, but not reached: titles with their group."""
    return [
        f"{row.group}: {row.title.lower()}"
        for row, found in rows_of(payload)
        if name in found and applies(row, payload, name) and row.met(found[name]["value"]) is False
    ]
