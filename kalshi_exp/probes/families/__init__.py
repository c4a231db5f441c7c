"""Families of strategies, each one rule with parameters."""

from __future__ import annotations

from kalshi_exp.probes.families.fader import Fader
from kalshi_exp.probes.families.family import Desk, Family
from kalshi_exp.probes.families.follower import Imbalance, Momentum
from kalshi_exp.probes.families.joiner import Joiner
from kalshi_exp.probes.families.maker import Maker
from kalshi_exp.probes.families.random import Random
from kalshi_exp.probes.families.slicer import Slicer

FAMILIES: tuple[Family, ...] = (
    Joiner(), Maker(), Fader(), Momentum(), Imbalance(), Slicer(), Random(),
)  # fmt: skip

__all__ = ["FAMILIES", "Desk", "Family"]
