"""Liquidity pingers of a scenario."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Pingers(Traits):
    """Traders who probe with 1 to 5 contracts, wait a little, and then come with size."""

    key: ClassVar[str] = "pingers"

    strength: float = strength(0.0)
    rate: float = parameter(4.0, "probes, one at a time in a market", unit="1/min", low=0)
    life_s: float = parameter(
        4.0, "longest life of a probe; drawn from a twentieth of it", unit="s", low=0.01, high=5.0
    )
    follow: float = parameter(
        0.6,
        "chance that size follows: resting where an untouched probe was, taking with the flow "
        "that took a probe",
        low=0,
        high=1.0,
    )
    size_median: float = parameter(120.0, "that size", unit="contracts", low=0.01)
    stay_s: float = parameter(6.0, "mean life of size that rests", unit="s", low=0)
