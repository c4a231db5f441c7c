"""Which of a scenario's parameters calibration may move, and on which scale.

What a recording tells directly (sizes of programs' clips, the share of orders of a tenth) and what
it says nothing about (fees, inventory limits, how many makers there are) stay as they are. The
others are moved on the logarithm, or on the log-odds where they are shares, so that a step means
the same for each: a tenth is about ten percent.
"""

from __future__ import annotations

import copy
import math
from dataclasses import fields
from typing import final

import numpy as np

from kalshi_exp.config import Scenario
from kalshi_exp.config.scenario import Traits

RATIOS = (
    "belief.unrest",
    "belief.unrest_s",
    "belief.jumps_per_hour",
    "belief.jump_cents",
    "noise.rest_rate",
    "noise.take_rate",
    "noise.size_median",
    "noise.size_sigma",
    "noise.take_median",
    "noise.take_sigma",
    "noise.lifetime_s",
    "noise.flicker_ms",
    "noise.depth_ticks",
    "noise.far_s",
    "noise.watch_cents",
    "noise.watch_ms",
    "noise.follow_ms",
    "informed.rate",
    "informed.size_median",
    "maker.half_spread_cents",
    "maker.reaction_spread",
    "maker.width_spread",
    "maker.caution",
    "maker.caution_s",
    "maker.temper",
    "maker.size",
    "maker.size_decay",
    "maker.lag_ms",
)
"""Parameters above zero, moved on the logarithm."""

SHARES = (
    "belief.opening",
    "belief.reveals",
    "noise.flicker",
    "noise.watch",
    "noise.far",
    "noise.sweep",
    "noise.follow",
    "maker.away",
)
"""Parameters between 0 and 1, moved on the log-odds."""

DIGITS = 4
"""Significant digits of what is tried, so that a file can hold it exactly."""


@final
class Space:
    """The free parameters of one scenario as a vector.

    Parameters that are absent from the start (at a bound of their scale, such as a share of 0) stay
    absent: calibration tunes traders, it doesn't invent them.

    Attributes:
        names: `trader.field` of each dimension.
        start: float64[n], the scenario it was made of.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._share: list[bool] = []
        self.names: list[str] = []
        start = []
        for name in (*RATIOS, *SHARES):
            key, one = name.split(".")
            value, share = float(getattr(getattr(scenario, key), one)), name in SHARES
            if not 0.0 < value < (1.0 if share else math.inf) or not _matters(scenario, key):
                continue
            self.names.append(name)
            self._share.append(share)
            start.append(math.log(value / (1.0 - value)) if share else math.log(value))
        self.start = np.array(start)

    def values(self, at: np.ndarray) -> dict[str, float]:
        """The parameters at a point, by name, within what the schema allows.

        Args:
            at: float64[n].
        """
        out = {}
        for name, share, x in zip(self.names, self._share, at, strict=True):
            value = 1.0 / (1.0 + math.exp(-x)) if share else math.exp(x)
            low, high = _bounds(self._scenario, name)
            out[name] = min(max(float(f"{value:.{DIGITS}g}"), low), high)
        return out

    def scenario(self, at: np.ndarray) -> Scenario:
        """The scenario at a point.

        Args:
            at: float64[n].

        Raises:
            ValueError: the schema refuses it.
        """
        out = copy.deepcopy(self._scenario)
        for name, value in self.values(at).items():
            key, one = name.split(".")
            setattr(getattr(out, key), one, value)
        for part in fields(out):
            traits = getattr(out, part.name)
            if isinstance(traits, Traits):
                traits.__post_init__()
        out.__post_init__()
        return out


def _bounds(scenario: Scenario, name: str) -> tuple[float, float]:
    key, wanted = name.split(".")
    told = next(one for one in fields(getattr(scenario, key)) if one.name == wanted).metadata
    return told["low"], told["high"]


def _matters(scenario: Scenario, key: str) -> bool:
    return float(getattr(getattr(scenario, key), "strength", 1.0)) > 0.0
