from __future__ import annotations

import pytest

from kalshi_exp.config import VolatilityPositionReward
from kalshi_exp.env.rewards import VolatilityPosition
from tests.env.rewards.transitions import path, seen

FALL = {"cascade": 0.8, "cascade_side": -1.0, "cascade_depth": 0.5}


def _paid(carried: float, then: float, **state: float) -> float:
    term = VolatilityPosition(VolatilityPositionReward(), 1)
    return path(term, [carried, then], [seen(), seen(**state)])[1]


@pytest.mark.parametrize(
    ("carried", "then", "expected"),
    [
        (100.0, 40.0, 0.8 * 0.6),  # less is carried
        (-100.0, -40.0, 0.8 * 0.6),  # either way
        (0.0, -50.0, -0.8 * 0.5),  # more, with the move
        (0.0, 50.0, -0.8 * 0.5 - 0.8 * 0.5 * 0.5),  # more, against it, half the liquidity gone
        (60.0, 60.0, 0.0),
    ],
)
def test_less_is_paid_and_more_is_charged(carried: float, then: float, expected: float) -> None:
    assert _paid(carried, then, **FALL) == pytest.approx(expected, abs=1e-6)


def test_going_from_with_to_against_the_move_is_charged() -> None:
    assert _paid(-50.0, 50.0, **FALL) == pytest.approx(-0.8 * 0.5 * 0.5, abs=1e-6)


def test_with_all_liquidity_there_only_more_exposure_is_charged() -> None:
    assert _paid(0.0, 50.0, **(FALL | {"cascade_depth": 0.0})) == pytest.approx(-0.4, abs=1e-6)


def test_a_cascade_less_likely_than_not_is_none() -> None:
    assert _paid(0.0, 50.0, **(FALL | {"cascade": 0.4})) == 0.0
