from __future__ import annotations

import pytest
import torch
from tensordict import TensorDict
from tensordict.nn import TensorDictModule
from torchrl.modules import MaskedCategorical, ProbabilisticActor
from torchrl.objectives import ClipPPOLoss

from kalshi_exp.learn import categorical
from kalshi_exp.learn.loss import Loss, clipped_loss

ROWS = 256


def _data(seed: int) -> dict[str, torch.Tensor]:
    g = torch.Generator().manual_seed(seed)
    mask = torch.rand(ROWS, 3, generator=g) < 0.7
    mask[:, 0] = True
    action = torch.where(mask[:, 2], 2, 0)
    return {
        "observation": torch.randn(ROWS, 7, generator=g),
        "mask": mask,
        "action": action,
        "old_log_prob": -torch.rand(ROWS, generator=g) * 2,
        "advantage": torch.randn(ROWS, generator=g),
        "target": torch.randn(ROWS, generator=g),
        "weight": torch.ones(ROWS),
    }


def _ours(policy, data: dict[str, torch.Tensor]) -> Loss:
    rest = {name: value for name, value in data.items() if name != "observation"}
    return clipped_loss(
        policy.logits(data["observation"]),
        policy.value(data["observation"]),
        **rest,
        clip=0.2,
        entropy=0.013,
        critic=0.7,
    )


def test_equals_clip_ppo_loss_in_value_and_gradient(corridor) -> None:
    policy, data = corridor.policy(), _data(1)
    for parameter in policy.parameters():
        parameter.data += 0.1 * torch.randn(
            parameter.shape, generator=torch.Generator().manual_seed(7)
        )
    loss = _ours(policy, data)
    loss.total.backward()
    mine = [parameter.grad.clone() for parameter in policy.parameters()]
    policy.zero_grad()
    actor = ProbabilisticActor(
        TensorDictModule(policy.actor, in_keys=["observation"], out_keys=["logits"]),
        in_keys={"logits": "logits", "mask": "mask"},
        out_keys=["action"],
        distribution_class=MaskedCategorical,
        return_log_prob=True,
    )
    critic = TensorDictModule(policy.critic, in_keys=["observation"], out_keys=["state_value"])
    theirs = ClipPPOLoss(
        actor,
        critic,
        clip_epsilon=0.2,
        entropy_coeff=0.013,
        critic_coeff=0.7,
        loss_critic_type="l2",
        normalize_advantage=False,
    )
    out = theirs(
        TensorDict(
            {
                "observation": data["observation"],
                "mask": data["mask"],
                "action": data["action"],
                "action_log_prob": data["old_log_prob"],
                "advantage": data["advantage"].unsqueeze(-1),
                "value_target": data["target"].unsqueeze(-1),
            },
            batch_size=[ROWS],
        )
    )
    total = out["loss_objective"] + out["loss_critic"] + out["loss_entropy"]
    torch.testing.assert_close(loss.total, total)
    torch.testing.assert_close(loss.policy, out["loss_objective"].detach())
    torch.testing.assert_close(loss.value * 0.7, out["loss_critic"].detach())
    torch.testing.assert_close(loss.entropy, out["entropy"].detach())
    torch.testing.assert_close(loss.clipped, out["clip_fraction"].detach())
    total.backward()
    for parameter, gradient in zip(policy.parameters(), mine, strict=True):
        assert parameter.grad is not None
        torch.testing.assert_close(parameter.grad, gradient)


def test_a_row_of_weight_zero_has_no_influence(corridor) -> None:
    policy, data = corridor.policy(), _data(2)
    data["weight"][::2] = 0.0
    whole = _ours(policy, data)
    kept = _ours(policy, {name: value[1::2] for name, value in data.items()})
    for mine, other in zip(whole, kept, strict=True):
        torch.testing.assert_close(mine, other)
    data["advantage"][::2] = 1e6
    data["target"][::2] = -1e6
    torch.testing.assert_close(_ours(policy, data).total, whole.total)


def test_kl_is_zero_at_the_old_policy_and_positive_elsewhere(corridor) -> None:
    policy, data = corridor.policy(), _data(3)
    assert float(_ours(policy, data).kl) > 0.0
    log_prob = categorical.log_probabilities(policy.logits(data["observation"]), data["mask"])
    data["old_log_prob"] = categorical.chosen(log_prob, data["action"]).detach()
    assert float(_ours(policy, data).kl) == pytest.approx(0.0, abs=1e-7)
