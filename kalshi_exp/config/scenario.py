"""`scenario=`: the market that the simulated exchange plays.

The values here are `plain`, chosen so that nothing in it can be exploited; the docstrings of
`kalshi_exp.exchange` say why each is what it is.
"""

from dataclasses import dataclass, field
from typing import Any, final

from kalshi_exp.config.checks import at_least, within


@final
@dataclass
class Noise:
    """Traders without information: orders that rest near the touch and orders that take."""

    strength: float = 1.0  # 0 absent, 1 full
    rest_rate: float = 1.2  # resting orders a second
    take_rate: float = 0.4  # taking orders a second
    size_median: float = 20.0  # contracts of resting orders; taking orders are half as large
    size_sigma: float = 1.1  # of the logarithm
    lifetime_s: float = 4.0  # mean life of an order `depth_ticks` behind; less nearer the touch
    depth_ticks: float = 3.0  # mean distance behind the touch
    improve: float = 0.05  # share of resting orders put inside a spread that has room
    patience_cents: float = 1.0  # mean spread beyond one cent that a taking order puts up with

    def __post_init__(self) -> None:
        within("scenario.noise.strength", self.strength, 0.0, 1.0)
        at_least("scenario.noise.rest_rate", self.rest_rate, 0.0)
        at_least("scenario.noise.take_rate", self.take_rate, 0.0)
        at_least("scenario.noise.size_median", self.size_median, 0.01)
        within("scenario.noise.size_sigma", self.size_sigma, 0.0, 3.0)
        at_least("scenario.noise.lifetime_s", self.lifetime_s, 0.0)
        at_least("scenario.noise.depth_ticks", self.depth_ticks, 0.0)
        within("scenario.noise.improve", self.improve, 0.0, 1.0)
        at_least("scenario.noise.patience_cents", self.patience_cents, 0.0)


@final
@dataclass
class Informed:
    """Traders who see the belief and take what is offered wrong by more than their edge."""

    strength: float = 1.0
    rate: float = 1.0  # looks a second
    edge_cents: float = 0.5  # gross of fees
    size_median: float = 40.0  # contracts, times the cents by which the touch is wrong
    reaction_ms: float = 150.0  # mean, from a jump to a look that follows from it

    def __post_init__(self) -> None:
        within("scenario.informed.strength", self.strength, 0.0, 1.0)
        at_least("scenario.informed.rate", self.rate, 0.0)
        at_least("scenario.informed.edge_cents", self.edge_cents, 0.0)
        at_least("scenario.informed.size_median", self.size_median, 0.01)
        at_least("scenario.informed.reaction_ms", self.reaction_ms, 0.0)


@final
@dataclass
class Maker:
    """A market maker who quotes around a lagged belief, leaning against inventory."""

    strength: float = 1.0
    half_spread_cents: float = 0.25  # before rounding outwards to the grid
    levels: int = 4
    size: float = 60.0  # contracts a level
    lag_ms: float = 400.0
    refresh_s: float = 1.0  # mean time between looks
    alert_ms: float = 100.0  # from being taken from to the look that follows
    inventory_limit: float = 20_000.0  # contracts; at it the maker stops adding to them
    skew_cents: float = 0.5  # at the limit

    def __post_init__(self) -> None:
        within("scenario.maker.strength", self.strength, 0.0, 1.0)
        at_least("scenario.maker.half_spread_cents", self.half_spread_cents, 0.0)
        at_least("scenario.maker.levels", self.levels, 1)
        at_least("scenario.maker.size", self.size, 1.0)
        at_least("scenario.maker.lag_ms", self.lag_ms, 0.0)
        at_least("scenario.maker.refresh_s", self.refresh_s, 0.01)
        at_least("scenario.maker.alert_ms", self.alert_ms, 0.0)
        at_least("scenario.maker.inventory_limit", self.inventory_limit, 1.0)
        at_least("scenario.maker.skew_cents", self.skew_cents, 0.0)


@final
@dataclass
class Belief:
    """The true probability: a latent walk that jumps with news and ends at settlement."""

    volatility_cents: float = 0.8  # a square-root second at one half
    jumps_per_hour: float = 12.0
    jump_cents: float = 4.0  # deviation of a jump at one half
    opening: float = 0.35  # it opens uniformly within this of one half

    def __post_init__(self) -> None:
        within("scenario.belief.volatility_cents", self.volatility_cents, 0.0, 30.0)
        within("scenario.belief.jumps_per_hour", self.jumps_per_hour, 0.0, 36_000.0)
        within("scenario.belief.jump_cents", self.jump_cents, 0.0, 30.0)
        within("scenario.belief.opening", self.opening, 0.0, 0.49)


@final
@dataclass
class Scenario:
    """One family of sessions."""

    duration_s: float = 900.0
    markets: int = 1
    grid: str = "linear_cent"
    belief: Belief = field(default_factory=Belief)
    noise: Noise = field(default_factory=Noise)
    informed: Informed = field(default_factory=Informed)
    maker: Maker = field(default_factory=Maker)

    def __post_init__(self) -> None:
        within("scenario.duration_s", self.duration_s, 60.0, 86_400.0)
        within("scenario.markets", self.markets, 1, 64)
        if self.maker.strength == 0.0:
            raise ValueError("scenario.maker.strength is 0: a market without a maker has no book")


SCHEMAS: dict[str, Any] = {"plain": Scenario}
