from __future__ import annotations

import math

import pytest
import torch

from kalshi_exp.config import RiskAdjustedReward
from kalshi_exp.env.rewards import RiskAdjusted
from tests.env.rewards.transitions import transition


def _term(rows: int = 1) -> RiskAdjusted:
    return RiskAdjusted(RiskAdjustedReward(decay=0.9, floor=0.5, limit=3.0), rows)


def test_pnl_over_the_deviation_known_before_the_step() -> None:
    term, square = _term(), 0.25
    for pnl in (0.3, -0.8, 0.0, 1.1, -0.2, 0.6):
        got = float(term.value(transition([pnl])))
        assert got == pytest.approx(max(-3.0, min(3.0, pnl / math.sqrt(max(square, 0.25)))))
        if pnl != 0.0:
            square = 0.9 * square + 0.1 * pnl**2


def test_the_same_money_counts_less_after_wild_times() -> None:
    calm, wild = _term(), _term()
    for sign in (1.0, -1.0) * 30:
        calm.value(transition([0.1 * sign]))
        wild.value(transition([2.0 * sign]))
    assert float(calm.value(transition([0.5]))) > 3.0 * float(wild.value(transition([0.5])))


def test_a_shock_is_limited() -> None:
    assert float(_term().value(transition([-40.0]))) == -3.0


def test_reset_forgets_only_the_rows_it_names_and_state_goes_round() -> None:
    term, twin = _term(2), _term(2)
    for _ in range(20):
        term.value(transition([2.0, -2.0]))
    term.reset(torch.tensor([True, False]))
    twin.load_state_dict(term.state_dict())
    step = transition([0.5, 0.5])
    values = term.value(step)
    assert torch.equal(values, twin.value(step))
    assert float(values[0]) == 1.0 > float(values[1])
