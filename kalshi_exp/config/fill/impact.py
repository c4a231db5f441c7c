"""What our taking does to the prices that we trade at afterwards."""

from dataclasses import dataclass
from typing import final

from kalshi_exp.config.checks import within


@final
@dataclass
class Impact:
    """Concave in size over depth, and decaying; it only ever costs. Zeros: none.

    A take of `size` contracts moves prices against us by `cents * (size / depth) ** exponent`,
    where depth is what the side showed on the five levels from its touch. Orders under 20 contracts
    are small, from 100 large. What prices move by in all is rounded to the nearest level.
    """

    small: float = 0.0  # cents when all the depth is taken
    medium: float = 0.0
    large: float = 0.0
    exponent: float = 0.5
    half_life_s: float = 10.0
    widen_cents: float = 0.0  # of the spread, after a medium or large take
    widen_s: float = 45.0  # for so long

    def __post_init__(self) -> None:
        for name in ("small", "medium", "large", "widen_cents"):
            within(f"fill.impact.{name}", getattr(self, name), 0.0, 50.0)
        within("fill.impact.exponent", self.exponent, 0.0, 1.0)
        within("fill.impact.half_life_s", self.half_life_s, 0.01, 3600.0)
        within("fill.impact.widen_s", self.widen_s, 0.0, 3600.0)
