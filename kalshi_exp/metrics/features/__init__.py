"""What features tell: their distribution, their foresight, and what a policy makes of them."""

from __future__ import annotations

from kalshi_exp.metrics.features.describe import (
    ALIKE,
    Judged,
    alike,
    constant,
    describe,
)
from kalshi_exp.metrics.features.distribution import distribution, twins
from kalshi_exp.metrics.features.foresight import pearson, spearman
from kalshi_exp.metrics.features.importance import Probabilities, change, switched
from kalshi_exp.metrics.features.rows import FeatureRows, joined

__all__ = [
    "FeatureRows",
    "joined",
    "distribution",
    "twins",
    "pearson",
    "spearman",
    "change",
    "switched",
    "Probabilities",
    "Judged",
    "describe",
    "constant",
    "alike",
    "ALIKE",
]
