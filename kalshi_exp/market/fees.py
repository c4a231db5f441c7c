"""Kalshi's trading fee, in exact integers.

The model fee is multiplier x rate x contracts x P x (1 - P). How it becomes money is one of two
regimes: `BALANCE` (docs.kalshi.com/getting_started/fee_rounding, September 2026) and
`CENT_CEILING` (the published fee table).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from kalshi_exp.config.fill import Fees, MakerFees, Rounding
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import MONEY_ONE, PRICE_ONE

BALANCE, CENT_CEILING = 0, 1
CENT = 10_000  # money
_MAKER_RATES = {
    MakerFees.quadratic: 0,
    MakerFees.quadratic_with_maker_fees: 17_500,
    MakerFees.quadratic_with_combo_maker_fees: 35_000,
}
_HALF = 100_000_000  # 1e8: half the digits of the product's scale of 1e16

FEES = np.dtype(
    [
        ("taker_rate", np.int64),  # 1e-6
        ("maker_rate", np.int64),  # 1e-6
        ("multiplier", np.int64),  # 1e-6
        ("rounding", np.int8),  # BALANCE or CENT_CEILING
        ("precision", np.int64),  # 1e-6 dollars: what balances are a multiple of
    ],
    align=True,
)
"""A fee schedule."""


def make_fees(config: Fees) -> np.void:
    """The kernels' record of a fee configuration.

    Raises:
        ValueError: a rate has more than six decimals, or rate x multiplier exceeds one (an order's
            reservation relies on a contract never costing more in fees than it pays).
    """
    taker = _millionths("fill.fees.taker_rate", config.taker_rate)
    maker = _MAKER_RATES[config.maker]
    multiplier = _millionths("fill.fees.multiplier", config.multiplier)
    if max(taker, maker) * multiplier > MONEY_ONE**2:
        raise ValueError(
            f"fill.fees: rate {max(taker, maker) / MONEY_ONE} x multiplier {config.multiplier} "
            "exceeds 1, more than a contract can pay: lower one of them"
        )
    record = np.zeros(1, FEES)
    rounding = BALANCE if config.rounding == Rounding.balance else CENT_CEILING
    precision = _millionths("fill.fees.precision", config.precision)
    record[0] = (taker, maker, multiplier, rounding, precision)
    return record[0]


def _millionths(name: str, value: float) -> int:
    # Through the decimal text: 0.07 means seven hundredths, not the nearest binary fraction.
    scaled = Decimal(str(value)).scaleb(6)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{name} is {value}: give at most six decimals")
    return int(scaled)


@kernel
def rate_fee(rate: int, multiplier: int, price: int, size: int) -> np.int64:
    """Model fee rounded up to 1e-6 dollars.

    Exact up to 3e9 contracts: both factors of the product are split into halves of eight digits,
    as the whole product has up to 29.

    Args:
        rate: 1e-6, with rate x multiplier at most 1e12.
        multiplier: 1e-6.
        price: 1e-4 dollars.
        size: 1e-2 contracts.

    Returns:
        int64 money.
    """
    quantity = np.int64(size) * (np.int64(price) * (PRICE_ONE - np.int64(price)))
    factor = np.int64(rate) * np.int64(multiplier)
    a1, a0 = quantity // _HALF, quantity % _HALF
    b1, b0 = factor // _HALF, factor % _HALF
    low = a0 * b0
    middle = a1 * b0 + a0 * b1 + low // _HALF
    fee = a1 * b1 + middle // _HALF
    if middle % _HALF != 0 or low % _HALF != 0:
        fee += 1
    return fee


@kernel
def trade_fee(fees: Any, price: int, size: int, passive: bool) -> np.int64:
    """Fee of a fill before balance rounding: the model fee rounded up to 1e-6 dollars.

    Args:
        fees: FEES record.
        price: 1e-4 dollars; the fee is the same seen from YES or NO.
        size: 1e-2 contracts.
        passive: whether our order rested (maker's rate).

    Returns:
        int64 money.
    """
    rate = fees.maker_rate if passive else fees.taker_rate
    return rate_fee(rate, fees.multiplier, price, size)


@kernel
def round_balance(trade: int, accumulated: int, flow: int, precision: int) -> tuple[int, int]:
    """Net fee of a fill in the balance regime, from its trade fee.

    The balance moves to its precision, downwards; the overpayment goes to the order's accumulator
    and comes back in units of the precision, as far as the fill's net fee stays >= 0.

    Args:
        trade: trade fee, money.
        accumulated: the order's overpayment so far, money.
        flow: money received before fees; negative when paid.
        precision: money.

    Returns:
        (net fee, accumulated), int64 money.
    """
    change = flow - trade
    aligned = change // precision * precision  # floor, also below zero
    rounding = change - aligned
    accumulated += rounding
    rebate = min(accumulated, trade + rounding) // precision * precision
    return trade + rounding - rebate, accumulated - rebate


@kernel
def _whole_cents(money: int) -> int:
    return (money + CENT - 1) // CENT * CENT


@kernel
def charge(
    fees: Any, accumulated: int, flow: int, price: int, size: int, passive: bool
) -> tuple[int, int]:
    """Fee of one fill, with the order's accumulator carried along.

    `BALANCE` keeps the unreturned overpayment in the accumulator. `CENT_CEILING` keeps the order's
    trade fees in it and rounds their sum up to a cent, so an order pays one ceiling however many
    fills it takes.

    Args:
        fees: FEES record.
        accumulated: the order's accumulator, 0 for a new order, money.
        flow: money received for the fill before fees; negative when paid.
        price: 1e-4 dollars.
        size: 1e-2 contracts.
        passive: whether our order rested.

    Returns:
        (fee >= 0, accumulated), int64 money.
    """
    trade = trade_fee(fees, price, size, passive)
    before = int(accumulated)
    if fees.rounding == CENT_CEILING:
        after = before + trade
        return _whole_cents(after) - _whole_cents(before), after
    return round_balance(trade, before, int(flow), fees.precision)
