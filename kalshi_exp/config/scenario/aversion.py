"""Aversion to extreme prices in a scenario."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Aversion(Traits):
    """Liquidity that shrinks and widens where the answer is nearly known."""

    key: ClassVar[str] = "aversion"

    strength: float = strength(0.0)
    low_cents: float = parameter(
        15.0,
        "it begins below this mid",
        unit="cents",
        source="definition of the pattern",
        low=1.0,
        high=50.0,
    )
    high_cents: float = parameter(
        85.0,
        "and above this one",
        unit="cents",
        source="definition of the pattern",
        low=50.0,
        high=99.0,
    )
    shrink: float = parameter(
        0.6, "share of liquidity gone at the end of the scale", low=0, high=0.95
    )
    widen_cents: float = parameter(
        1.3, "what makers add to their half-spread there", unit="cents", low=0, high=10.0
    )
