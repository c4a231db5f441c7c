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
        "deviation of the change in a second, at one half; unused where the close reveals",
        unit="cents",
        source="half of the recorded fast series",
        low=0,
        high=30.0,
    )
    jumps_per_hour: float = parameter(12.0, "rate of news", unit="1/h", low=0, high=36000.0)
    jump_cents: float = parameter(
        4.0,
        "deviation of a jump at one half (where the close reveals: at the opening)",
        unit="cents",
        low=0,
        high=30.0,
    )
    opening: float = parameter(
        0.35, "it opens uniformly within this of the centre", low=0, high=0.499
    )
    reveals: float = parameter(
        0.0,
        "share of the answer's variance known by the close, as of an option on a moving index; "
        "0: an even rate, and the answer stays open",
        low=0,
        high=0.9999,
    )
    unrest: float = parameter(
        0.0, "deviation of the logarithm of its volatility, between calm and busy times", low=0,
        high=3.0,
    )  # fmt: skip
    unrest_s: float = parameter(
        60.0, "time in which calm and busy are forgotten", unit="s", low=0.05, high=86400.0
    )
    centre: float = parameter(0.5, "middle of where it opens", low=0.001, high=0.999)

    def __post_init__(self) -> None:
        """Refuse an opening that is no probability.

        Raises:
            ValueError: with the reason.
        """
        super().__post_init__()
        if not self.opening < self.centre < 1.0 - self.opening:
            raise ValueError(
                f"scenario.belief opens within {self.opening} of {self.centre}, which leaves "
                "(0, 1): choose a smaller opening"
            )
