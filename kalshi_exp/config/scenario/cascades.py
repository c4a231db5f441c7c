"""Cascades of a scenario."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.checks import within
from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Cascades(Traits):
    """Liquidity that withdraws after a large move of the mid, and returns."""

    key: ClassVar[str] = "cascades"

    strength: float = strength(0.0)
    move_cents: float = parameter(
        5.0,
        "a move of more than this starts one",
        unit="cents",
        source="definition of the pattern",
        low=0.5,
        high=90,
    )
    window_s: float = parameter(
        30.0,
        "if it took less than this",
        unit="s",
        source="definition of the pattern",
        low=2.0,
        high=64.0,
    )
    reaction_ms: float = parameter(300.0, "mean time from the move to it", unit="ms", low=1.0)
    depth_low: float = parameter(
        0.3,
        "least share withdrawn, mean of both sides",
        source="definition of the pattern",
        low=0,
        high=0.75,
    )
    depth_high: float = parameter(0.6, "most", source="definition of the pattern", low=0, high=0.75)
    facing: float = parameter(
        0.25,
        "by what share of it the side that the price moves towards withdraws more, the other less",
        low=0,
        high=0.3,
    )
    fall: float = parameter(
        0.2, "falls draw their depth that much of the range higher than rises", low=0, high=1.0
    )
    return_low_s: float = parameter(
        45.0,
        "shortest time until all is back",
        unit="s",
        source="definition of the pattern",
        low=1.0,
    )
    return_high_s: float = parameter(
        90.0, "longest", unit="s", source="definition of the pattern", low=1.0
    )
    fear_cents: float = parameter(
        0.4,
        "what makers add to their half-spread when all is withdrawn",
        unit="cents",
        low=0,
        high=10,
    )
    refractory_s: float = parameter(
        120.0, "from the start of one to the next, at least", unit="s", low=0
    )

    def __post_init__(self) -> None:
        """Refuse ranges upside down.

        Raises:
            ValueError: a value lies outside of its bounds, or a range ends before it begins.
        """
        super().__post_init__()
        within("scenario.cascades.depth_high", self.depth_high, self.depth_low, 0.75)
        within("scenario.cascades.return_high_s", self.return_high_s, self.return_low_s, 3600.0)
