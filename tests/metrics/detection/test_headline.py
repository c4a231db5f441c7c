from __future__ import annotations

from kalshi_exp.metrics.detection.headline import headline


def figure(value: float | None, hi: float | None = None) -> dict:
    return {"value": value, "lo": None, "hi": hi}


def test_what_is_found_and_how_often_it_is_right() -> None:
    payload = {
        "configured": "rule",
        "sessions": 40,
        "detect/rule/anchor_recall": figure(0.71),
        "detect/rule/anchor_precision": figure(0.9),
        "detect/rule/cascade_recall": figure(0.0),
        "detect/rule/cascade_precision": figure(None),
        "detect/rule/violation_recall": figure(None),
    }
    assert headline(payload) == (
        "The rule detector finds 71% of anchors (90% of its alarms are right) and no cascades, "
        "in 40 sessions it never saw."
    )


def test_where_nothing_is_planted_it_speaks_of_alarms() -> None:
    payload = {
        "configured": "rule",
        "sessions": 1,
        "detect/rule/false_alarms_per_hour": figure(0.25, 0.6),
    }
    assert headline(payload) == (
        "Where nothing is planted the rule detector raises 0.25 false alarms an hour of market "
        "time (at most 0.60), in 1 session."
    )
    payload["detect/rule/false_alarms_per_hour"] = figure(None)
    assert headline(payload) == "The rule detector had nothing to look at."
