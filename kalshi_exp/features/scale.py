"""The fixed transforms that bring a quantity into a bounded range."""

from __future__ import annotations

import math

from kalshi_exp.market.jit import lean_kernel

CENT = 100.0
"""Price units in a cent."""

SIZE_TOP = 1.0 / math.log1p(1e6)
CENTS_TOP = 1.0 / math.log1p(100.0)
LEVELS_TOP = 1.0 / math.log1p(100.0)
CLOSE_TOP = 1.0 / math.log1p(30 * 86400.0)
HOUR_TOP = 1.0 / math.log1p(3600.0)
COUNT_RATE_TOP = 1.0 / math.log1p(1e3)
VOLUME_RATE_TOP = 1.0 / math.log1p(1e4)


@lean_kernel
def clip(x: float, low: float, high: float) -> float:
    """`x` limited to [low, high]."""
    return min(max(x, low), high)


@lean_kernel
def squash(x: float) -> float:
    """Soft sign x / (1 + |x|), in (-1, 1): a cheap tanh."""
    return x / (1.0 + abs(x))


@lean_kernel
def log_scale(x: float, top: float) -> float:
    """log1p(x) * top limited to [0, 1], for x >= 0; `top` is 1 / log1p(largest x told apart)."""
    return min(math.log1p(x) * top, 1.0)


@lean_kernel
def balance(positive: float, negative: float, prior: float) -> float:
    """(positive - negative) / (positive + negative + prior) in [-1, 1]; 0 where all are 0."""
    total = positive + negative + prior
    return (positive - negative) / total if total > 0.0 else 0.0
