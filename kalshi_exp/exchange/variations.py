"""Variations of a scenario: what a detector must not have learned by heart.

Each session has its own strength of every planted pattern, and its own value of whatever
parameters of traders and of the belief are not part of a pattern's definition.
"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.market.draws import uniform

PLANTED: tuple[str, ...] = ("anchors", "cascades", "aversion", "groups", "sentiment")
"""What gets a strength of its own, where the scenario has it at all."""

FREE: tuple[str, ...] = (
    "anchors.duration_s",
    "anchors.gap_s",
    "anchors.depth",
    "anchors.refill",
    "anchors.fear_cents",
    "anchors.reaction_ms",
    "cascades.reaction_ms",
    "cascades.fear_cents",
    "aversion.shrink",
    "aversion.widen_cents",
    "sentiment.rate",
    "sentiment.cents",
    "sentiment.mean_s",
    "belief.volatility_cents",
    "belief.jumps_per_hour",
    "belief.jump_cents",
    "noise.rest_rate",
    "noise.take_rate",
    "noise.size_median",
    "noise.lifetime_s",
    "informed.rate",
    "informed.edge_cents",
    "maker.size",
    "maker.lag_ms",
    "maker.refresh_s",
)
"""What varies beside strengths."""

WEAKEST = 0.1
"""Least strength, as a share of the scenario's."""

SPREAD = 0.3
"""A parameter is multiplied by exp(u), u uniform within this of zero."""

_CHECK = 7_000  # keeps these draws apart from those that play the session


def varied(scenario: Scenario, seed: int, number: int) -> Scenario:
    """The scenario as one session has it; what is absent from it stays absent.

    Args:
        scenario: the scenario.
        seed: of the variations.
        number: of the session.

    Returns:
        The variation: strengths uniform from `WEAKEST` of the scenario's up to all of it.
    """
    for place, name in enumerate(PLANTED):
        u = uniform(seed, number, 0, place, _CHECK)
        traits: Any = getattr(scenario, name)
        strength = traits.strength * (WEAKEST + (1.0 - WEAKEST) * u)
        scenario = replace(scenario, **{name: replace(traits, strength=strength)})
    for place, path in enumerate(FREE):
        name, parameter = path.split(".")
        traits = getattr(scenario, name)
        told = next(one.metadata for one in fields(traits) if one.name == parameter)
        u = uniform(seed, number, 1, place, _CHECK)
        value = getattr(traits, parameter) * math.exp(SPREAD * (2.0 * u - 1.0))
        value = min(max(value, told["low"]), told["high"])
        scenario = replace(scenario, **{name: replace(traits, **{parameter: value})})
    return scenario
