"""Strategies that fill models are tried with, and what became of their orders."""

from __future__ import annotations

from kalshi_exp.probes.joins import JOIN_HORIZONS, JOIN_MARKOUTS, Joins, join
from kalshi_exp.probes.matching import BINS, SCORES, score
from kalshi_exp.probes.play import Decide, Played, play, play_by
from kalshi_exp.probes.stage import ProbesError, Stage, twins_hash
from kalshi_exp.probes.strategies import STRATEGIES, Strategy
from kalshi_exp.probes.tally import (
    COLUMN,
    HORIZONS,
    MARKOUTS,
    SIZE_CLASSES,
    SUMS,
    WAITS,
    Orders,
    orders_of,
    tally,
)

__all__ = [
    "BINS",
    "COLUMN",
    "Decide",
    "HORIZONS",
    "JOIN_HORIZONS",
    "JOIN_MARKOUTS",
    "Joins",
    "MARKOUTS",
    "Orders",
    "Played",
    "ProbesError",
    "SCORES",
    "SIZE_CLASSES",
    "STRATEGIES",
    "SUMS",
    "Stage",
    "Strategy",
    "WAITS",
    "join",
    "orders_of",
    "play",
    "play_by",
    "score",
    "tally",
    "twins_hash",
]
