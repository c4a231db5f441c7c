"""The true probability of a scenario."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter


@final
@dataclass
class Belief(Traits):
    """The true probability: a latent walk that jumps with news and ends at settlement."""

    key: ClassVar[str] = "belief"

    volatility_cents: float = parameter(
        0.8,
        "deviation of the change in a second, at one half",
        unit="cents",
        source="half of the recorded fast series",
        low=0,
        high=30.0,
    )
    jumps_per_hour: float = parameter(12.0, "rate of news", unit="1/h", low=0, high=36000.0)
    jump_cents: float = parameter(
        4.0, "deviation of a jump at one half", unit="cents", low=0, high=30.0
    )
    opening: float = parameter(0.35, "it opens uniformly within this of one half", low=0, high=0.49)
