"""PPO's clipped objective for masked categorical actions.

Schulman et al. 2017, https://arxiv.org/abs/1707.06347. Written by hand because TorchRL's
ClipPPOLoss costs half as much again on small networks; a test holds the two equal.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from kalshi_exp.learn import categorical


class Loss(NamedTuple):
    """Weighted means over the rows; all scalars, only `total` carries a gradient.

    Attributes:
        total: what is minimised.
        policy: clipped surrogate, negated.
        value: mean squared error of the value, unscaled.
        entropy: nats.
        kl: estimate of KL(old | new) in nats, never negative (Schulman's k3).
        clipped: share of rows whose probability ratio was clipped.
    """

    total: Tensor
    policy: Tensor
    value: Tensor
    entropy: Tensor
    kl: Tensor
    clipped: Tensor


def clipped_loss(
    logits: Tensor,
    value: Tensor,
    mask: Tensor,
    action: Tensor,
    old_log_prob: Tensor,
    advantage: Tensor,
    target: Tensor,
    weight: Tensor,
    *,
    clip: float,
    entropy: float,
    critic: float,
) -> Loss:
    """The loss of one minibatch of R rows.

    Args:
        logits: float[R, A], the actor's output now.
        value: float[R], the critic's output now.
        mask: bool[R, A], legal actions.
        action: int64[R], as taken.
        old_log_prob: float[R], of `action` when it was taken.
        advantage: float[R].
        target: float[R], what the critic should have said.
        weight: float[R], not negative; a row of weight 0 has no influence at all.
        clip: how far the probability ratio may move from one.
        entropy: coefficient of the entropy bonus.
        critic: coefficient of the value error.
    """
    log_prob = categorical.log_probabilities(logits, mask)
    log_ratio = categorical.chosen(log_prob, action) - old_log_prob
    ratio = log_ratio.exp()
    bounded = ratio.clamp(1.0 - clip, 1.0 + clip)
    share = weight / weight.sum()
    surrogate = share.dot((ratio * advantage).minimum(bounded * advantage))
    error = share.dot((value - target).square())
    spread = share.dot(categorical.entropy(log_prob, mask))
    total = critic * error - surrogate - entropy * spread
    with_no_gradient = ratio.detach()
    kl = share.dot(with_no_gradient - 1.0 - log_ratio.detach())
    outside = ((with_no_gradient - 1.0).abs() > clip).to(share.dtype)
    return Loss(total, -surrogate.detach(), error.detach(), spread.detach(), kl, share.dot(outside))
