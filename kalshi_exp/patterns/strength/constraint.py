"""Constraints: do mids of an event's markets keep to a sum of one, closer than chance?

Fixed before any tape was looked at:

- *Sum*: which of an event's markets exclude one another is not known, and names aren't read. So the
  group of two or more whose mids stray least from a dollar is searched: among all groups of an
  event of up to 12 markets; of a larger one among those met by dropping from the whole event what
  helps most, and by adding it to each market.
- *Stray*: the root mean square of the sum less a dollar over the whole seconds in which all
  markets were quoted or had been (a market that closed early keeps its last mid), and half a cent,
  which is the grid's own doubt.
- *Statistic*: minus the log of the stray, a session counting once.
- *Null*: the same search among the first market and as many from other sessions of the series, at
  the same time to the close, 40 ways: siblings by chance, each with its own dynamics. The search
  finds accidental groups there too, and just as well.
- The effect is told as the share by which the stray is less than by chance, 1 - exp(-statistic).
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.jit import kernel
from kalshi_exp.patterns.strength.measured import NOTHING, Measured

DOUBT = 0.5  # cents
SHORTEST_S = 60  # that an event's markets must have in common
TRY_ALL = 12  # markets
QUOTED = 0.5  # of its session's seconds, or a market does not count

_ONE = 100.0  # cents


def carried(mid: np.ndarray) -> np.ndarray | None:
    """A mid path with its last value carried on, float64[G], nan before the first.

    Returns:
        None where the market was quoted in less than QUOTED of its seconds.
    """
    known = np.isfinite(mid)
    if not known.any() or known.mean() < QUOTED:
        return None
    last = np.maximum.accumulate(np.where(known, np.arange(len(mid)), -1))
    return np.where(last >= 0, mid[np.maximum(last, 0)], np.nan)


@kernel
def _least_of_all(mean: np.ndarray, cov: np.ndarray) -> float:
    """Least mean square of a group's sum less a dollar, over all groups, one change at a time."""
    markets = len(mean)
    inside = np.zeros(markets, np.bool_)
    along = np.zeros(markets)  # covariance of the sum with each market
    total = spread = 0.0
    size, least = 0, np.inf
    for step in range(1, 1 << markets):
        k = 0
        while not (step >> k) & 1:
            k += 1
        sign = -1.0 if inside[k] else 1.0
        spread += 2.0 * sign * along[k] + cov[k, k]
        total += sign * mean[k]
        along += sign * cov[k]
        size += int(sign)
        inside[k] = not inside[k]
        if size > 1:
            off = total - _ONE
            least = min(least, off * off + spread)
    return least


@kernel
def _grown(mean: np.ndarray, cov: np.ndarray, start: int, sign: float) -> float:
    """As `_least_of_all`, over groups met by adding (or dropping) what helps most, from a start.

    Adding begins with one market, dropping (sign -1) with all of them.
    """
    markets = len(mean)
    free = np.ones(markets, np.bool_)
    along = np.zeros(markets)
    total = spread = 0.0
    size, now = 0, np.inf
    for k in range(markets):
        if sign < 0 or k == start:
            total += mean[k]
            spread += 2.0 * along[k] + cov[k, k]
            along += cov[k]
            size += 1
            free[k] = sign < 0
    if sign < 0:
        now = (total - _ONE) * (total - _ONE) + spread
    while True:
        best, chosen = now, -1
        for k in range(markets):
            if free[k] and size + sign >= 2:
                off = total + sign * mean[k] - _ONE
                square = off * off + spread + 2.0 * sign * along[k] + cov[k, k]
                if square < best:
                    best, chosen = square, k
        if chosen < 0:
            return now
        now = best
        spread += 2.0 * sign * along[chosen] + cov[chosen, chosen]
        total += sign * mean[chosen]
        along += sign * cov[chosen]
        size += int(sign)
        free[chosen] = False


@kernel
def _least(mean: np.ndarray, cov: np.ndarray) -> float:
    if len(mean) <= TRY_ALL:
        return _least_of_all(mean, cov)
    least = _grown(mean, cov, 0, -1.0)
    for start in range(len(mean)):
        least = min(least, _grown(mean, cov, start, 1.0))
    return least


def stray(mids: list[np.ndarray]) -> float | None:
    """How far the best group's mids stray from a dollar, cents, root mean square.

    Args:
        mids: as `carried`, of two or more markets, aligned at their ends.

    Returns:
        None where they have less than SHORTEST_S in common.
    """
    common = min(len(mid) for mid in mids)
    paths = np.stack([mid[len(mid) - common :] for mid in mids])
    paths = paths[:, np.isfinite(paths).all(axis=0)]
    if paths.shape[1] < SHORTEST_S:
        return None
    square = max(_least(paths.mean(axis=1), np.cov(paths, bias=True)), 0.0)
    return float(np.sqrt(square + DOUBT * DOUBT))


def measure(mids: list[np.ndarray], shams: list[list[np.ndarray]]) -> Measured:
    """The statistic of an event, and of events put together by chance.

    Args:
        mids: as `carried`, of its markets.
        shams: each as many markets.
    """
    own = stray(mids) if len(mids) > 1 else None
    if own is None or not shams:
        return NOTHING
    found = [stray(sham) for sham in shams]
    return Measured(
        -float(np.log(own)),
        1.0,
        np.array([0.0 if one is None else -float(np.log(one)) for one in found]),
        np.array([0.0 if one is None else 1.0 for one in found]),
    )
