"""Aversion to extreme prices: liquidity shrinks and spreads widen where the answer is nearly known.

Below `low_cents` and above `high_cents` both grow in proportion to the distance beyond, to their
full size at 0 and 100 cents; makers never widen by more than half of what is left to the end of the
scale, so that they stay in the market. What counts is the mid at the last watch, so the crowd is up
to a second late. Strength scales both. It draws nothing.

Label AVERSION: the time spent beyond a threshold; price: the threshold; side -1; value: strength.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.exchange.labels import AVERSION, note
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import PRICE_ONE

CAUTION = np.dtype(
    [
        ("gone", np.float64),  # share of liquidity
        ("fear", np.float64),  # cents
        ("label", np.int64),  # of the time spent beyond; -1: within
    ],
    align=True,
)
"""How averse the crowd of one market is now."""

_HYSTERESIS = 1.0  # cents: a mid that flickers at the threshold is one stay, not twenty
_CENT = PRICE_ONE // 100
_BOTH = np.int64(-1)


@lean_kernel
def shy(exchange, market, mid, now):
    """Settle how averse the crowd is at a mid (cents), and label the stay beyond."""
    traits, caution = exchange.parameters[0].aversion, exchange.moods[market].caution
    low, high = traits.low_cents, traits.high_cents
    beyond = max(0.0, (low - mid) / low, (mid - high) / (100.0 - high)) * traits.strength
    caution.gone = traits.shrink * beyond
    caution.fear = min(traits.widen_cents * beyond, 0.5 * min(mid, 100.0 - mid))
    if caution.label < 0:
        if beyond > 0.0:
            threshold = np.int64(round((low if mid < low else high) * _CENT))
            caution.label = note(
                exchange.labels, exchange.noted, AVERSION, market, now, exchange.clock[0].close,
                _BOTH, threshold, traits.strength,
            )  # fmt: skip
    elif low + _HYSTERESIS <= mid <= high - _HYSTERESIS:
        exchange.labels[caution.label].end = now
        caution.label = -1
