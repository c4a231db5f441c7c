"""Experience, a rollout at a time: the loader that Lightning draws its batches from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, final

import torch
from tensordict import TensorDict, TensorDictBase
from torch import Tensor

from kalshi_exp.learn.policy import ActorCritic
from kalshi_exp.learn.snapshots import freeze, thaw


class Environment(Protocol):
    """What is asked of an environment: a batch-locked TorchRL EnvBase that can be put back.

    Its keys are observation float32[N, F], action_mask bool[N, A], weight float32[N], action
    int64[N], reward float32[N, 1] and done, terminated, truncated bool[N, 1].
    """

    batch_size: torch.Size

    def reset(self, tensordict: TensorDictBase | None = None) -> TensorDictBase: ...  # noqa: D102

    def step(self, tensordict: TensorDictBase) -> TensorDictBase: ...  # noqa: D102

    def snapshot(self) -> dict[str, Any]: ...  # noqa: D102

    def restore(self, snapshot: dict[str, Any]) -> None: ...  # noqa: D102


_CARRIED = ("observation", "action_mask", "weight")


@final
class Rollouts:
    """A finite loader whose items are rollouts of [N, T] decisions, made when they are asked for.

    The carry between rollouts is explicit, and `snapshot` holds it with the environment's own
    state and the sampler's, so that a resumed run goes on to the bit. An item's tensors are
    reused by the next one.

    It has a length on purpose: Lightning fetches one batch ahead from a loader without, and the
    rollout would then come from the policy before last.
    """

    def __init__(
        self,
        environment: Environment,
        policy: ActorCritic,
        steps: int,
        length: int,
        generator: torch.Generator,
    ) -> None:
        """Allocate a rollout.

        Args:
            environment: N rows that decide at once.
            policy: what decides, and values what it sees; read anew at each rollout.
            steps: decisions a rollout T.
            length: rollouts an epoch.
            generator: where the draws of the sampled policy come from.
        """
        self._environment = environment
        self._policy = policy
        self._generator = generator
        self._length = length
        rows = environment.batch_size[0]
        self.rows, self.steps = rows, steps
        inputs, actions = len(policy.inputs), policy.actions
        flag: Callable[[], Tensor] = lambda: torch.zeros(rows, steps, 1, dtype=torch.bool)  # noqa: E731
        number: Callable[[], Tensor] = lambda: torch.zeros(rows, steps, 1)  # noqa: E731
        self._batch = TensorDict(
            {
                "observation": torch.zeros(rows, steps, inputs),
                "action_mask": torch.zeros(rows, steps, actions, dtype=torch.bool),
                "weight": torch.zeros(rows, steps),
                "action": torch.zeros(rows, steps, dtype=torch.int64),
                "log_prob": torch.zeros(rows, steps),
                "state_value": number(),
                "next_state_value": number(),
                "reward": number(),
                "done": flag(),
                "terminated": flag(),
                "truncated": flag(),
            },
            batch_size=[rows, steps],
        )
        self._carry: dict[str, Tensor] = {}
        self._returns = torch.zeros(rows, dtype=torch.float64)
        self._played = torch.zeros(rows)
        self.episodes: list[float] = []

    def __len__(self) -> int:
        """Rollouts an epoch."""
        return self._length

    def __iter__(self) -> Iterator[TensorDict]:
        """Collect an epoch's rollouts, each at the moment it is asked for."""
        for _ in range(self._length):
            yield self.collect()

    @torch.no_grad()
    def collect(self) -> TensorDict:
        """Play T decisions and value them.

        Returns:
            A TensorDict [N, T] with observation, action_mask, weight, action, log_prob,
            state_value, next_state_value, reward, done, terminated and truncated.
            `episodes` then holds the returns of the episodes that ended, in order.

        Raises:
            RuntimeError: the environment left a row without a legal action.
        """
        policy, environment, batch = self._policy, self._environment, self._batch
        device = next(policy.parameters()).device
        if not self._carry:
            self._carry = self._begin(environment.reset())
        self.episodes = []
        columns = {name: batch.get(name) for name in batch.keys()}  # noqa: SIM118
        finals: list[tuple[Tensor, int, Tensor]] = []
        draws = torch.rand(self.steps, self.rows, generator=self._generator)
        for t in range(self.steps):
            carry = self._carry
            for name in _CARRIED:
                columns[name][:, t] = carry[name]
            with torch.inference_mode():
                action, log_prob = policy.act(
                    carry["observation"].to(device),
                    carry["action_mask"].to(device),
                    draws[t].to(device),
                )
            action = action.cpu()
            columns["action"][:, t] = action
            columns["log_prob"][:, t] = log_prob
            # The contiguous original: a kernel would be compiled again for a strided column.
            step_input = TensorDict({"action": action}, batch_size=[self.rows])
            after = environment.step(step_input).get("next")
            for name in ("reward", "done", "terminated", "truncated"):
                columns[name][:, t] = after.get(name)
            done = columns["done"][:, t, 0]
            self._count(columns["reward"][:, t, 0], carry["weight"], done)
            self._carry = {name: after.get(name) for name in _CARRIED}
            if bool(done.any()):
                cut = (columns["truncated"][:, t, 0] & ~columns["terminated"][:, t, 0]).nonzero()
                rows = cut.squeeze(-1)
                if len(rows):
                    finals.append((rows, t, self._carry["observation"][rows].clone()))
                self._restart(done)
        if not bool(columns["action_mask"].any(-1).all()):
            raise RuntimeError("the environment left a row without a legal action; HOLD must be")
        self._value(columns, finals, device)
        return batch

    def _begin(self, first: TensorDictBase) -> dict[str, Tensor]:
        return {name: first.get(name).clone() for name in _CARRIED}

    def _restart(self, done: Tensor) -> None:
        fresh = self._environment.reset(
            TensorDict({"_reset": done.unsqueeze(-1)}, batch_size=[self.rows])
        )
        for name, old in self._carry.items():
            where = done if old.ndim == 1 else done.unsqueeze(-1)
            self._carry[name] = torch.where(where, fresh.get(name), old)

    def _count(self, reward: Tensor, weight: Tensor, done: Tensor) -> None:
        self._returns += reward
        self._played += weight
        if bool(done.any()):
            # A row that never had a market to decide on is no episode.
            self.episodes += self._returns[done & (self._played > 0)].tolist()
            self._returns[done] = 0.0
            self._played[done] = 0.0

    @torch.inference_mode()
    def _value(
        self,
        columns: dict[str, Tensor],
        finals: list[tuple[Tensor, int, Tensor]],
        device: torch.device,
    ) -> None:
        value, following = columns["state_value"], columns["next_state_value"]
        seen = columns["observation"].flatten(0, 1).to(device)
        value.copy_(self._policy.value(seen).view(value.shape))
        following[:, :-1] = value[:, 1:]
        last = self._policy.value(self._carry["observation"].to(device))
        following[:, -1, 0] = last
        if finals:
            # What followed a truncation is the observation before the reset, not the one after.
            ends = self._policy.value(torch.cat([end for *_, end in finals]).to(device)).cpu()
            for (rows, t, _), end in zip(
                finals, ends.split([len(rows) for rows, *_ in finals]), strict=True
            ):
                following[rows, t, 0] = end

    def snapshot(self) -> dict[str, Any]:
        """Everything the next rollout depends on, but the policy: tensors only."""
        return {
            "environment": freeze(self._environment.snapshot()),
            "carry": {name: value.clone() for name, value in self._carry.items()},
            "returns": self._returns.clone(),
            "played": self._played.clone(),
            "generator": self._generator.get_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to where `snapshot` was taken."""
        self._environment.restore(thaw(state["environment"]))
        self._carry = {name: value.clone() for name, value in state["carry"].items()}
        self._returns = state["returns"].clone()
        self._played = state["played"].clone()
        self._generator.set_state(state["generator"].cpu())

    def state_dict(self) -> dict[str, Any]:
        """Nothing: Lightning would put it back only in the middle of an epoch.

        The learner's own checkpoint hooks call `snapshot` and `restore` instead.
        """
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Accept that nothing."""
