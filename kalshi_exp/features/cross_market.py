"""Group `cross_market`: the event's other markets at the same instant; neutral without any."""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.features.scale import clip, squash
from kalshi_exp.features.siblings import (
    FIVE,
    Siblings,
    closest,
    correlation,
    group_sums,
)
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import PRICE_ONE


@lean_kernel
def _leads(siblings: Siblings, event: int, market: int, other: int) -> float:
    """How much the sibling's moves foretell ours, less how much ours foretell its; [-1, 1]."""
    own = (
        siblings.covariance[event, FIVE, market, market]
        * siblings.covariance[event, FIVE, other, other]
    )
    if own <= 0.0:
        return 0.0
    leads = abs(siblings.leading[event, other, market])
    lags = abs(siblings.leading[event, market, other])
    return clip((leads - lags) / math.sqrt(own), -1.0, 1.0)


@lean_kernel
def _dispersion(siblings: Siblings, event: int, markets: int) -> float:
    """Deviation of the markets' mids among each other over one half."""
    total = squares = 0.0
    for other in range(markets):
        bid, ask = siblings.touch[event, other, 0], siblings.touch[event, other, 1]
        mid = 0.5 * (max(bid, 0) + (ask if ask >= 0 else PRICE_ONE)) / PRICE_ONE
        total += mid
        squares += mid * mid
    variance = squares / markets - (total / markets) ** 2
    return clip(2.0 * math.sqrt(max(variance, 0.0)), 0.0, 1.0)


@lean_kernel
def observe_cross_market(
    siblings: Siblings, event: int, market: int, markets: int, out: np.ndarray
) -> None:
    """Write the cross-market group.

    Args:
        siblings: of all events; the touches are up to date.
        event: the event.
        market: the market's place in it.
        markets: how many it has.
        out: float32[5], in the table's order.
    """
    out[:] = 0.0
    if markets < 2:
        return
    violation, basket, known = group_sums(siblings, event, market, markets)
    if known:
        out[0] = squash(20.0 * violation)
        out[1] = squash(20.0 * basket)
    other = closest(siblings, event, market, markets)
    if other >= 0:
        out[2] = clip(correlation(siblings, event, FIVE, market, other), -1.0, 1.0)
        out[3] = _leads(siblings, event, market, other)
    out[4] = _dispersion(siblings, event, markets)
