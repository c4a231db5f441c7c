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
        "times by which the slowest maker is slower than the first, in lag, looks and alert",
        low=1.0,
        high=10000.0,
    )
    half_spread_cents: float = parameter(
        0.25,
        "from the middle to a quote, before rounding outwards to the grid",
        unit="cents",
        low=0,
    )
    width_spread: float = parameter(
        1.0, "times by which the slowest maker quotes wider than the first", low=1.0, high=100.0
    )
    caution: float = parameter(
        0.0,
        "added to the half-spread for each cent that the belief moved in the last `caution_s`",
        unit="cents",
        low=0,
        high=10.0,
    )
    caution_s: float = parameter(1.0, "how long such a move is remembered", unit="s", low=0)
    temper: float = parameter(
        0.0,
        "deviation of the logarithm of a maker's half-spread, drawn anew every `temper_s`",
        low=0,
        high=3.0,
    )
    temper_s: float = parameter(20.0, "length of such a stretch", unit="s", low=0.05)
    levels: int = parameter(4, "price levels quoted on each side", low=1, high=50)
    size: float = parameter(60.0, "median size of a quote", unit="contracts", low=1.0)
    size_sigma: float = parameter(0.5, "deviation of the logarithm of that size", low=0, high=3.0)
    size_decay: float = parameter(
        1.0, "ratio of a quote's size to that of the quote before it", low=0.05, high=2.0
    )
    lag_ms: float = parameter(400.0, "age of the belief that is quoted around", unit="ms", low=0)
    refresh_s: float = parameter(1.0, "mean time between looks", unit="s", low=0.01)
    alert_ms: float = parameter(
        100.0, "from being taken from to the look that follows", unit="ms", low=0
    )
    away: float = parameter(0.0, "share of the time that a maker is gone", low=0, high=0.95)
    away_s: float = parameter(5.0, "length of such a stretch", unit="s", low=0.05)
    inventory_limit: float = parameter(
        20000.0, "position at which the maker stops adding to it", unit="contracts", low=1.0
    )
    skew_cents: float = parameter(0.5, "lean of the middle at that limit", unit="cents", low=0)
