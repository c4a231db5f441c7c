"""Sentiment of a scenario's makers."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Sentiment(Traits):
    """Spells in which a market's makers quote around a belief that is off."""

    key: ClassVar[str] = "sentiment"

    strength: float = strength(0.0)
    rate: float = parameter(10.0, "spells of a market, while it has none", unit="1/h", low=0)
    cents: float = parameter(
        4.0,
        "mean offset at one half, either way; drawn from half to 1.5 times",
        unit="cents",
        low=0,
    )
    mean_s: float = parameter(40.0, "mean duration; at least two ramps", unit="s", low=0.1)
    shared: float = parameter(
        0.7, "share of it that informed traders believe in too", low=0, high=1.0
    )
    ramp_s: float = parameter(3.0, "in which it comes and goes", unit="s", low=0.05)
