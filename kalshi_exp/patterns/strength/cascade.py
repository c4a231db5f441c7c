"""Cascades: is liquidity missing after a large move of the mid?

Fixed before any tape was looked at, from the definition of the pattern:

- *Move*: the mid, between 15 and 85 cents, lies more than 5 cents from where it was at some second
  less than 30 s ago. Nothing is counted as another move for 120 s.
- *Liquidity*: log of the size within 3 cents of both touches plus a median touch, while the mid is
  between 10 and 90 cents, less the mean of all sessions at the same time to the close (61 s
  smoothed): markets thin out towards their close whether they cascade or not.
- *Statistic*: mean liquidity of the 30 s before the move could have begun (60 to 30 s ago) less
  that of 5 to 45 s after it; the mean over moves. The first 5 s are what the move itself took
  from the book, which a market without any cascade loses too.
- *Null*: the liquidity path turned round the session by a random number of seconds against the mid
  path, 40 ways, at least 105 s so that no move meets its own consequences: both keep their own
  dynamics, and only their coincidence is lost.
- The effect is told as the share missing, 1 - exp(-statistic).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kalshi_exp.market.jit import kernel
from kalshi_exp.patterns.strength.measured import ALTERNATIVES, NOTHING, Measured
from kalshi_exp.patterns.strength.seconds import Seconds, log_depth

MOVE_CENTS = 5.0
WINDOW_S = 30
REFRACTORY_S = 120
BEFORE = (60, 30)  # seconds before the move was seen
AFTER = (5, 45)  # seconds after
WITHIN = (15.0, 85.0)  # cents, of the mid at a move
SEEN = (10.0, 90.0)  # cents, of the mid where liquidity counts
SMOOTH_S = 61
FEWEST = 6  # sessions behind what is usual at a time to the close

_APART = BEFORE[0] + AFTER[1]


@kernel
def _moves(mid: np.ndarray, found: np.ndarray) -> int:
    count, rest = 0, 0
    for t in range(len(mid)):
        if t < rest or not WITHIN[0] <= mid[t] <= WITHIN[1]:
            continue
        for age in range(1, min(t, WINDOW_S - 1) + 1):
            if abs(mid[t] - mid[t - age]) > MOVE_CENTS:
                found[count] = t
                count += 1
                rest = t + REFRACTORY_S
                break
    return count


def moves(mid: np.ndarray) -> np.ndarray:
    """Seconds at which a large move was seen, int64[n].

    Args:
        mid: float64[G], cents; nan where there is none.
    """
    found = np.zeros(len(mid), np.int64)
    return found[: _moves(mid, found)]


@kernel
def _missing(liquidity: np.ndarray, at: np.ndarray, turn: int) -> tuple[float, float]:
    """Sum over moves of what is missing after them, and how many moves could be judged."""
    total, count, seconds = 0.0, 0.0, len(liquidity)
    for t in at:
        if t < BEFORE[0] or t + AFTER[1] >= seconds:
            continue
        before = after = 0.0
        early = late = 0
        for k in range(BEFORE[1] + 1, BEFORE[0] + 1):
            value = liquidity[(t - k - turn) % seconds]
            if not np.isnan(value):
                before += value
                early += 1
        for k in range(AFTER[0] + 1, AFTER[1] + 1):
            value = liquidity[(t + k - turn) % seconds]
            if not np.isnan(value):
                after += value
                late += 1
        if 2 * early >= BEFORE[0] - BEFORE[1] and 2 * late >= AFTER[1] - AFTER[0]:
            total += before / early - after / late
            count += 1.0
    return total, count


def liquidity_of(path: Seconds) -> np.ndarray:
    """Liquidity as this family counts it, float64[G], before what is usual is taken off."""
    seen = (path.mid >= SEEN[0]) & (path.mid <= SEEN[1])
    return np.where(seen, log_depth(path), np.nan)


def usual(paths: Sequence[np.ndarray]) -> np.ndarray:
    """Mean liquidity at each second before the close, float64[longest], counted from the close.

    Each path's own mean is taken off first. 0 where fewer than FEWEST paths say anything.
    """
    longest = max((len(path) for path in paths), default=0)
    total, count = np.zeros(longest), np.zeros(longest)
    for path in paths:
        known = np.isfinite(path)
        if known.any():
            level = path[known].mean()
            total[: len(path)] += np.where(known, path - level, 0.0)[::-1]
            count[: len(path)] += known[::-1]
    window = np.ones(SMOOTH_S)
    held = np.convolve(count, window, "same")[:longest] if longest >= SMOOTH_S else count
    summed = np.convolve(total, window, "same")[:longest] if longest >= SMOOTH_S else total
    return np.where(count >= FEWEST, summed / np.maximum(held, 1.0), 0.0)


def measure(
    mid: np.ndarray, liquidity: np.ndarray, usually: np.ndarray, rng: np.random.Generator
) -> Measured:
    """The statistic of a market, and of its liquidity turned against its mid.

    Args:
        mid: float64[G], cents.
        liquidity: float64[G], as `liquidity_of`.
        usually: of the market's series, as `usual`.
        rng: draws the turns.
    """
    at, seconds = moves(mid), len(mid)
    if not len(at) or seconds <= 2 * _APART:
        return NOTHING
    rest = liquidity - usually[:seconds][::-1]
    above, below = _missing(rest, at, 0)
    turns = rng.integers(_APART, seconds - _APART + 1, ALTERNATIVES)
    nulls = np.array([_missing(rest, at, int(turn)) for turn in turns])
    return Measured(above, below, nulls[:, 0], nulls[:, 1])
