from __future__ import annotations

import pytest
import torch

from kalshi_exp.config import Activation, Policy
from kalshi_exp.learn.checkpoints import read_policy, save_policy
from kalshi_exp.learn.policy import ActorCritic, FeatureSetError


def _policy(inputs, hidden=(8, 8), actions=21) -> ActorCritic:
    return ActorCritic(inputs, actions, Policy(hidden=list(hidden)), torch.Generator())


def test_first_policy_is_nearly_uniform_and_seeded() -> None:
    one, two = _policy("abcd"), _policy("abcd")
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    observation = torch.randn(100, 4)
    assert float(one.logits(observation).detach().softmax(-1).std()) < 0.005


def test_round_trip_through_a_file(tmp_path) -> None:
    policy = _policy("abcd")
    save_policy(policy, tmp_path / "deep" / "policy.pt")
    again = read_policy(tmp_path / "deep" / "policy.pt")
    observation = torch.randn(10, 4)
    assert torch.equal(policy.logits(observation), again.logits(observation))
    assert torch.equal(policy.value(observation), again.value(observation))
    assert again.inputs == tuple("abcd")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["policy.pt"]


@pytest.mark.parametrize("inputs", ["abce", "abc", "abcde", "abdc"])
def test_another_feature_set_is_refused_in_one_sentence(inputs: str) -> None:
    with pytest.raises(FeatureSetError) as caught:
        _policy("abcd").require_inputs(inputs, "outputs/somewhere")
    sentence = str(caught.value)
    assert "outputs/somewhere" in sentence and "feature set" in sentence
    assert "\n" not in sentence and ". " not in sentence
    _policy("abcd").require_inputs("abcd", "here")


def test_warm_start_goes_by_name() -> None:
    old, new = _policy("abcd"), _policy("dxba")
    with torch.no_grad():
        for parameter in old.parameters():
            parameter += torch.randn(parameter.shape)
    assert new.warm_start(old) == ["x"]
    seen = torch.randn(10, 4)
    d, b, a = seen[:, 3], seen[:, 1], seen[:, 0]
    without_c = seen.clone()
    without_c[:, 2] = 0.0
    rearranged = torch.stack([d, torch.randn(10) * 100, b, a], 1)
    torch.testing.assert_close(new.logits(rearranged), old.logits(without_c))
    torch.testing.assert_close(new.value(rearranged), old.value(without_c))


def test_a_new_feature_leaves_every_bit_as_it_was() -> None:
    """At the network's own sizes; BLAS adds in another order for a handful of rows."""
    names = [f"feature {n}" for n in range(84)]
    known = [name for n, name in enumerate(names) if n % 7 not in (2, 5)]
    old, new = _policy(known, hidden=(64, 64)), _policy(names, hidden=(64, 64))
    with torch.no_grad():
        for parameter in old.parameters():
            parameter += 0.3 * torch.randn(parameter.shape)
    new.warm_start(old)
    columns = [names.index(name) for name in known]
    for rows in (64, 4096):
        seen = torch.randn(rows, len(names))
        before = seen[:, columns].contiguous()
        assert torch.equal(new.logits(seen), old.logits(before))
        assert torch.equal(new.value(seen), old.value(before))


@pytest.mark.parametrize(
    ("shape", "actions", "told"),
    [
        (Policy(hidden=[8, 4]), 21, r"policy\.hidden=\[8,4\]"),
        (Policy(hidden=[8, 8], activation=Activation.relu), 21, r"policy\.activation=relu"),
        (Policy(hidden=[8, 8]), 3, "3 actions"),
    ],
)
def test_warm_start_refuses_another_network(shape: Policy, actions: int, told: str) -> None:
    with pytest.raises(FeatureSetError, match=told):
        _policy("ab").warm_start(ActorCritic("ab", actions, shape))
