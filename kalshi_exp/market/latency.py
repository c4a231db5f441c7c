"""Time from a decision to what the exchange hears of it, each part from one uniform draw."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from kalshi_exp.config.fill import Delay, Latency, LatencyShape
from kalshi_exp.market.draws import CHECK_DECIDE, CHECK_LATENCY, uniform_of
from kalshi_exp.market.jit import kernel, lean_kernel
from kalshi_exp.market.units import MILLISECOND

CONSTANT, UNIFORM, LOGNORMAL = 0, 1, 2
_SHAPES = {
    LatencyShape.constant: CONSTANT,
    LatencyShape.uniform: UNIFORM,
    LatencyShape.lognormal: LOGNORMAL,
}
_LONGEST = 86_400_000_000_000.0  # one day: keeps arrival times far from int64's end

DELAY = np.dtype(
    [("shape", np.int8), ("median", np.int64), ("spread", np.float64)],
    align=True,
)
"""Distribution of a delay: shape, median in ns, spread as in `config.Delay`."""

LATENCY = np.dtype(
    [("decision", DELAY), ("order", DELAY), ("cancel", DELAY), ("alike", np.int8)], align=True
)
"""The three delays of `config.Latency`, and 1 when those of orders and cancels are alike."""


def make_latency(config: Latency) -> np.void:
    """The kernels' record of a latency configuration."""
    record = np.zeros(1, LATENCY)
    decision, order, cancel = (_delay(d) for d in (config.decision, config.order, config.cancel))
    record[0] = (decision, order, cancel, int(order == cancel))
    return record[0]


def _delay(config: Delay) -> tuple[int, int, float]:
    median = Decimal(str(config.median_ms)) * MILLISECOND
    return _SHAPES[config.shape], int(median.to_integral_value()), config.spread


@kernel
def normal_quantile(u: float) -> float:
    """Inverse of the standard normal distribution function at float64 u in (0, 1).

    Wichura (1988), algorithm AS 241, PPND16: relative error about 1e-16.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        numerator = 2509.0809287301226727
        for c in (
            33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
            13731.693765509461125, 1971.5909503065514427, 133.14166789178437745,
            3.387132872796366608,
        ):  # fmt: skip
            numerator = numerator * r + c
        denominator = 5226.495278852545925
        for c in (
            28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
            5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0,
        ):  # fmt: skip
            denominator = denominator * r + c
        return q * numerator / denominator
    r = np.sqrt(-np.log(min(u, 1.0 - u)))
    if r <= 5.0:
        r -= 1.6
        numerator = 7.7454501427834140764e-4
        for c in (
            0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
            3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959,
            1.42343711074968357734,
        ):  # fmt: skip
            numerator = numerator * r + c
        denominator = 1.05075007164441684324e-9
        for c in (
            5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
            0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0,
        ):  # fmt: skip
            denominator = denominator * r + c
    else:
        r -= 5.0
        numerator = 2.01033439929228813265e-7
        for c in (
            2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
            0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699,
            6.6579046435011037772,
        ):  # fmt: skip
            numerator = numerator * r + c
        denominator = 2.04426310338993978564e-15
        for c in (
            1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
            0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0,
        ):  # fmt: skip
            denominator = denominator * r + c
    value = numerator / denominator
    return -value if q < 0.0 else value


@kernel
def delay_ns(delay: Any, u01: float) -> np.int64:
    """A delay in ns, int64 >= 0, as the inverse distribution function at a uniform draw.

    Args:
        delay: DELAY record.
        u01: float64 in [0, 1).
    """
    if delay.shape == CONSTANT:
        return np.int64(delay.median)
    if delay.shape == UNIFORM:
        factor = 1.0 + delay.spread * (2.0 * u01 - 1.0)
    else:
        factor = np.exp(delay.spread * normal_quantile(max(u01, 2.0**-54)))
    return np.int64(min(max(delay.median * factor, 0.0), _LONGEST) + 0.5)


@lean_kernel
def _drawn(delay: Any, key: np.uint64, check: int) -> np.int64:
    if delay.shape == CONSTANT:
        return np.int64(delay.median)
    return np.int64(delay_ns(delay, uniform_of(key, check)))


@lean_kernel
def order_delay_ns(latency: Any, key: np.uint64, side: int) -> np.int64:
    """From a decision to the arrival of its order on one side, in ns.

    Args:
        latency: LATENCY record.
        key: the decision's `decision_key`.
        side: BID or ASK: one decision may send two.
    """
    thinking = _drawn(latency.decision, key, CHECK_DECIDE)
    return thinking + _drawn(latency.order, key, CHECK_LATENCY + side)


@lean_kernel
def cancel_delay_ns(latency: Any, key: np.uint64, side: int) -> np.int64:
    """From a decision to the arrival of its cancel on one side, in ns; see `order_delay_ns`.

    What leaves at the same instant meets the same luck: with like distributions, the cancel of an
    order travels as long as the order that replaces it.
    """
    thinking = _drawn(latency.decision, key, CHECK_DECIDE)
    return thinking + _drawn(latency.cancel, key, CHECK_LATENCY + side)
