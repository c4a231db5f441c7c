"""Random variables from keyed uniforms: each is a function of who draws it and its ordinal."""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.market.draws import uniform
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.latency import normal_quantile
from kalshi_exp.market.units import SECOND

# Who draws. With the market these make up one key, so that traders never share a draw.
NATURE, RESTER, TAKER, INSIDER, DEFENDER, FOLLOWER, PINGER, ARBITRAGEUR, CROWD = np.arange(9)
REPLACER, TAGGER, COPIER = np.arange(16, 19)  # their ordinals are times: they echo others
QUOTER = np.int64(32)  # the first maker; the others follow
TRADERS = 64

_COMMON = np.array([100, 500, 1000, 2500, 5000, 10000, 25000, 50000], np.int64)


@lean_kernel
def draw(seed, number, market, trader, ordinal, check):
    """One uniform in [0, 1)."""
    return uniform(seed, number, market * TRADERS + trader, ordinal, check)


@lean_kernel
def exponential_ns(u, mean_s):
    """An exponential waiting time of that mean in seconds, at least 1 ns."""
    return np.int64(-math.log(1.0 - u) * mean_s * SECOND) + 1


@lean_kernel
def lognormal_ns(u, median_s, sigma):
    """A lognormal waiting time of that median in seconds, at least 1 ns and at most a day."""
    return np.int64(min(median_s * math.exp(sigma * normal(u)), 86_400.0) * SECOND) + 1


@lean_kernel
def normal(u):
    """A standard normal."""
    return normal_quantile(max(u, 2.0**-54))


@lean_kernel
def geometric(u, mean):
    """A whole number from 0, geometric with that mean."""
    if mean <= 0.0:
        return np.int64(0)
    return np.int64(math.log(1.0 - u) / math.log(mean / (1.0 + mean)))


@lean_kernel
def order_size(u, v, median, sigma):
    """A lognormal order size, 1e-2 contracts, at least 0.01 of a contract and at most 10,000.

    Three in ten are one of the sizes people type (1, 5, 10, 25 ... 500), three in ten whole
    contracts, the rest as they fall: fractions are as common on recorded tapes.
    """
    size = median * 100.0 * math.exp(sigma * normal(u))
    size = min(max(size, 1.0), 1_000_000.0)
    if v < 0.3:
        nearest = np.int64(_COMMON[0])
        for common in _COMMON:
            if abs(math.log(size / common)) < abs(math.log(size / nearest)):
                nearest = common
        return nearest
    if v < 0.6:
        return max(np.int64(size / 100.0 + 0.5), np.int64(1)) * 100
    return np.int64(size)
