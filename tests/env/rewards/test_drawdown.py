from __future__ import annotations

import torch

from kalshi_exp.config.reward import DrawdownReward
from kalshi_exp.env.rewards import make_reward
from tests.env.rewards.transitions import transition

PATH = [1.0, 3.0, 2.0, 0.0, 1.0, -1.0, 5.0, 4.0]


def test_sum_over_an_episode_is_minus_the_deepest_drawdown() -> None:
    reward = make_reward({"drawdown": DrawdownReward(weight=1.0, scale=2.0)}, 1)
    total = sum(float(reward(transition([0.0], [level]))) for level in PATH)
    assert total == -4.0 / 2.0


def test_reset_forgets_only_the_rows_it_names_and_state_goes_round() -> None:
    reward = make_reward({"drawdown": DrawdownReward(weight=1.0, scale=1.0)}, 2)
    reward(transition([0.0, 0.0], [3.0, 3.0]))
    reward.reset(torch.tensor([True, False]))
    twin = make_reward({"drawdown": DrawdownReward(weight=1.0, scale=1.0)}, 2)
    twin.load_state_dict(reward.state_dict())
    step = transition([0.0, 0.0], [1.0, 1.0])
    assert reward(step).tolist() == [0.0, -2.0]
    assert twin(step).tolist() == [0.0, -2.0]
