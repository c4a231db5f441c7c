"""What the markets of one event have to do with each other, sampled once a second."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from kalshi_exp.features.samples import REMEMBERED, mid_ago
from kalshi_exp.features.sum_to_one import find_groups
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import PRICE_ONE

HORIZONS = np.array([1, 5, 15], np.int64)
"""Seconds over which changes of mids are compared."""

FIVE, FIFTEEN = 1, 2
"""Places of the horizons that features use."""

LAG = 2
"""Seconds by which one market may lead another."""

RELATIONS: tuple[str, ...] = ("group", "violation", "arbitrage", "correlation", "partner")
"""What is told of a market's relations: number of its sum-to-one group and -1 for none, by how many
cents the group's mids sum to more than a dollar, cents that its best basket earns after fees,
correlation with the closest sibling, and that sibling's place, -1 for none."""

_PRIOR = 20.0  # samples that a correlation of zero is worth
_LEARN = 30  # samples before anything is said of sums


class Siblings(NamedTuple):
    """Of E events with M markets each; probabilities in dollars, changes in cents.

    Attributes:
        samples: int64[E], seconds sampled so far.
        mean: float64[E, M], mean probability.
        product: float64[E, M, M], mean product of two probabilities.
        covariance: float64[E, 3, M, M], mean product of two changes over each of HORIZONS.
        leading: float64[E, M, M], of the change of the first LAG seconds ago and the second's now.
        group: int64[E, M], number of the sum-to-one group a market seems to be in; -1 none.
        stray: float64[E, M], root mean square by which that group's sum strays from one.
        touch: int64[E, M, 2], best bid and ask now, 1e-4 dollars; -1 none.
        changes: float64[3, M], scratch.
        flags: bool[3, M], scratch.
        rows: float64[M], scratch.
    """

    samples: np.ndarray
    mean: np.ndarray
    product: np.ndarray
    covariance: np.ndarray
    leading: np.ndarray
    group: np.ndarray
    stray: np.ndarray
    touch: np.ndarray
    changes: np.ndarray
    flags: np.ndarray
    rows: np.ndarray


def new_siblings(events: int, markets: int) -> Siblings:
    """Room for so many events of at most so many markets."""
    horizons = len(HORIZONS)
    return Siblings(
        np.zeros(events, np.int64),
        np.zeros((events, markets)),
        np.zeros((events, markets, markets)),
        np.zeros((events, horizons, markets, markets)),
        np.zeros((events, markets, markets)),
        np.full((events, markets), -1, np.int64),
        np.zeros((events, markets)),
        np.full((events, markets, 2), -1, np.int64),
        np.zeros((horizons, markets)),
        np.zeros((3, markets), np.bool_),
        np.zeros(markets),
    )


@lean_kernel
def reset_siblings(siblings: Siblings, event: int) -> None:
    """Forget everything about one event."""
    siblings.samples[event] = 0
    siblings.mean[event, :] = 0.0
    siblings.product[event, :, :] = 0.0
    siblings.covariance[event, :, :, :] = 0.0
    siblings.leading[event, :, :] = 0.0
    siblings.group[event, :] = -1
    siblings.stray[event, :] = 0.0
    siblings.touch[event, :, :] = -1


@lean_kernel
def _probability(state: Any) -> float:
    mid = mid_ago(state, 0)
    return mid / 100.0 if mid >= 0.0 else 0.5


@lean_kernel
def _change(state: Any, seconds: int, earlier: int) -> float:
    """Change of the mid over so many seconds that ended `earlier` seconds ago; 0 if not known."""
    if state.samples <= seconds + earlier or seconds + earlier >= REMEMBERED:
        return 0.0
    now, was = mid_ago(state, earlier), mid_ago(state, seconds + earlier)
    return now - was if was >= 0.0 else 0.0


