from __future__ import annotations

from itertools import pairwise

import torch

from kalshi_exp.config.reward import PredictabilityReward
from kalshi_exp.env.actions import N_ACTIONS
from kalshi_exp.env.rewards import Predictability, Transition
from tests.env.rewards.transitions import transition


def _term(rows: int) -> Predictability:
    return Predictability(PredictabilityReward(weight=1.0, decay=0.9), rows)


def test_a_habit_is_penalised_more_and_more() -> None:
    term = _term(1)
    penalties = [float(term.value(transition([0.0], action=[7]))) for _ in range(20)]
    assert penalties[0] == 0.0
    assert all(later <= earlier for earlier, later in pairwise(penalties[1:]))
    assert penalties[-1] < -0.5


def test_uniform_play_is_hardly_foreseen() -> None:
    term = _term(64)
    generator = torch.Generator().manual_seed(0)
    total = torch.zeros(64)
    for _ in range(200):
        actions = torch.randint(N_ACTIONS, (64,), generator=generator).tolist()
        total += term.value(transition([0.0] * 64, action=actions))
    assert float(total.mean() / 200) > -0.05


def test_rows_that_could_not_choose_are_not_judged() -> None:
    term = _term(2)
    forced = transition([0.0, 0.0], action=[0, 0])
    mask = torch.zeros(2, N_ACTIONS, dtype=torch.bool)
    mask[:, 0] = True
    step = Transition(**{**forced.__dict__, "mask": mask})
    for _ in range(5):
        assert not term.value(step).any()
    assert not term.state_dict()["counts"].any()


def test_reset_and_state_round_trip() -> None:
    term, twin = _term(2), _term(2)
    for _ in range(5):
        term.value(transition([0.0, 0.0], action=[3, 4]))
    term.reset(torch.tensor([True, False]))
    twin.load_state_dict(term.state_dict())
    step = transition([0.0, 0.0], action=[3, 4])
    values = term.value(step)
    assert torch.equal(values, twin.value(step))
    assert float(values[0]) == 0.0 and float(values[1]) < -0.3
