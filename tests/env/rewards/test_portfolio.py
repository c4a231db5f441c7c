from __future__ import annotations

import torch

from kalshi_exp.config.reward import PortfolioReward
from kalshi_exp.env.rewards import make_reward
from tests.env.rewards.transitions import transition


def test_reward_is_weight_times_money_over_scale() -> None:
    reward = make_reward({"portfolio": PortfolioReward(weight=2.0, scale=4.0)}, 3)
    assert torch.equal(reward(transition([4.0, -2.0, 0.0])), torch.tensor([2.0, -1.0, 0.0]))
