"""From which strength on the test finds an anchor: plantings into the tape itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from scipy import stats

from kalshi_exp.metrics.bootstrap import LEVEL
from kalshi_exp.metrics.comparison import holm
from kalshi_exp.metrics.differences import POWER
from kalshi_exp.metrics.strength.effect import columns, excess, null_statistics, p_value
from kalshi_exp.metrics.strength.verdict import ALPHA
from kalshi_exp.patterns.strength import HYPOTHESES, Family, Measured

STRENGTHS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
PLANTINGS = {"levels": 20, "elsewhere": 60}
"""Independent plantings at each strength: at 25, 50 and 75 cents, and at other prices."""


@final
@dataclass(frozen=True)
class Point:
    """One strength.

    Attributes:
        strength: 0 to 1.
        of: plantings.
        found: those found after Holm's correction.
        alone: those found if anchors alone were tested.
        effect: mean effect over plantings, as a share.
        defended: share of the time in which something was defended.
    """

    strength: float
    of: int
    found: int
    alone: int
    effect: float
    defended: float

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, with Wilson's intervals."""
        shares = {}
        for name, count in (("power", self.found), ("power_alone", self.alone)):
            lo, hi = wilson(count, self.of)
            shares[name] = {"value": count / self.of, "lo": lo, "hi": hi, "n": self.of}
        return {
            "strength": self.strength,
            "plantings": self.of,
            "effect": self.effect,
            "defended": self.defended,
        } | shares


def wilson(found: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """Interval of a share.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    1927.
    """
    z = float(stats.norm.ppf(0.5 + level / 2))
    share, more = found / of, z * z / of
    centre = (share + more / 2) / (1 + more)
    half = z * math.sqrt(share * (1 - share) / of + more / (4 * of)) / (1 + more)
    return max(0.0, centre - half), min(1.0, centre + half)


def point(
    strength: float,
    plantings: Sequence[Sequence[Measured]],
    defended: float,
    other_p: Sequence[float],
    draws: int,
    seed: int,
) -> Point:
    """How often the test finds what was planted.

    Args:
        strength: of the plantings.
        plantings: each the measurements of all sessions.
        defended: share of the time in which something was defended.
        other_p: p of the other families that were tested on the tape, for Holm's correction.
        draws: of the null.
        seed: of the null.
    """
    share = next(one.share for one in HYPOTHESES if one.family is Family.anchor)
    found = alone = 0
    effects = []
    for number, sessions in enumerate(plantings):
        sums = columns(sessions).sum(axis=0, keepdims=True)
        if sums[0, 1] <= 0:
            continue
        null = null_statistics(sessions, draws, seed + number)
        p = p_value(float(sums[0, 0] / sums[0, 1]), null)
        alone += p <= ALPHA
        found += holm([p, *other_p])[0] <= ALPHA
        effects.append(float(share(excess(sums))[0]))
    mean = math.fsum(effects) / len(effects) if effects else 0.0
    return Point(strength, len(plantings), int(found), int(alone), mean, defended)


def found_from(points: Sequence[Point]) -> float | None:
    """The least strength from which on at least `POWER` of the plantings are found."""
    least = None
    for one in sorted(points, key=lambda one: -one.strength):
        if one.strength <= 0 or one.found / one.of < POWER:
            break
        least = one.strength
    return least
