from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchrl.modules import MaskedCategorical

from kalshi_exp.learn import categorical


def _rows(seed: int, rows: int = 64, actions: int = 21) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(rows, actions, generator=generator) * 5
    mask = torch.rand(rows, actions, generator=generator) < 0.3
    mask[:, 0] = True
    mask[: rows // 4, 1:] = False
    return logits, mask


def test_agrees_with_torchrl() -> None:
    logits, mask = _rows(0)
    theirs = MaskedCategorical(logits=logits, mask=mask)
    log_prob = categorical.log_probabilities(logits, mask)
    action = categorical.sample(log_prob, torch.rand(64))
    torch.testing.assert_close(categorical.chosen(log_prob, action), theirs.log_prob(action))
    torch.testing.assert_close(categorical.entropy(log_prob, mask), theirs.entropy())
    assert torch.equal(categorical.mode(log_prob), theirs.mode)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), edge=st.sampled_from([0.0, 0.5, 1.0 - 2.0**-24]))
def test_only_legal_actions_are_drawn(seed: int, edge: float) -> None:
    logits, mask = _rows(seed)
    log_prob = categorical.log_probabilities(logits * 4, mask)
    for uniform in (torch.full((64,), edge), torch.rand(64)):
        action = categorical.sample(log_prob, uniform)
        assert mask.gather(1, action.unsqueeze(1)).all()
    assert mask.gather(1, categorical.mode(log_prob).unsqueeze(1)).all()


def test_draws_have_the_stated_probabilities() -> None:
    logits, mask = _rows(3, rows=4)
    log_prob = categorical.log_probabilities(logits / 5, mask)
    grid = (torch.arange(100_000) + 0.5) / 100_000
    drawn = categorical.sample(log_prob[3].expand(100_000, -1), grid)
    share = torch.bincount(drawn, minlength=21) / 100_000
    torch.testing.assert_close(share, log_prob[3].exp(), atol=2e-5, rtol=0)


def test_gradients_are_finite_and_zero_on_illegal_logits() -> None:
    logits, mask = _rows(5)
    logits.requires_grad_()
    log_prob = categorical.log_probabilities(logits, mask)
    action = categorical.mode(log_prob)
    (categorical.entropy(log_prob, mask) + categorical.chosen(log_prob, action)).sum().backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
    assert (logits.grad[~mask] == 0).all()
    assert (logits.grad[mask] != 0).any()
