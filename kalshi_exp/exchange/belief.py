"""The truth of a simulated market: the probability of YES as a martingale.

The answer is whether a latent Gaussian is above zero. Information uncovers it: when a fraction f
of the variance still hidden is uncovered, the standard score x = P^-1(probability) becomes
(x + sqrt(f) z) / sqrt(1 - f), z standard normal, and probability P(x) is a martingale exactly,
whatever the fractions, as long as they don't depend on z. Time uncovers a constant rate, so that
the volatility at one half is the same all session long; news uncovers more at once.

Calibration. The recorded fast 15-minute series moves 1.4 cents a second and 12 in a minute; `plain`
moves 0.7 and 6, so that a session seldom settles before its close.
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.exchange.sampling import NATURE, draw, normal
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.latency import normal_quantile
from kalshi_exp.market.units import MILLISECOND, SECOND

STEP = 50 * MILLISECOND

_ENDS = np.int64(-1)  # the ordinal of what is drawn once
_OPENING, _SETTLEMENT = np.arange(2)  # its checks
_WALK, _NEWS = np.arange(2)  # checks of ordinals from 1, the steps
_DENSITY = 0.3989422804014327  # of the standard normal at zero


@lean_kernel
def probability(score):
    """The standard normal distribution function."""
    return 0.5 * math.erfc(-score / math.sqrt(2.0))


@lean_kernel
def _uncovered(cents, steps):
    """Fraction of the hidden variance that moves one half by `cents` (deviation), each step."""
    odds = (cents / 100.0 / _DENSITY) ** 2
    return 1.0 - math.exp(-odds * steps)


@lean_kernel
def walk(seed, number, market, volatility_cents, jumps_per_hour, jump_cents, opening, path, news):
    """Fill `path` float64[K] with the probability at each STEP and mark jumps in `news` bool[K].

    Args:
        seed: of the market.
        number: of the session.
        market: within the session.
        volatility_cents: deviation of the change in a second at one half.
        jumps_per_hour: rate of news.
        jump_cents: deviation of a jump at one half.
        opening: the first probability is uniform within this of one half.
        path: filled.
        news: filled.

    Returns:
        Whether YES wins: drawn with the last probability of the path.
    """
    seconds = STEP / SECOND
    calm = _uncovered(volatility_cents, seconds)
    jump = _uncovered(jump_cents, 1.0)
    odds = jumps_per_hour / 3600.0 * seconds
    u = draw(seed, number, market, NATURE, _ENDS, _OPENING)
    score = normal_quantile(0.5 + opening * (2.0 * u - 1.0))
    path[0] = probability(score)
    news[0] = False
    for k in range(1, path.size):
        news[k] = draw(seed, number, market, NATURE, k, _NEWS) < odds
        f = 1.0 - (1.0 - calm) * (1.0 - jump) if news[k] else calm
        z = normal(draw(seed, number, market, NATURE, k, _WALK))
        score = (score + math.sqrt(f) * z) / math.sqrt(1.0 - f)
        path[k] = probability(score)
    return draw(seed, number, market, NATURE, _ENDS, _SETTLEMENT) < path[path.size - 1]
