"""`world=`: where the agent's orders go, and the rhythm and rules of an episode."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, final

from kalshi_exp.config.checks import at_least, refuse_base


class Clock(Enum):
    """What `decision.every` counts."""

    seconds = "seconds"
    messages = "messages"


@final
@dataclass
class Decision:
    """When the agent decides: every so many seconds, or messages of the event."""

    every: float = 1.0
    unit: Clock = Clock.seconds

    def __post_init__(self) -> None:
        at_least("world.decision.every", self.every, 0.001)


@dataclass
class World:
    """Base of every world; never used itself."""

    decision: Decision = field(default_factory=Decision)
    horizon: int = 300  # decisions in a training episode; the session's end comes first if sooner
    random_start: bool = True  # training episodes start anywhere in a session
    cash: float = 1000.0  # dollars in the event's one account at the start
    position_limit: int = 500  # contracts a market, either way
    order_ttl: float = 30.0  # seconds an order stands before it expires

    def __post_init__(self) -> None:
        refuse_base(self, World, "world")
        at_least("world.horizon", self.horizon, 2)
        at_least("world.cash", self.cash, 0.01)
        at_least("world.position_limit", self.position_limit, 1)
        at_least("world.order_ttl", self.order_ttl, 0.001)


@final
@dataclass
class TapeWorld(World):
    """Orders meet a recorded (or simulated) tape through a fill model."""


@final
@dataclass
class ExchangeWorld(World):
    """Orders enter the simulated exchange of `scenario`, and the other traders react."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.decision.unit is not Clock.seconds:
            raise ValueError(
                f"world.decision.unit is {self.decision.unit.value}; world=exchange decides every "
                "so many seconds, so set world.decision.unit=seconds"
            )


SCHEMAS: dict[str, Any] = {"tape": TapeWorld, "exchange": ExchangeWorld}
