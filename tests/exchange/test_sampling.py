"""Random variables have the moments they are named for."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.exchange.sampling import (
    INSIDER,
    RESTER,
    draw,
    exponential_ns,
    geometric,
    order_size,
)
from kalshi_exp.market.units import SECOND

ZERO = np.int64(0)


def uniforms(count: int, trader=RESTER, check=ZERO, market=ZERO) -> np.ndarray:
    return np.array([draw(ZERO, ZERO, market, trader, np.int64(k), check) for k in range(count)])


def test_traders_markets_and_checks_never_share_a_draw():
    streams = [
        uniforms(200),
        uniforms(200, trader=INSIDER),
        uniforms(200, check=np.int64(1)),
        uniforms(200, market=np.int64(1)),
    ]
    assert len(np.unique(np.concatenate(streams))) == 800


def test_waiting_times():
    waits = np.array([exponential_ns(u, 2.5) for u in uniforms(8_000)]) / SECOND
    assert waits.min() > 0
    assert waits.mean() == pytest.approx(2.5, rel=0.04)
    assert waits.std() == pytest.approx(2.5, rel=0.06)
    assert exponential_ns(0.0, 2.5) == 1


def test_geometric():
    counts = np.array([geometric(u, 3.0) for u in uniforms(8_000)])
    assert counts.min() == 0
    assert counts.mean() == pytest.approx(3.0, rel=0.05)
    assert (counts == 0).mean() == pytest.approx(0.25, abs=0.02)
    assert geometric(0.99, 0.0) == 0


def test_order_sizes():
    us, vs = uniforms(8_000), uniforms(8_000, check=np.int64(1))
    sizes = np.array([order_size(u, v, 20.0, 1.1) for u, v in zip(us, vs, strict=True)])
    as_they_fall = sizes[vs >= 0.6]
    assert np.median(as_they_fall) == pytest.approx(2_000, rel=0.1)
    assert np.log(as_they_fall).std() == pytest.approx(1.1, rel=0.05)
    assert sizes.min() >= 1
    whole = (sizes % 100 == 0).mean()
    assert 0.58 < whole < 0.66
    assert order_size(0.0, 0.9, 0.01, 3.0) == 1
    assert order_size(1.0 - 2.0**-53, 0.9, 1e5, 3.0) == 1_000_000
