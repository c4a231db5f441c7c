"""What informed traders' parameters say is what they do."""

from __future__ import annotations

import numpy as np

from kalshi_exp.exchange import INFORMED
from kalshi_exp.market.units import MILLISECOND
from kalshi_exp.tape.session import Kind
from tests.exchange.traders.busy import log_of, market, play


def taken(**informed: float) -> np.ndarray:
    """Times of informed orders that took."""
    log = log_of(play(market({"lifetime_s": 5.0}, {"rate": 3.0, "size_median": 1.0, **informed})))
    fills = log[(log["kind"] == Kind.FILL) & (log["taker"] == INFORMED)]
    return np.unique(fills["ts"])


def test_one_that_takes_brings_others_along():
    alone, followed = taken(), taken(follow=0.8, follow_ms=5.0)
    assert len(followed) > 1.5 * len(alone) > 20
    near = [(np.diff(times) < 20 * MILLISECOND).mean() for times in (alone, followed)]
    assert near[0] < 0.25 < 0.4 < near[1]


def test_sizes_spread_as_told():
    spreads = []
    for sigma in (0.1, 2.0):
        scenario = market({}, {"rate": 3.0, "size_sigma": sigma})
        log = log_of(play(scenario))
        fills = log[(log["kind"] == Kind.FILL) & (log["taker"] == INFORMED)]
        _, order = np.unique(fills["ts"], return_inverse=True)
        spreads.append(np.log(np.bincount(order, -fills["size"])).std())
    assert spreads[1] > 1.5 * spreads[0]
