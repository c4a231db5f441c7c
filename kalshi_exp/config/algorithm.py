"""`algorithm=`: how the policy learns."""

from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.config.checks import at_least, within


@final
@dataclass
class PPO:
    """Proximal policy optimisation with a clipped objective and generalised advantages."""

    rollout: int = 64  # decisions a rollout, each environment
    epochs: int = 4
    minibatch: int = 4096  # rows
    learning_rate: float = 1e-3
    gamma: float = 0.999
    gae_lambda: float = 0.95
    clip: float = 0.2
    entropy: float = 0.01
    value: float = 0.5
    max_grad_norm: float = 0.5
    target_kl: float | None = None

    def __post_init__(self) -> None:
        at_least("algorithm.rollout", self.rollout, 1)
        at_least("algorithm.epochs", self.epochs, 1)
        at_least("algorithm.minibatch", self.minibatch, 1)
        within("algorithm.gamma", self.gamma, 0.0, 1.0)
        within("algorithm.gae_lambda", self.gae_lambda, 0.0, 1.0)
        within("algorithm.clip", self.clip, 0.0, 1.0)


SCHEMAS: dict[str, Any] = {"ppo": PPO}
