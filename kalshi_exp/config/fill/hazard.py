"""How likely a resting order is to have its turn, by what is known of it and of the book."""

from dataclasses import dataclass, fields
from typing import final

from kalshi_exp.config.checks import within


@final
@dataclass
class HazardCoefficients:
    """Logarithm of an intensity per second: the intercept, and the effect of each covariate.

    As fitted to the scenario fast15m; fit your own tape.
    """

    intercept: float = 1.244
    ahead: float = -0.815  # log(1 + contracts in front of us at our level)
    spread: float = -0.129  # cents between the touches, at most 10; 10 where a touch is missing
    imbalance: float = -0.067  # size at our touch against the other: -1 (all there) to 1 (all here)
    activity: float = 0.084  # log(1 + trades of the last 60 s)
    closing: float = -0.023  # log(minutes to the close), from 3 seconds to a day
    behind: float = -0.31  # levels behind our touch, at most 10

    def __post_init__(self) -> None:
        for one in fields(self):
            within(f"fill.coefficients.{one.name}", getattr(self, one.name), -50.0, 50.0)
