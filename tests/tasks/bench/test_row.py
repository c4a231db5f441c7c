from __future__ import annotations

import pytest

from kalshi_exp.tasks.bench.row import Goal, Row


def row(value: float | None, goal: Goal, theirs: float | None = None, **more: str) -> Row:
    return Row("steps", value, "steps/s", 2.0, goal, "by hand", peer_value=theirs, **more)


@pytest.mark.parametrize(
    ("value", "goal", "peer", "ok"),
    [
        (2.0, Goal.value_at_least, None, True),
        (1.9, Goal.value_at_least, None, False),
        (2.0, Goal.value_at_most, None, True),
        (2.1, Goal.value_at_most, None, False),
        (4.0, Goal.ratio_at_least, 2.0, True),
        (3.9, Goal.ratio_at_least, 2.0, False),
        (3.9, Goal.ratio_at_least, None, False),
        (None, Goal.value_at_least, None, False),
    ],
)
def test_a_row_is_ok_only_when_its_target_is_met(
    value: float | None, goal: Goal, peer: float | None, ok: bool
) -> None:
    assert row(value, goal, peer).ok is ok


def test_a_peer_that_cannot_be_had_is_not_ok_and_says_why() -> None:
    missing = row(9.0, Goal.value_at_least, peer="hftbacktest", reason="no environment")
    assert not missing.ok
    assert missing.ratio is None
    assert missing.to_dict()["reason"] == "no environment"


def test_the_file_holds_what_was_asked_for() -> None:
    written = row(123_456.0, Goal.ratio_at_least, 61_728.0, peer="peer").to_dict()
    assert {"name", "value", "unit", "peer", "peer_value", "ratio", "target", "ok"} <= set(written)
    assert written["ratio"] == 2.0
    assert written["value"] == 123_500.0
