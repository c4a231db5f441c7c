"""How strong each family of patterns is on a tape, session by session, beside what chance gives."""

from __future__ import annotations

from kalshi_exp.patterns.strength.anchor import LEVELS, REACH, SHIFTS
from kalshi_exp.patterns.strength.families import HYPOTHESES, Family, Hypothesis
from kalshi_exp.patterns.strength.measured import Measured
from kalshi_exp.patterns.strength.planted import plant
from kalshi_exp.patterns.strength.seconds import Seconds, seconds_of
from kalshi_exp.patterns.strength.sessions import (
    Watched,
    measured,
    measured_at,
    planted,
    typical_touches,
    watch,
)

__all__ = [
    "HYPOTHESES",
    "LEVELS",
    "REACH",
    "SHIFTS",
    "Family",
    "Hypothesis",
    "Measured",
    "Seconds",
    "Watched",
    "measured",
    "measured_at",
    "plant",
    "planted",
    "seconds_of",
    "typical_touches",
    "watch",
]
