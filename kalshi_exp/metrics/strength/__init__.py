"""Whether patterns are there: effects against chance, verdicts in words, and the test's power."""

from __future__ import annotations

from kalshi_exp.metrics.strength.effect import Effect, effect_of
from kalshi_exp.metrics.strength.power import (
    PLANTINGS,
    STRENGTHS,
    Point,
    found_from,
    point,
    wilson,
)
from kalshi_exp.metrics.strength.profile import profile
from kalshi_exp.metrics.strength.summary import judge, summary
from kalshi_exp.metrics.strength.verdict import Verdict, sessions_more, verdicts

__all__ = [
    "PLANTINGS",
    "STRENGTHS",
    "Effect",
    "Point",
    "Verdict",
    "effect_of",
    "found_from",
    "judge",
    "point",
    "profile",
    "sessions_more",
    "summary",
    "verdicts",
    "wilson",
]
