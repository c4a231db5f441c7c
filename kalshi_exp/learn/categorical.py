"""The masked categorical distribution, exact: an illegal action has probability zero."""

from __future__ import annotations

import torch
from torch import Tensor


def log_probabilities(logits: Tensor, mask: Tensor) -> Tensor:
    """Log-softmax over the legal actions.

    Args:
        logits: float[..., A].
        mask: bool[..., A], True where legal; every row has at least one.

    Returns:
        float[..., A]; minus infinity where illegal. Gradients are finite everywhere.
    """
    return torch.log_softmax(logits.masked_fill(~mask, -torch.inf), dim=-1)


def entropy(log_prob: Tensor, mask: Tensor) -> Tensor:
    """Entropy in nats over the legal actions.

    Args:
        log_prob: float[..., A], from `log_probabilities`.
        mask: bool[..., A].

    Returns:
        float[...].
    """
    # 0 x -inf would be nan, so the logarithm is zeroed where the probability is.
    return -(log_prob.exp() * log_prob.masked_fill(~mask, 0.0)).sum(-1)


def chosen(log_prob: Tensor, action: Tensor) -> Tensor:
    """Log-probability of the actions taken.

    Args:
        log_prob: float[..., A].
        action: int64[...].

    Returns:
        float[...].
    """
    return log_prob.gather(-1, action.unsqueeze(-1)).squeeze(-1)


def mode(log_prob: Tensor) -> Tensor:
    """Most probable legal action, the lowest number on a tie: int64[...]."""
    return log_prob.argmax(-1)


def sample(log_prob: Tensor, uniform: Tensor) -> Tensor:
    """Draw by inverse distribution function, so that one number in decides one action out.

    Args:
        log_prob: float[..., A], from `log_probabilities`.
        uniform: float[...] in [0, 1).

    Returns:
        int64[...], legal whatever the rounding.
    """
    cumulative = log_prob.exp().cumsum(-1)
    # Scaled by the sum as rounded, and strictly below it: the first place above the target then
    # exists, and is a place where the sum rose, which only a legal action does.
    total = cumulative[..., -1:]
    target = torch.minimum(
        uniform.to(cumulative.dtype).unsqueeze(-1) * total,
        torch.nextafter(total, torch.zeros_like(total)),
    )
    return (cumulative <= target).sum(-1)
