"""Twice the mid price at and after fills, from the tape."""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape.pack import Pack

HORIZONS = (1 * SECOND, 10 * SECOND, 60 * SECOND)


@kernel
def _two_mids(pack, market, message):
    """Bid plus ask after a message, or -1 when a side is empty or nothing was said yet."""
    m = pack.markets[market]
    if message < m.first:
        return np.int32(-1)
    bid, ask = pack.bid[message], pack.ask[message]
    if bid < 0 or ask >= m.levels:
        return np.int32(-1)
    return np.int32(pack.prices[m.price + bid] + pack.prices[m.price + ask])


@kernel
def last_message(pack, market, ts):
    """Index of the market's last message with time <= ts; its first less one if there is none."""
    m = pack.markets[market]
    low, high = m.first, m.last
    while low < high:
        middle = (low + high) >> 1
        if pack.messages[middle].ts <= ts:
            low = middle + 1
        else:
            high = middle
    return low - 1


@kernel
def _mids(pack, markets, times, horizons, out):
    for i in range(len(markets)):
        market = markets[i]
        m = pack.markets[market]
        out[i, 0] = _two_mids(pack, market, last_message(pack, market, times[i]))
        for h in range(len(horizons)):
            message = last_message(pack, market, min(times[i] + horizons[h], m.close))
            value = _two_mids(pack, market, message)
            while value < 0 and message >= m.first:
                message -= 1
                value = _two_mids(pack, market, message)
            out[i, 1 + h] = value


def mids_after(
    pack: Pack,
    markets: np.ndarray,
    times: np.ndarray,
    horizons: tuple[int, ...] = HORIZONS,
) -> np.ndarray:
    """Bid plus ask (twice the mid, 1e-4 dollars) at a moment and at some time after it.

    At the moment itself a one-sided book gives -1. Later ones take the last two-sided book not
    after that time nor after the close; -1 when there never was one.

    Args:
        pack: the tape.
        markets: int64[F], pack markets.
        times: int64[F], ns.
        horizons: ns after the moment; 1, 10 and 60 s when not given.

    Returns:
        int32[F, 1 + len(horizons)].
    """
    out = np.full((len(markets), 1 + len(horizons)), -1, np.int32)
    _mids(pack, markets, times, np.array(horizons, np.int64), out)
    return out
