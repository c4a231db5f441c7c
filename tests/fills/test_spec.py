"""Configs to records."""

from __future__ import annotations

import pytest

from kalshi_exp.config.fill import (
    DepthFill,
    Fees,
    Fill,
    Latency,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    QueuePosition,
)
from kalshi_exp.fills import spec as s
from kalshi_exp.market.fees import make_fees
from kalshi_exp.market.latency import make_latency


@pytest.mark.parametrize(
    ("config", "pieces"),
    [
        (OldFill(), (s.BEST_WHOLE, s.CROSS_WHOLE, 0, s.TIMER, 0, 0, 0)),
        (DepthFill(), (s.WALK, s.CROSS, 0, s.TIMER, 2_000, 5 * 10**9, 0)),
        (
            ProbabilisticFill(walk_from=7, recovery_s=0.1, activity_s=60.0),
            (s.WALK, s.PROBABILISTIC, 0, s.TIMER, 700, 10**8, 60 * 10**9),
        ),
        (
            QueueFill(position=QueuePosition.pessimistic),
            (s.WALK, s.QUEUE, s.PESSIMISTIC, s.EVIDENCE, 0, 0, 0),
        ),
        (QueueFill(), (s.WALK, s.QUEUE, s.PRO_RATA, s.EVIDENCE, 0, 0, 0)),
        (
            QueueFill(position=QueuePosition.optimistic),
            (s.WALK, s.QUEUE, s.OPTIMISTIC, s.EVIDENCE, 0, 0, 0),
        ),
    ],
)
def test_pieces(config, pieces):
    spec = s.make_spec(config)
    assert spec.shape == (1,)
    assert spec[0].item()[:7] == pieces


def test_fees_and_latency_are_carried():
    fees, latency = Fees(taker_rate=0.035, multiplier=0.5), Latency(median_ms=12.5)
    spec = s.make_spec(QueueFill(latency=latency, fees=fees))[0]
    assert spec["fees"] == make_fees(fees)
    assert spec["latency"] == make_latency(latency)


def test_an_unknown_model_is_refused():
    class HazardFill(Fill):
        pass

    with pytest.raises(TypeError, match="HazardFill"):
        s.make_spec(HazardFill())
