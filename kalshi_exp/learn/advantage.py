"""Advantages and value targets of a rollout."""

from __future__ import annotations

from torch import Tensor
from torchrl.objectives.value.functional import generalized_advantage_estimate


def advantages(
    value: Tensor,
    next_value: Tensor,
    reward: Tensor,
    done: Tensor,
    terminated: Tensor,
    *,
    gamma: float,
    gae_lambda: float,
) -> tuple[Tensor, Tensor]:
    """Generalised advantages, https://arxiv.org/abs/1506.02438, row by row.

    A terminated row's future is worth nothing; a truncated one's is worth `next_value`, and the
    sum stops there in both cases.

    Args:
        value: float[N, T, 1], of the observation decided on.
        next_value: float[N, T, 1], of the observation that followed, before any reset.
        reward: float[N, T, 1].
        done: bool[N, T, 1].
        terminated: bool[N, T, 1].
        gamma: discount a decision.
        gae_lambda: weight of longer estimates.

    Returns:
        Advantages and value targets, float[N, T, 1] each.
    """
    return generalized_advantage_estimate(  # type: ignore[no-any-return]
        gamma, gae_lambda, value, next_value, reward, done, terminated
    )
