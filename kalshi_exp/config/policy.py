"""`policy=`: the network."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, final


class Activation(Enum):
    """Nonlinearity between layers."""

    tanh = "tanh"
    relu = "relu"
    silu = "silu"


@final
@dataclass
class Policy:
    """An actor and a critic, each a perceptron on the observation."""

    hidden: list[int] = field(default_factory=lambda: [64, 64])
    activation: Activation = Activation.tanh

    def __post_init__(self) -> None:
        if not self.hidden or min(self.hidden) < 1:
            raise ValueError(f"policy.hidden is {self.hidden}; give at least one positive width")


SCHEMAS: dict[str, Any] = {"mlp": Policy}
