from __future__ import annotations

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.env.rewards.credit import Credit

ON, OFF = torch.tensor([True]), torch.tensor([False])


def _pay(credit: Credit, change: float, worth: float, on: torch.Tensor = ON) -> float:
    return float(credit.pay(torch.tensor([change]), torch.tensor([worth]), on))


@given(
    st.lists(st.tuples(st.floats(-1, 1, width=32), st.floats(-1, 1, width=32)), max_size=30),
    st.floats(-1, 1, width=32),
)
def test_whoever_comes_back_to_where_he_began_was_paid_nothing(
    moves: list[tuple[float, float]], last: float
) -> None:
    """However worths change on the way, the direction included."""
    credit = Credit(1, 60.0)
    total = sum(_pay(credit, change, worth) for change, worth in moves)
    left = float(credit.held)
    total += _pay(credit, -left, last)
    assert abs(total) < 1e-4
    assert abs(float(credit.held)) < 1e-5 and abs(float(credit.paid)) < 1e-4


@given(
    st.lists(
        st.tuples(st.floats(-1, 1, width=32), st.floats(-1, 1, width=32), st.booleans()),
        max_size=30,
    )
)
def test_no_step_pays_more_than_it_moves(moves: list[tuple[float, float, bool]]) -> None:
    credit = Credit(1, 5.0)
    for change, worth, on in moves:
        paid = _pay(credit, change, worth if on else 0.0, torch.tensor([on]))
        assert abs(paid) <= abs(change) * (1 + 1e-4) + 1e-5


def test_a_part_undone_gives_its_share_back_at_what_was_paid() -> None:
    credit = Credit(1, 60.0)
    assert _pay(credit, 0.4, 0.5) + _pay(credit, 0.4, 1.0) == torch.tensor(0.6)
    assert math.isclose(_pay(credit, -0.2, 0.9), -0.15, abs_tol=1e-6)
    assert math.isclose(_pay(credit, -0.8, 0.5), -0.45 - 0.5 * 0.2, abs_tol=1e-6)


def test_without_the_pattern_moves_earn_nothing_and_payments_are_forgotten() -> None:
    credit = Credit(1, 10.0)
    assert _pay(credit, 1.0, 0.8) == torch.tensor(0.8)
    assert _pay(credit, 0.5, 0.0, OFF) == 0.0
    for _ in range(8):
        _pay(credit, 0.0, 0.0, OFF)
    assert math.isclose(_pay(credit, -1.0, 0.0, OFF), -0.8 * math.exp(-1.0), abs_tol=1e-5)
    assert _pay(credit, -1.0, 0.0, OFF) == 0.0
    assert _pay(credit, 1.0, 0.0, OFF) == 0.0
