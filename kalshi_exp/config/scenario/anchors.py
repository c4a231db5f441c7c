"""Anchor defenders of a scenario."""

from dataclasses import dataclass
from typing import ClassVar, final

from kalshi_exp.config.scenario.parameter import Traits, parameter, strength


@final
@dataclass
class Anchors(Traits):
    """Traders who defend a round price while the mid is near it, or fear it."""

    key: ClassVar[str] = "anchors"

    strength: float = strength(0.0)
    at_25: bool = parameter(True, "25 cents is a level")
    at_50: bool = parameter(True, "50 cents is a level")
    at_75: bool = parameter(True, "75 cents is a level")
    radius_cents: float = parameter(
        4.0,
        "an episode begins with the mid within this of the level, and ends at twice that",
        unit="cents",
        low=1.0,
        high=12.0,
    )
    give_up_cents: float = parameter(
        2.5, "a defence ends with the mid this far behind the level", unit="cents", low=0.5, high=12
    )
    duration_s: float = parameter(
        60.0, "mean length of an episode, uniform within a half of it", unit="s", low=1.0
    )
    gap_s: float = parameter(100.0, "mean time from one to the next, if near", unit="s", low=0.1)
    depth: float = parameter(
        1.4, "most extra depth, in median touches, at strength 1", low=0, high=2.0
    )
    tighten: float = parameter(
        0.2, "share of that depth which goes inside a spread of over a cent", low=0, high=1.0
    )
    eager: float = parameter(
        0.4, "odds that a look closes such a spread, at strength 1", low=0, high=1.0
    )
    refill: float = parameter(0.5, "share of what was taken that a look puts back", low=0, high=1.0)
    fearful: float = parameter(
        0.35, "share of episodes in which makers fear the level", low=0, high=1.0
    )
    fear_cents: float = parameter(
        0.5, "what these then add to their half-spread at strength 1", unit="cents", low=0, high=10
    )
    reaction_ms: float = parameter(
        400.0, "mean time between a defender's looks", unit="ms", low=1.0
    )
