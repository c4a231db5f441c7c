"""Noise traders of a scenario."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Noise(Traits):
    """Traders without information: orders that rest near the touch and orders that take."""

    key: ClassVar[str] = "noise"

    strength: float = strength()
    rest_rate: float = parameter(
        1.2, "resting orders", unit="1/s", source="five messages a second in all", low=0
    )
    take_rate: float = parameter(0.4, "taking orders", unit="1/s", low=0)
    size_median: float = parameter(
        20.0,
        "size of resting orders; taking orders are half as large",
        unit="contracts",
        source="recorded fast series: 27 and 15",
        low=0.01,
    )
    size_sigma: float = parameter(1.1, "deviation of the logarithm of a size", low=0, high=3.0)
    lifetime_s: float = parameter(
        4.0,
        "mean life of an order `depth_ticks` behind the touch; less nearer to it",
        unit="s",
        low=0,
    )
    depth_ticks: float = parameter(
        3.0,
        "mean distance behind the touch",
        unit="ticks",
        source="recorded adds fall off by a fifth a tick",
        low=0,
    )
    improve: float = parameter(
        0.05,
        "share of resting orders put inside a spread that has room",
        source="recorded fast series: 5 %",
        low=0,
        high=1.0,
    )
    patience_cents: float = parameter(
        1.0, "mean spread beyond one cent that a taking order puts up with", unit="cents", low=0
    )
