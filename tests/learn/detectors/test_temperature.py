from __future__ import annotations

import numpy as np
import pytest
import torch

from kalshi_exp.learn.detectors.temperature import market_sharpness, pair_sharpness
from kalshi_exp.patterns.weights import HEADS


def test_a_network_that_is_too_sure_is_cooled_down_and_a_shy_one_believed() -> None:
    draws = np.random.default_rng(1)
    right = torch.from_numpy(draws.normal(0.0, 2.0, (40, 500, len(HEADS))).astype(np.float32))
    truth = (torch.sigmoid(right) > torch.from_numpy(draws.random(right.shape))).float()
    counts = torch.ones(truth.shape, dtype=torch.bool)
    factor = torch.tensor([2.0, 0.5, 1.0, 2.0, 0.5, 2.0])
    told = right * factor
    told[20:, :, 0] = 9.0  # where it does not count, nonsense does no harm
    counts[20:, :, 0] = False
    truth[:, :, 3] = 0.0
    sharp = market_sharpness(told, truth, counts)
    assert sharp[:3] == pytest.approx([0.5, 2.0, 1.0], rel=0.05)
    assert sharp[4] == pytest.approx(2.0, rel=0.05)
    assert sharp[3] == 1.0 and sharp[5] == 1.0, "never true, and the depth"


def test_signs_share_one_temperature() -> None:
    draws = np.random.default_rng(2)
    right = draws.normal(0.0, 2.0, (20_000, 4))
    same = draws.random(len(right)) < 1.0 / (1.0 + np.exp(-right[:, 0]))
    sign = (right[:, 1:] + draws.gumbel(size=(len(right), 3))).argmax(1)
    told = torch.from_numpy((right * [4.0, 2.0, 2.0, 2.0]).astype(np.float32))
    relations = torch.from_numpy(np.stack([same.astype(np.int64), sign], 1))
    sharp = pair_sharpness(told, relations)
    assert sharp == pytest.approx([0.25, 0.5, 0.5, 0.5], rel=0.06)
    assert pair_sharpness(told[:0], relations[:0]).tolist() == [1.0] * 4
