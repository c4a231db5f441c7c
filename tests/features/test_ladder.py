from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.features.ladder import NEAR_3, NEAR_5, NEAR_10, TAKER_LOT, scan_side
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID, PRICE_ONE


def _slow(sizes: np.ndarray, prices: np.ndarray, side: int) -> tuple:
    rungs = [(int(p), int(s)) for p, s in zip(prices, sizes[side], strict=True) if s > 0]
    if not rungs:
        return (0, 0, 0, 0, 0, 0, PRICE_ONE, TAKER_LOT * PRICE_ONE, 0.0)
    rungs.sort(reverse=side == BID)
    touch, end = rungs[0][0], 0 if side == BID else PRICE_ONE
    away = [(abs(p - touch), s) for p, s in rungs]
    slip, left = 0, TAKER_LOT
    for d, s in [*away, (abs(touch - end), TAKER_LOT)]:
        slip += min(s, left) * d
        left -= min(s, left)
    return (
        away[0][1],
        *(sum(s for d, s in away if d < near) for near in (NEAR_3, NEAR_5, NEAR_10)),
        sum(s for _, s in away),
        len(away),
        away[1][0] if len(away) > 1 else abs(touch - end),
        slip,
        float(sum(float(s) ** 2 for d, s in away if d < NEAR_10)),
    )


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    filled=st.sampled_from([0.0, 0.02, 0.3, 1.0]),
    grid=st.sampled_from(["linear_cent", "tapered_deci_cent"]),
    side=st.sampled_from([BID, ASK]),
)
def test_equals_a_slow_pass_over_the_rungs(seed: int, filled: float, grid: str, side: int) -> None:
    rng = np.random.default_rng(seed)
    prices = PriceGrid.structure(grid).prices
    n = len(prices)
    middle = int(rng.integers(0, n + 1))
    sizes = np.zeros((2, n), np.int64)
    sizes[BID, :middle] = rng.integers(1, 9_000, middle) * (rng.random(middle) < filled)
    sizes[ASK, middle:] = rng.integers(1, 9_000, n - middle) * (rng.random(n - middle) < filled)
    bids, asks = np.flatnonzero(sizes[BID]), np.flatnonzero(sizes[ASK])
    best = np.array([bids.max() if len(bids) else -1, asks.min() if len(asks) else n], np.int32)
    got, want = tuple(scan_side(sizes, best, prices, side)), _slow(sizes, prices, side)
    assert got[:-1] == want[:-1]
    np.testing.assert_allclose(got[-1], want[-1], rtol=1e-12)
