"""The sentence that sums up how well patterns are detected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FAMILIES = {
    "anchor": "anchors",
    "cascade": "cascades",
    "violation": "violated sums",
    "aversion": "risk aversion",
}


def headline(payload: Mapping[str, Any]) -> str:
    """One sentence of the configured detector: what it finds, and how often it is wrong.

    Args:
        payload: of metrics.json.
    """
    name = payload["configured"]
    sessions = f"{payload['sessions']} session" + ("" if payload["sessions"] == 1 else "s")
    found = [
        part
        for family, title in _FAMILIES.items()
        if (part := _family(payload, name, family, title)) is not None
    ]
    if found:
        return f"The {name} detector finds {_listed(found)}, in {sessions} it never saw."
    alarms = payload[f"detect/{name}/false_alarms_per_hour"]
    if alarms["value"] is None:
        return f"The {name} detector had nothing to look at."
    until = "" if alarms["hi"] is None else f" (at most {alarms['hi']:.2f})"
    return (
        f"Where nothing is planted the {name} detector raises {alarms['value']:.2f} false alarms "
        f"an hour of market time{until}, in {sessions}."
    )


def _family(payload: Mapping[str, Any], name: str, family: str, title: str) -> str | None:
    recall = payload.get(f"detect/{name}/{family}_recall", {"value": None})
    precision = payload.get(f"detect/{name}/{family}_precision", {"value": None})
    if recall["value"] is None:
        return None
    if precision["value"] is None:
        return f"no {title}"
    return f"{recall['value']:.0%} of {title} ({precision['value']:.0%} of its alarms are right)"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
