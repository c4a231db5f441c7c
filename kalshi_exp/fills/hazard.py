"""The intensity of HAZARD: what it depends on, and when that has changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.config.fill import HazardCoefficients
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SECOND, SIZE_ONE
from kalshi_exp.tape.pack import size_at
from kalshi_exp.tape.session import Kind

FILL, PRINT = int(Kind.FILL), int(Kind.PRINT)
COVARIATES = ("ahead", "spread", "imbalance", "activity", "closing", "behind")
"""In the order of `covariates`; what each is, `config.HazardCoefficients` says."""

CENT = PRICE_ONE / 100.0
WIDEST = 10.0  # cents
FURTHEST = np.int64(10)  # levels
MINUTE = 60 * SECOND
SHORTEST, LONGEST = 0.05, 1440.0  # minutes

HAZARD = np.dtype([(name, np.float64) for name in ("intercept", *COVARIATES)])
"""`config.HazardCoefficients` as the kernels read them."""


def make_hazard(config: HazardCoefficients) -> np.void:
    """The kernels' record of the coefficients."""
    record = np.zeros(1, HAZARD)
    record[0] = tuple(getattr(config, name) for name in HAZARD.names or ())
    return record[0]


@lean_kernel
def minute_ago(pack, market, low, ts, message):
    """The market's first message with a time less than a minute before `ts`, or `message` + 1.

    Args:
        pack: the tape.
        market: pack market.
        low: what an earlier call gave for an earlier `ts`; -1 for none.
        ts: ns.
        message: last message seen.
    """
    since = ts - MINUTE
    if low >= 0:
        while low <= message and pack.messages[low].ts <= since:
            low += 1
        return low
    low, high = pack.markets[market].first, message + 1
    while low < high:
        middle = (low + high) >> 1
        if pack.messages[middle].ts <= since:
            low = middle + 1
        else:
            high = middle
    return low


@lean_kernel
def touch_size(pack, market, side, message):
    """(level, size) of a side's touch after a message; (-1, 0) for none."""
    m = pack.markets[market]
    level = np.int64(-1)
    if message >= m.first:
        level = np.int64(pack.bid[message] if side == BID else pack.ask[message])
    if level < 0 or level >= m.levels:
        return np.int64(-1), np.int64(0)
    return level, np.int64(size_at(pack, market, side, level, message))


@lean_kernel
def surroundings(pack, market, message, ts, low, bid, bids, ask, asks):
    """What all orders of a market meet alike.

    Args:
        pack: the tape.
        market: pack market.
        message: last message seen.
        ts: now, ns.
        low: first message of the last minute (`minute_ago`).
        bid: level of the bids' touch, -1 for none (`touch_size`).
        bids: its size, 1e-2 contracts.
        ask: level of the asks' touch, -1 for none.
        asks: its size.

    Returns:
        (spread, imbalance as a bid has it, activity, closing, bid, ask).
    """
    m = pack.markets[market]
    trades = np.int64(0)
    if message >= m.first:
        trades += pack.prints[message] - (pack.prints[low - 1] if low > m.first else 0)
    spread = WIDEST
    if bid >= 0 and ask >= 0:
        spread = min((pack.prices[m.price + ask] - pack.prices[m.price + bid]) / CENT, WIDEST)
    return (
        spread,
        (bids - asks) / max(bids + asks, 1),
        np.log1p(float(trades)),
        np.log(min(max((m.close - ts) / MINUTE, SHORTEST), LONGEST)),
        bid,
        ask,
    )


@lean_kernel
def look_anew(pack, market, message, ts):
    """`surroundings` with nothing known from before."""
    low = minute_ago(pack, market, np.int64(-1), ts, message)
    bid, bids = touch_size(pack, market, BID, message)
    ask, asks = touch_size(pack, market, ASK, message)
    return surroundings(pack, market, message, ts, low, bid, bids, ask, asks)


@lean_kernel
def covariates(around, side, level, ahead):
    """What the intensity of one resting order depends on.

    Args:
        around: `surroundings`.
        side: BID or ASK, the order's.
        level: its ladder index.
        ahead: queue in front of it at its level, 1e-2 contracts.

    Returns:
        The six `COVARIATES`, float64.
    """
    spread, imbalance, activity, closing, bid, ask = around
    behind: Any = np.int64(0)
    if side == BID and bid >= 0:
        behind = min(max(bid - level, behind), FURTHEST)
    elif side == ASK and ask >= 0:
        behind = min(max(level - ask, behind), FURTHEST)
    return (
        np.log1p(max(ahead, 0) / SIZE_ONE),
        spread,
        imbalance if side == BID else -imbalance,
        activity,
        closing,
        float(behind),
    )


@lean_kernel
def intensity(hazard, x):
    """How much hazard comes a second: exp(intercept + coefficients . covariates)."""
    return np.exp(
        hazard.intercept
        + hazard.ahead * x[0]
        + hazard.spread * x[1]
        + hazard.imbalance * x[2]
        + hazard.activity * x[3]
        + hazard.closing * x[4]
        + hazard.behind * x[5]
    )


@lean_kernel
def stirs(pack, market, message):
    """Whether a message changed a touch, or is a trade: intensities are then looked at anew.

    In between they stay as they are, the slow change of the clock included, so that what is
    cumulated depends on the tape alone and not on when anybody decides.
    """
    tag = np.int64(pack.tags[message])
    level, kind = tag >> 4, (tag >> 1) & 7
    touch = pack.bid[message] if tag & 1 == BID else pack.ask[message]
    if level == touch or kind in (FILL, PRINT) or message == pack.markets[market].first:
        return True
    before = message - 1
    return pack.bid[message] != pack.bid[before] or pack.ask[message] != pack.ask[before]
