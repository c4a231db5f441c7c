"""Market makers of a scenario."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Maker(Traits):
    """Market makers who quote around a lagged belief, leaning against inventory."""

    key: ClassVar[str] = "maker"

    strength: float = strength()
    count: int = parameter(1, "makers side by side", low=1, high=8)
    reaction_spread: float = parameter(
        1.0,
        "times by which the slowest maker is slower than the first, in lag and alert",
        low=1.0,
        high=10000.0,
    )
    half_spread_cents: float = parameter(
        0.25,
        "from the middle to a quote, before rounding outwards to the grid",
        unit="cents",
        low=0,
    )
    levels: int = parameter(4, "price levels quoted on each side", low=1, high=50)
    size: float = parameter(60.0, "median size of a quote", unit="contracts", low=1.0)
    lag_ms: float = parameter(400.0, "age of the belief that is quoted around", unit="ms", low=0)
    refresh_s: float = parameter(1.0, "mean time between looks", unit="s", low=0.01)
    alert_ms: float = parameter(
        100.0, "from being taken from to the look that follows", unit="ms", low=0
    )
    inventory_limit: float = parameter(
        20000.0, "position at which the maker stops adding to it", unit="contracts", low=1.0
    )
    skew_cents: float = parameter(0.5, "lean of the middle at that limit", unit="cents", low=0)
