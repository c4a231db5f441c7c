"""What a learned detector reads: once a second of each market, and of each pair of markets."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kalshi_exp.features import FEATURES, MARKET_FEATURES
from kalshi_exp.features.anchor import EVIDENCE
from kalshi_exp.features.settings import LEVELS
from kalshi_exp.features.siblings import HORIZONS, Siblings, correlation
from kalshi_exp.features.walk import BESIDE, Walk, see
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.tape import Pack

INPUTS: tuple[str, ...] = (
    *(feature.name for feature in FEATURES[:MARKET_FEATURES]),
    *EVIDENCE,
)
"""Names of what is read of a market, in order: every market feature, and what the orders at the
nearest anchor level tell beside them."""

READ = MARKET_FEATURES + len(BESIDE)
"""Numbers that are read of a market: the inputs, and its relations after them."""

PAIR_INPUTS: tuple[str, ...] = (
    "correlation_1",
    "correlation_5",
    "correlation_15",
    "excess_5",
    "excess_15",
    "grouped",
    "stray",
    "seconds",
)
"""Names of what is read of a pair, in order: correlations of changes of the mids over so many
seconds, what of them two shares of one dollar would not have, whether prices alone put both in one
sum-to-one group and how far that group's sum strays (dollars, times ten), and for how long all this
has been watched (logarithm)."""

_DISTANCES = INPUTS.index("anchor_low")
_OF_PAIR = len(PAIR_INPUTS)
_FIVE, _FIFTEEN = 1, 2
_LOG_900 = math.log1p(900.0)


@lean_kernel
def nearest_level(inputs: np.ndarray) -> tuple[int, float]:
    """Which anchor level is nearest to the mid, and the mid less that level in cents."""
    found = 0
    for k in range(1, LEVELS):
        if abs(inputs[_DISTANCES + k]) < abs(inputs[_DISTANCES + found]):
            found = k
    x = float(inputs[_DISTANCES + found])
    return found, 5.0 * x / (1.0 - abs(x))


@lean_kernel
def read_market(
    settings: Any, pack: Pack, first: int, markets: int, walk: Walk, now: int, m: int,
    out: np.ndarray,
) -> None:  # fmt: skip
    """Write what a detector reads of a market; the arguments are those of `features.walk.see`.

    Args:
        settings: SETTINGS record.
        pack: the pack.
        first: the session's first market in it.
        markets: how many it has.
        walk: where they are.
        now: ns.
        m: the market's place in its session; the first one comes first.
        out: float32[READ]; the inputs are its first.
    """
    see(
        settings, pack, first, markets, walk, now, m, out[:MARKET_FEATURES],
        out[MARKET_FEATURES:],
    )  # fmt: skip


@lean_kernel
def _expected(p: float, q: float) -> float:
    """Correlation of the changes of two probabilities that compete for one dollar."""
    p, q = min(max(p, 0.01), 0.99), min(max(q, 0.01), 0.99)
    return -math.sqrt(p * q / ((1.0 - p) * (1.0 - q)))


@lean_kernel
def read_pair(siblings: Siblings, event: int, i: int, j: int, out: np.ndarray) -> None:
    """Write what a detector reads of a pair.

    Args:
        siblings: of all events.
        event: the event.
        i: one market's place in it.
        j: the other's.
        out: float32[len(PAIR_INPUTS)].
    """
    mean, group = siblings.mean[event], siblings.group[event]
    for h in range(HORIZONS.size):
        out[h] = correlation(siblings, event, h, i, j)
    rivals = max(_expected(mean[i], mean[j]), -1.0)
    out[3] = out[_FIVE] - rivals
    out[4] = out[_FIFTEEN] - rivals
    grouped = group[i] >= 0 and group[i] == group[j]
    out[5] = 1.0 if grouped else 0.0
    out[6] = min(10.0 * siblings.stray[event, i], 1.0) if grouped else 1.0
    out[7] = math.log1p(float(siblings.samples[event])) / _LOG_900
