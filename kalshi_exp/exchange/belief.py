"""The truth of a simulated market: the probability of YES as a martingale.

The answer is whether a latent Gaussian is above zero. Information uncovers it: when a fraction f
of the variance still hidden is uncovered, the standard score x = P^-1(probability) becomes
(x + sqrt(f) z) / sqrt(1 - f), z standard normal, and probability P(x) is a martingale exactly,
whatever the fractions, as long as they don't depend on z. Time uncovers a constant rate, so that
the volatility at one half is the same all session long; news uncovers more at once.

With `reveals` the answer is that of a digital option on a moving index: by the close that share of
the variance has been uncovered, an equal part of it each second, so that a fraction dt / (T - t) of
what is still hidden goes in dt, and the volatility at one half rises towards the close. `unrest`
makes time run faster and slower (the logarithm of the volatility is an Ornstein-Uhlenbeck process,
drawn apart from z), as calm and busy minutes follow one another.

Calibration. The recorded fast 15-minute series moves 1.4 cents a second and 12 in a minute; `plain`
moves 0.7 and 6, so that a session seldom settles before its close. An option that opens at one half
and is settled 840 s later must move 0.5 / sqrt(840) = 1.7 cents a second on average, whatever its
index does: the recorded figure follows from the contract alone.
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
_WALK, _NEWS, _MOOD = np.arange(3)  # checks of ordinals from 1, the steps
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
def _weigh(seed, number, market, traits, path, news):
    """Fill `path` from 1 with how much each step tells, in calm seconds, and mark `news`.

    Calm and busy: the logarithm of the volatility is an Ornstein-Uhlenbeck process, and the mean
    of its square one. News weigh what moves one half by `jump_cents`: with an even rate of news
    per calm second of `volatility_cents`, or of a session that the close reveals.
    """
    seconds = STEP / SECOND
    odds = traits.jumps_per_hour / 3600.0 * seconds
    keeps = math.exp(-seconds / traits.unrest_s)
    stirs = math.sqrt(1.0 - keeps * keeps)
    mood = 0.0
    if traits.unrest > 0.0:
        mood = normal(draw(seed, number, market, NATURE, 0, _MOOD))
    for k in range(1, path.size):
        news[k] = draw(seed, number, market, NATURE, k, _NEWS) < odds
        path[k] = seconds
        if traits.unrest > 0.0:
            mood = keeps * mood + stirs * normal(draw(seed, number, market, NATURE, k, _MOOD))
            path[k] *= math.exp(2.0 * traits.unrest * (mood - traits.unrest))


@lean_kernel
def schedule(seed, number, market, traits, path, news):
    """Fill `path` from 1 with the fraction uncovered in each step, and mark jumps in `news`.

    Args: as `walk` has them.
    """
    news[0] = False
    _weigh(seed, number, market, traits, path, news)
    jump = _uncovered(traits.jump_cents, 1.0)
    hidden = 0.0
    if traits.reveals > 0.0:
        # A jump weighs as many calm seconds as move one half as far at the opening.
        jump *= (path.size - 1) * STEP / SECOND
        for k in range(1, path.size):
            path[k] += jump if news[k] else 0.0
            hidden += path[k]
        hidden /= traits.reveals
    for k in range(1, path.size):
        if traits.reveals > 0.0:
            told = path[k]
            path[k] /= hidden
            hidden -= told
        else:
            path[k] = _uncovered(traits.volatility_cents, path[k])
            if news[k]:
                path[k] = 1.0 - (1.0 - path[k]) * (1.0 - jump)


@lean_kernel
def walk(seed, number, market, traits, path, news):
    """Fill `path` float64[K] with the probability at each STEP and mark jumps in `news` bool[K].

    Args:
        seed: of the market.
        number: of the session.
        market: within the session.
        traits: `belief` of PARAMETERS.
        path: filled.
        news: filled.

    Returns:
        Whether YES wins: drawn with the last probability of the path.
    """
    u = draw(seed, number, market, NATURE, _ENDS, _OPENING)
    score = normal_quantile(traits.centre + traits.opening * (2.0 * u - 1.0))
    schedule(seed, number, market, traits, path, news)
    path[0] = probability(score)
    for k in range(1, path.size):
        f = path[k]
        z = normal(draw(seed, number, market, NATURE, k, _WALK))
        score = (score + math.sqrt(f) * z) / math.sqrt(1.0 - f)
        path[k] = probability(score)
    return draw(seed, number, market, NATURE, _ENDS, _SETTLEMENT) < path[path.size - 1]
