from __future__ import annotations

import pytest

from kalshi_exp.config import AnchorTimingReward
from kalshi_exp.env.rewards import AnchorTiming
from tests.env.rewards.transitions import path, seen


def _paid(position: float, **state: float) -> float:
    term = AnchorTiming(AnchorTimingReward(), 1)
    return path(term, [position], [seen(**state)])[0]


@pytest.mark.parametrize(
    ("position", "distance", "expected"),
    [
        (50.0, 1.0, 0.5 * 0.8),  # YES above a level that holds
        (-50.0, 1.0, -0.5 * 0.8),  # against it
        (-50.0, -1.0, 0.5 * 0.8),  # NO below it
        (200.0, 1.0, 0.8),  # full exposure is 100 contracts
        (50.0, 4.5, 0.0),  # too far off
        (50.0, 0.0, 0.0),  # right at it: no side is defended
    ],
)
def test_the_defended_side_is_paid_by_probability(
    position: float, distance: float, expected: float
) -> None:
    got = _paid(position, anchor=0.8, anchor_distance=distance)
    assert got == pytest.approx(expected, abs=1e-6)


def test_an_anchor_less_likely_than_not_is_none() -> None:
    assert _paid(50.0, anchor=0.49, anchor_distance=1.0) == 0.0


def test_holding_on_after_the_anchor_keeps_the_bonus() -> None:
    term = AnchorTiming(AnchorTimingReward(memory=10.0), 1)
    there = seen(anchor=1.0, anchor_distance=1.0)
    paid = path(term, [100.0] * 101 + [0.0], [there] + [seen()] * 101)
    assert paid[0] == 1.0 and -1e-3 < sum(paid[1:]) <= 0.0
