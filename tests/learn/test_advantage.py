from __future__ import annotations

import torch

from kalshi_exp.learn.advantage import advantages


def _reference(value, following, reward, done, terminated, gamma, lam):
    """Row by row and step by step, as the paper writes it."""
    rows, steps = value.shape
    out = torch.zeros(rows, steps)
    for n in range(rows):
        running = 0.0
        for t in reversed(range(steps)):
            future = 0.0 if terminated[n, t] else float(following[n, t])
            delta = float(reward[n, t]) + gamma * future - float(value[n, t])
            running = delta + (0.0 if done[n, t] else gamma * lam * running)
            out[n, t] = running
    return out


def test_equals_a_scalar_reference_with_both_endings() -> None:
    g = torch.Generator().manual_seed(0)
    value, following, reward = (torch.randn(5, 30, generator=g) for _ in range(3))
    terminated = torch.rand(5, 30, generator=g) < 0.1
    truncated = (torch.rand(5, 30, generator=g) < 0.1) & ~terminated
    done = terminated | truncated
    assert terminated.any() and truncated.any()
    columns = (value, following, reward, done, terminated)
    advantage, target = advantages(
        *(column.unsqueeze(-1) for column in columns), gamma=0.97, gae_lambda=0.9
    )
    expected = _reference(*columns, 0.97, 0.9)
    torch.testing.assert_close(advantage.squeeze(-1), expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(target.squeeze(-1), expected + value, atol=1e-5, rtol=1e-5)
