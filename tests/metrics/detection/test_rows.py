from __future__ import annotations

from kalshi_exp.metrics.detection import (
    ROWS,
    Sampling,
    applies,
    misses,
    payload,
    rows_of,
    score,
)
from tests.metrics.detection.scored import evidence, truth

SAMPLING = Sampling(50, 1)
BY_KEY = {row.key: row for row in ROWS}


def scored(plain: bool = False, **options: int) -> dict:
    of = truth(plain)
    name = {"rule": score(of, evidence(of, **options), SAMPLING)}
    return payload(name, "rule", SAMPLING, 12)


def test_keys_are_unique_and_what_the_issue_asks_is_asked() -> None:
    assert len(BY_KEY) == len(ROWS)
    asked = {row.key: row.asked for row in ROWS if row.asked is not None and not row.unplanted}
    assert asked == {
        "anchor_precision": 0.8,
        "anchor_recall": 0.6,
        "cascade_precision": 0.5,
        "cascade_recall": 0.7,
        "cascade_latency_s": 5.0,
        "constraint_accuracy": 0.95,
        "correlation_accuracy": 0.95,
    }


def test_at_least_holds_its_bound_and_under_does_not() -> None:
    assert BY_KEY["anchor_precision"].met(0.8) is True
    assert BY_KEY["anchor_precision"].met(0.799) is False
    assert BY_KEY["cascade_latency_s"].met(5.0) is False
    assert BY_KEY["cascade_latency_s"].met(-1.0) is True
    assert BY_KEY["anchor_brier"].met(0.0) is None
    assert BY_KEY["anchor_recall"].met(None) is None


def test_misses_name_what_is_not_reached() -> None:
    assert misses(scored(late=1, misses=20), "rule") == []
    assert misses(scored(late=6, misses=2), "rule") == [
        "Anchors: recall",
        "Cascades: recall",
        "Cascades: median latency",
        "Groups that sum to one: accuracy",
        "Correlated pairs: accuracy",
    ]


def test_alarms_are_judged_only_where_nothing_is_planted() -> None:
    planted, plain = scored(late=1, misses=20), scored(plain=True, late=1, misses=20)
    row = BY_KEY["anchor_false_alarms_per_hour"]
    assert not applies(row, planted, "rule") and applies(row, plain, "rule")
    assert not applies(BY_KEY["anchor_brier"], planted, "rule")
    # One alarm in three market hours.
    assert [title for title in misses(plain, "rule") if "alarms" in title] == []


def test_every_row_is_there_but_those_that_no_detector_has() -> None:
    found = {row.key for row, _ in rows_of(scored(late=1, misses=20))}
    assert set(BY_KEY) - found == {"violation_calibration_error", "violation_brier"}
