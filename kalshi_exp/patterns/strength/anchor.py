"""Anchors: does more rest at 25, 50 and 75 cents than at other prices, while the mid is near?

Fixed before any tape was looked at:

- *Near*: the mid is within 4 cents of the level, whole seconds, and the level lies on a side of the
  book (at or behind that side's touch); both sides count alike.
- *Size*: log(size + median touch of the market), size counting up to two median touches. The median
  touch makes an empty level finite; the cap keeps out the walls of thousands of contracts of which
  tapes are full and which say more of their owners than of the price. On simulated fast markets it
  nearly doubles the effect in units of its error.
- What is usual so far behind the touch (the market's own mean, cent by cent) is taken off, then the
  mean of the same side's whole cents within 2 cents. So a book that is thick everywhere, now or
  near its touch, says nothing.
- *Statistic*: the mean of that over all seconds near any of the levels.
- *Null*: the three levels moved together by 6 to 15 whole cents up or down, 20 ways: the same
  market's own path at prices that mean nothing to anybody. Each session draws its own way.
- *Why this one*: a defence is extra size at the level, first of all. Spread compression is the
  weaker sign (spreads of one cent can't close further), dwell needs many sessions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.market.jit import kernel
from kalshi_exp.patterns.strength.measured import Measured
from kalshi_exp.patterns.strength.seconds import CENT, CENTS, Seconds

LEVELS = (25, 50, 75)
NEAR_LEVEL = 4.0  # cents
NEIGHBOURS = 2  # cents either way
LEAST_SHIFT, MOST_SHIFT = 6, 15  # cents: away from the levels, and still within 10 to 90
SHIFTS = tuple(
    shift for shift in range(-MOST_SHIFT, MOST_SHIFT + 1) if abs(shift) >= LEAST_SHIFT
)  # fmt: skip
"""By how many cents the levels are moved, for the null."""
REACH = 5
"""Cents either way of a level that the profile shows."""

MOST_TOUCHES = 2.0
"""Median touches up to which size counts."""

_BEHIND = 16  # cents behind the touch that are told apart


class AtCents(NamedTuple):
    """The statistic's parts at every whole cent, as if it were a level.

    Attributes:
        above: float64[CENTS], sum over its seconds.
        below: float64[CENTS], seconds.
        profile: float64[CENTS, 2 * REACH + 1], sums of what is unusual at prices around it: first
            those behind it as seen from the mid, the level itself at REACH.
        profile_seconds: float64[CENTS, 2 * REACH + 1].
    """

    above: np.ndarray
    below: np.ndarray
    profile: np.ndarray
    profile_seconds: np.ndarray


@kernel
def _behind(best: np.ndarray, g: int, side: int, cent: int) -> int:
    """Whole cents behind a side's touch; -1 in front of it, -2 too far to count."""
    gap = best[g, 0] - cent * CENT if side == 0 else cent * CENT - best[g, 1]
    if gap < 0:
        return -1
    return gap // CENT if gap // CENT < _BEHIND else -2


@kernel
def _unusual(
    mid: np.ndarray, best: np.ndarray, cents: np.ndarray, typical: float, rest: np.ndarray
) -> None:
    """Log sizes less what is usual so far behind the touch, into rest[G, 2, CENTS]."""
    total, count = np.zeros(_BEHIND), np.zeros(_BEHIND)
    for again in range(2):
        for g in range(len(mid)):
            if np.isnan(mid[g]):
                continue
            for side in range(2):
                touch = best[g, side] // CENT
                low = max(1, touch - _BEHIND if side == 0 else touch)
                high = min(CENTS - 1, touch if side == 0 else touch + _BEHIND)
                for cent in range(low, high + 1):
                    k = _behind(best, g, side, cent)
                    if k < 0 or cents[g, side, cent] < 0:
                        continue
                    if again == 0:
                        size = min(float(cents[g, side, cent]), MOST_TOUCHES * typical)
                        rest[g, side, cent] = np.log(size + typical)
                        total[k] += rest[g, side, cent]
                        count[k] += 1.0
                    else:
                        rest[g, side, cent] -= total[k] / count[k]


@kernel
def _gather(
    mid: np.ndarray,
    best: np.ndarray,
    rest: np.ndarray,
    above: np.ndarray,
    below: np.ndarray,
    profile: np.ndarray,
    profile_seconds: np.ndarray,
) -> None:
    for g in range(len(mid)):
        if np.isnan(mid[g]):
            continue
        low = max(1, int(np.ceil(mid[g] - NEAR_LEVEL)))
        high = min(CENTS - 1, int(np.floor(mid[g] + NEAR_LEVEL)))
        for level in range(low, high + 1):
            side = 0 if level < mid[g] else 1
            if _behind(best, g, side, level) < 0 or np.isnan(rest[g, side, level]):
                continue
            around, found = 0.0, 0
            for step in range(-REACH, REACH + 1):
                cent = level + step if side == 0 else level - step
                if not 0 < cent < CENTS or _behind(best, g, side, cent) < 0:
                    continue
                here = rest[g, side, cent]
                if np.isnan(here):
                    continue
                profile[level, step + REACH] += here
                profile_seconds[level, step + REACH] += 1.0
                if step != 0 and abs(step) <= NEIGHBOURS:
                    around += here
                    found += 1
            if found > 0:
                above[level] += rest[g, side, level] - around / found
                below[level] += 1.0


def at_cents(path: Seconds) -> AtCents:
    """The statistic's parts at every whole cent."""
    rest = np.full(path.cents.shape, np.nan)
    _unusual(path.mid, path.best, path.cents, path.typical, rest)
    found = AtCents(
        np.zeros(CENTS),
        np.zeros(CENTS),
        np.zeros((CENTS, 2 * REACH + 1)),
        np.zeros((CENTS, 2 * REACH + 1)),
    )
    _gather(path.mid, path.best, rest, *found)
    return found


def nulls_of(shift: int) -> list[int]:
    """Shifts that are a null for levels which themselves stand `shift` cents from the true ones.

    Those of the true levels (0) are `SHIFTS`. Others serve to see how often the test finds an
    anchor where there is none: neither they nor their nulls come near the true levels.
    """
    return [other for other in SHIFTS if abs(other - shift) >= LEAST_SHIFT]


def measure(found: AtCents, shift: int = 0) -> Measured:
    """The statistic at the levels, and at others.

    Args:
        found: of a market, or summed over the markets of a session.
        shift: cents from the true levels to those that are judged.
    """
    levels = np.array(LEVELS)
    others = levels + np.array(nulls_of(shift))[:, None]
    return Measured(
        float(found.above[levels + shift].sum()),
        float(found.below[levels + shift].sum()),
        found.above[others].sum(axis=1),
        found.below[others].sum(axis=1),
    )


def added(parts: list[AtCents]) -> AtCents:
    """Markets of one session together."""
    return AtCents(*(np.sum(arrays, axis=0) for arrays in zip(*parts, strict=True)))
