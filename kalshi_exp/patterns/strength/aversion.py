"""Risk aversion: is liquidity scarcer and the spread wider where the answer is nearly known?

Fixed before any tape was looked at:

- *Beyond*: the mid is below 15 or above 85 cents; *within*: between. Under 4 and over 96 cents
  nothing is counted: a side has no three cents left to rest in.
- *Liquidity*: log of the size within 3 cents of the touch plus a median touch, mean of both sides,
  less the log of the spread: depth per cent of spread.
- *Statistic*: liquidity within less liquidity beyond, session by session (what a session has more
  than another says nothing), weighted as in a regression on `beyond` with a mean for each session.
- *Null*: the session's own mid path against the liquidity of another session of the same series at
  the same time to the close, 40 ways: prices go to the extremes as the close comes, and liquidity
  has its own ways then. Both paths keep their dynamics.
- The effect is told as the share missing, 1 - exp(-statistic).
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.units import ASK, BID
from kalshi_exp.patterns.strength.measured import NOTHING, Measured
from kalshi_exp.patterns.strength.seconds import Seconds

LOW, HIGH = 15.0, 85.0  # cents
LEAST, MOST = 4.0, 96.0


def liquidity_of(path: Seconds) -> np.ndarray:
    """Liquidity as this family counts it, float64[G]; nan where it does not."""
    seen = (path.mid >= LEAST) & (path.mid <= MOST)
    sides = np.log(path.near + path.typical)
    with np.errstate(invalid="ignore"):
        return np.where(seen, (sides[:, BID] + sides[:, ASK]) / 2 - np.log(path.spread), np.nan)


def scarcer(mid: np.ndarray, liquidity: np.ndarray) -> tuple[float, float]:
    """The statistic's numerator and weight for one market.

    Args:
        mid: float64[G], cents; nan where there is none.
        liquidity: float64[H]; both are aligned at their ends, which is the close.
    """
    both = min(len(mid), len(liquidity))
    mid, liquidity = mid[len(mid) - both :], liquidity[len(liquidity) - both :]
    known = np.isfinite(liquidity) & (mid >= LEAST) & (mid <= MOST)
    beyond = known & ((mid < LOW) | (mid > HIGH))
    out, inside = np.count_nonzero(beyond), np.count_nonzero(known) - np.count_nonzero(beyond)
    if out == 0 or inside == 0:
        return 0.0, 0.0
    weight = out * inside / (out + inside)
    gap = liquidity[known & ~beyond].mean() - liquidity[beyond].mean()
    return float(weight * gap), float(weight)


def measure(mid: np.ndarray, liquidity: np.ndarray, donors: list[np.ndarray]) -> Measured:
    """The statistic of a market, and of its mid against others' liquidity.

    Args:
        mid: float64[G], cents.
        liquidity: float64[G], its own.
        donors: liquidity of markets of other sessions.
    """
    above, below = scarcer(mid, liquidity)
    if not donors:
        return NOTHING
    nulls = np.array([scarcer(mid, donor) for donor in donors])
    return Measured(above, below, nulls[:, 0], nulls[:, 1])