@lean_kernel
def sample_siblings(
    settings: Any, siblings: Siblings, event: int, states: np.ndarray, first: int, markets: int
) -> None:
    """Take a second's sample, after every market of the event has.

    Args:
        settings: SETTINGS record.
        siblings: of all events.
        event: its number.
        states: STATE[N].
        first: state of its first market.
        markets: how many it has.
    """
    if markets < 2:
        return
    siblings.samples[event] += 1
    samples = siblings.samples[event]
    share = max(settings.memory, 1.0 / samples)
    mean, product = siblings.mean[event], siblings.product[event]
    leading, changes = siblings.leading[event], siblings.changes
    for i in range(markets):
        mean[i] += (_probability(states[first + i]) - mean[i]) * share
        for h in range(HORIZONS.size):
            changes[h, i] = _change(states[first + i], HORIZONS[h], 0)
    for i in range(markets):
        p = _probability(states[first + i])
        before = _change(states[first + i], LAG, LAG)
        for j in range(markets):
            q = _probability(states[first + j])
            product[i, j] += (p * q - product[i, j]) * share
            after = _change(states[first + j], LAG, 0)
            leading[i, j] += (before * after - leading[i, j]) * share
            for h in range(HORIZONS.size):
                both = changes[h, i] * changes[h, j]
                old = siblings.covariance[event, h, i, j]
                siblings.covariance[event, h, i, j] = old + (both - old) * share
    if samples >= _LEARN and samples % settings.search == 0:
        find_groups(
            mean[:markets], product, siblings.covariance[event, FIFTEEN], settings.deviation,
            siblings.group[event], siblings.stray[event], siblings.flags, siblings.rows,
        )  # fmt: skip


@lean_kernel
def correlation(siblings: Siblings, event: int, horizon: int, i: int, j: int) -> float:
    """Of changes of two mids, drawn towards zero while there are few samples; in [-1, 1]."""
    own = siblings.covariance[event, horizon, i, i] * siblings.covariance[event, horizon, j, j]
    if own <= 0.0:
        return 0.0
    n = siblings.samples[event] / HORIZONS[horizon]
    return siblings.covariance[event, horizon, i, j] / math.sqrt(own) * n / (n + _PRIOR)


@lean_kernel
def closest(siblings: Siblings, event: int, market: int, markets: int) -> int:
    """The sibling whose mid moves most with a market's, either way; -1: none does."""
    found, most = -1, 0.0
    for other in range(markets):
        if other == market:
            continue
        size = abs(correlation(siblings, event, FIVE, market, other))
        if size > most:
            found, most = other, size
    return found


@lean_kernel
def group_sums(
    siblings: Siblings, event: int, market: int, markets: int
) -> tuple[float, float, bool]:
    """Sums over the group that a market seems to be in.

    Returns:
        (its mids less one dollar, the best basket after takers' fees, whether there is a group
        and all of it is two-sided); dollars.
    """
    group = siblings.group[event, market]
    if group < 0:
        return 0.0, 0.0, False
    mids, bids, asks, buying, selling = -1.0, 0.0, 0.0, 0.0, 0.0
    for other in range(markets):
        if siblings.group[event, other] != group:
            continue
        bid, ask = siblings.touch[event, other, 0], siblings.touch[event, other, 1]
        if bid < 0 or ask < 0:
            return 0.0, 0.0, False
        b, a = bid / PRICE_ONE, ask / PRICE_ONE
        mids += 0.5 * (a + b)
        bids += b
        asks += a
        buying += FEE * a * (1.0 - a)
        selling += FEE * b * (1.0 - b)
    return mids, max(1.0 - asks - buying, bids - 1.0 - selling), True


@lean_kernel
def observe_relations(
    siblings: Siblings, event: int, market: int, markets: int, out: np.ndarray
) -> None:
    """Write what a detector tells of a market's relations.

    Args:
        siblings: of all events; the touches are up to date.
        event: the event.
        market: the market's place in it.
        markets: how many it has.
        out: float32[len(RELATIONS)].
    """
    out[:] = 0.0
    out[0] = out[4] = -1.0
    if markets < 2:
        return
    violation, basket, known = group_sums(siblings, event, market, markets)
    other = closest(siblings, event, market, markets)
    out[0] = siblings.group[event, market]
    if known:
        out[1], out[2] = 100.0 * violation, 100.0 * basket
    if other >= 0:
        out[3] = correlation(siblings, event, FIVE, market, other)
    out[4] = other


FEE = 0.07
"""Takers' fee: this times p (1 - p) a contract, before rounding."""
