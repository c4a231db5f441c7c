"""The policy: an actor and a critic on the observation, which knows its inputs by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, final

import torch
from tensordict import TensorDictBase
from tensordict.nn import TensorDictModuleBase
from torch import Tensor, nn

from kalshi_exp.config.policy import Activation
from kalshi_exp.config.policy import Policy as Shape
from kalshi_exp.learn import categorical

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    Activation.tanh: nn.Tanh,
    Activation.relu: nn.ReLU,
    Activation.silu: nn.SiLU,
}


class FeatureSetError(ValueError):
    """A policy was made for other inputs than it is asked to read."""


def _perceptron(widths: Sequence[int], activation: type[nn.Module]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for wide, narrow in pairwise(widths[:-1]):
        layers += [nn.Linear(wide, narrow), activation()]
    return nn.Sequential(*layers, nn.Linear(widths[-2], widths[-1]))


def _initialise(network: nn.Sequential, gain: float, generator: torch.Generator) -> None:
    linears = [layer for layer in network if isinstance(layer, nn.Linear)]
    for layer in linears:
        last = layer is linears[-1]
        nn.init.orthogonal_(layer.weight, gain if last else 2.0**0.5, generator=generator)
        nn.init.zeros_(layer.bias)


@final
class ActorCritic(nn.Module):
    """Two perceptrons on one observation: action logits and a value.

    Attributes:
        inputs: name of each observation column, in order.
        actions: number of actions A.
        shape: widths and nonlinearity.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        actions: int,
        shape: Shape,
        generator: torch.Generator | None = None,
    ) -> None:
        """Make the networks with orthogonal weights and a nearly uniform first policy.

        Args:
            inputs: name of each observation column, in order.
            actions: number of actions.
            shape: widths and nonlinearity.
            generator: where the first weights come from; seed 0 when not given.
        """
        super().__init__()
        self.inputs = tuple(inputs)
        self.actions = actions
        self.shape = shape
        generator = generator or torch.Generator().manual_seed(0)
        activation = _ACTIVATIONS[shape.activation]
        widths = [len(self.inputs), *shape.hidden]
        self.actor = _perceptron([*widths, actions], activation)
        self.critic = _perceptron([*widths, 1], activation)
        _initialise(self.actor, 0.01, generator)
        _initialise(self.critic, 1.0, generator)

    def logits(self, observation: Tensor) -> Tensor:
        """Action logits: float[..., A] of float[..., F]."""
        output: Tensor = self.actor(observation)
        return output

    def value(self, observation: Tensor) -> Tensor:
        """Value: float[...] of float[..., F]."""
        output: Tensor = self.critic(observation)
        return output.squeeze(-1)

    def act(
        self, observation: Tensor, mask: Tensor, uniform: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Choose actions.

        Args:
            observation: float[..., F].
            mask: bool[..., A], legal actions.
            uniform: float[...] in [0, 1) to sample with; None takes the most probable action.

        Returns:
            Actions int64[...] and their log-probabilities float[...].
        """
        log_prob = categorical.log_probabilities(self.logits(observation), mask)
        if uniform is None:
            action = categorical.mode(log_prob)
        else:
            action = categorical.sample(log_prob, uniform)
        return action, categorical.chosen(log_prob, action)

    def payload(self) -> dict[str, Any]:
        """Everything that makes this policy again, as plain values and tensors."""
        return {
            "inputs": list(self.inputs),
            "actions": self.actions,
            "hidden": list(self.shape.hidden),
            "activation": self.shape.activation.name,
            "state": {name: value.detach().clone() for name, value in self.state_dict().items()},
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> ActorCritic:
        """Make a policy from `payload()`."""
        shape = Shape(hidden=list(payload["hidden"]), activation=Activation[payload["activation"]])
        policy = cls(payload["inputs"], payload["actions"], shape)
        policy.load_state_dict(payload["state"])
        return policy

    def require_inputs(self, inputs: Sequence[str], source: str) -> None:
        """Refuse another feature set.

        Args:
            inputs: names of the observation columns the policy is about to read.
            source: where the policy came from, for the message.

        Raises:
            FeatureSetError: the names differ, or their order does.
        """
        if self.inputs == tuple(inputs):
            return
        gone = [name for name in self.inputs if name not in set(inputs)]
        new = [name for name in inputs if name not in set(self.inputs)]
        how = f"it knows {_some(gone)} which are not there and lacks {_some(new)}"
        if not gone and not new:
            how = "the features are the same in another order"
        raise FeatureSetError(
            f"the policy in {source} was trained on another feature set "
            f"({len(self.inputs)} inputs against {len(inputs)}: {how}); "
            "evaluate it with the version that trained it, or train again"
        )

    @torch.no_grad()
    def warm_start(self, source: ActorCritic) -> list[str]:
        """Take over another policy's weights by feature name; a new feature starts with no effect.

        The critic comes along: reward terms are summed in the same dollars, so that it is a far
        better first guess than none, and a new term's share of the value is soon learned.

        Args:
            source: a policy of the same hidden widths, nonlinearity and number of actions.

        Returns:
            Names of the inputs that `source` did not know.

        Raises:
            FeatureSetError: hidden widths, the nonlinearity or actions differ.
        """
        if source.actions != self.actions:
            raise FeatureSetError(
                f"a policy of {source.actions} actions cannot start one of {self.actions}: "
                "train it anew"
            )
        if list(source.shape.hidden) != list(self.shape.hidden):
            raise FeatureSetError(
                f"a policy of widths {source.shape.hidden} cannot start one of "
                f"{self.shape.hidden}: give policy.hidden={_bare(source.shape.hidden)}"
            )
        if source.shape.activation is not self.shape.activation:
            name = source.shape.activation.name
            raise FeatureSetError(
                f"a policy with {name} between its layers cannot start one with "
                f"{self.shape.activation.name}: give policy.activation={name}"
            )
        known = {name: column for column, name in enumerate(source.inputs)}
        shared = [(column, known[n]) for column, n in enumerate(self.inputs) if n in known]
        to, of = [list(side) for side in zip(*shared, strict=True)] if shared else ([], [])
        theirs = source.state_dict()
        for name, mine in self.state_dict().items():
            if name in ("actor.0.weight", "critic.0.weight"):
                mine.zero_()
                mine[:, to] = theirs[name][:, of]
            else:
                mine.copy_(theirs[name])
        return [name for name in self.inputs if name not in known]


def _bare(widths: Sequence[int]) -> str:
    return "[" + ",".join(map(str, widths)) + "]"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:3])
    return f"{shown}{' and others' if len(names) > 3 else ''}" if names else "none"


@final
class PolicyModule(TensorDictModuleBase):
    """The policy as TorchRL calls it, for `env.rollout(steps, policy=PolicyModule(policy))`."""

    in_keys = ["observation", "action_mask"]
    out_keys = ["action", "log_prob", "state_value"]

    def __init__(self, policy: ActorCritic, generator: torch.Generator | None = None) -> None:
        """Wrap a policy.

        Args:
            policy: what decides.
            generator: where draws come from; None plays the most probable action.
        """
        super().__init__()
        self.policy = policy
        self.generator = generator

    @torch.inference_mode()
    def forward(self, tensordict: TensorDictBase) -> TensorDictBase:
        """Write `action`, `log_prob` [..., 1] and `state_value` [..., 1] into the tensordict."""
        observation = tensordict.get("observation")
        uniform = None
        if self.generator is not None:
            uniform = torch.rand(observation.shape[:-1], generator=self.generator)
        action, log_prob = self.policy.act(observation, tensordict.get("action_mask"), uniform)
        tensordict.set("action", action)
        tensordict.set("log_prob", log_prob.unsqueeze(-1))
        tensordict.set("state_value", self.policy.value(observation).unsqueeze(-1))
        return tensordict
