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
        "size of resting orders",
        unit="contracts",
        source="recorded fast series: 27",
        low=0.01,
    )
    size_sigma: float = parameter(1.1, "deviation of the logarithm of a size", low=0, high=3.0)
    take_median: float = parameter(
        10.0,
        "size of taking orders",
        unit="contracts",
        source="recorded fast series: 15",
        low=0.01,
    )
    take_sigma: float = parameter(
        1.1, "deviation of the logarithm of a taking size", low=0, high=3.0
    )
    tiny: float = parameter(
        0.0, "share of resting orders of 0.1 contract", source="recorded: 0.125", low=0, high=1.0
    )
    clips: float = parameter(
        0.0, "share of 10 or 100 contracts, as programs send", source="recorded: 0.215", low=0,
        high=1.0,
    )  # fmt: skip
    blocks: float = parameter(
        0.0, "share of 2,000 contracts", source="recorded: 0.042", low=0, high=1.0
    )
    lifetime_s: float = parameter(
        4.0,
        "mean life of an order `depth_ticks` behind the touch; less nearer to it",
        unit="s",
        low=0,
    )
    life_sigma: float = parameter(
        0.0,
        "deviation of the logarithm of a life; 0: lives are exponential",
        low=0,
        high=4.0,
    )
    flicker: float = parameter(
        0.0, "share of resting orders that programs show for an instant", low=0, high=1.0
    )
    flicker_ms: float = parameter(
        20.0, "their median life", unit="ms", source="recorded lives: a quarter under 17", low=0.001
    )
    replace: float = parameter(
        0.0,
        "chance that an order taken back is put elsewhere at once",
        source="recorded: 31 % of adds",
        low=0,
        high=0.95,
    )
    watch: float = parameter(
        0.0,
        "share of resting orders whose owner sees the belief pass them and takes them back",
        low=0,
        high=1.0,
    )
    watch_cents: float = parameter(
        0.0, "how near the belief may come to such an order", unit="cents", low=0
    )
    watch_ms: float = parameter(20.0, "mean time from that to the withdrawal", unit="ms", low=0)
    depth_ticks: float = parameter(
        3.0,
        "mean distance behind the touch",
        unit="ticks",
        source="recorded adds fall off by a fifth a tick",
        low=0,
    )
    far: float = parameter(
        0.0, "share of resting orders put far behind", source="recorded: a tenth", low=0, high=1.0
    )
    far_ticks: float = parameter(25.0, "mean distance behind of those", unit="ticks", low=0)
    far_s: float = parameter(60.0, "mean life of those", unit="s", low=0)
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
    sweep: float = parameter(
        0.0,
        "share of taking orders that go on to the levels behind the touch",
        source="recorded: 13 % take more than one level",
        low=0,
        high=1.0,
    )
    follow: float = parameter(
        0.0, "chance that a taking order brings another one along", low=0, high=0.95
    )
    follow_ms: float = parameter(
        30.0, "mean time until that one", unit="ms", source="recorded gap of prints: 34", low=0
    )
    herd: float = parameter(
        0.5, "chance that it takes the same side", source="recorded: 0.55", low=0, high=1.0
    )
