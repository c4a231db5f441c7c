"""Configs to records."""

from __future__ import annotations

import math

import pytest

from kalshi_exp.config.fill import (
    Delay,
    DepthFill,
    Fees,
    Fill,
    Impact,
    Latency,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    QueuePosition,
)
from kalshi_exp.fills import spec as s
from kalshi_exp.fills.impact import make_impact
from kalshi_exp.market.fees import make_fees
from kalshi_exp.market.latency import make_latency
from kalshi_exp.market.units import NEVER

WALKS, QUEUES = {"taking": s.WALK}, {"taking": s.WALK, "resting": s.QUEUE, "recovery": s.EVIDENCE}
PIECES = [
    (OldFill(), {"taking": s.BEST_WHOLE, "resting": s.CROSS_WHOLE}),
    (DepthFill(), {**WALKS, "resting": s.CROSS, "walk_from": 2_000, "recovery_ns": 5 * 10**9}),
    (
        ProbabilisticFill(walk_from=7, recovery_s=0.1, activity_s=60.0),
        {
            **WALKS, "resting": s.PROBABILISTIC, "walk_from": 700, "recovery_ns": 10**8,
            "activity_ns": 60 * 10**9,
        },
    ),
    (QueueFill(), {**QUEUES, "queue": s.PRO_RATA, "exponent": 2.0}),
    (
        QueueFill(exponent=0.5, pick_off_s=1.5, recovery_s=0.25),
        {
            **QUEUES, "queue": s.PRO_RATA, "exponent": 0.5, "pick_off_ns": 1_500_000_000,
            "recovery_ns": 250_000_000,
        },
    ),
    (QueueFill(drawn=True), {**QUEUES, "queue": s.PRO_RATA, "exponent": 2.0, "drawn": 1}),
    (QueueFill(pick_off_s=math.inf), {**QUEUES, "queue": s.PRO_RATA, "exponent": 2.0,
                                      "pick_off_ns": NEVER}),
    *(
        (QueueFill(position=QueuePosition[name]), {**QUEUES, "queue": code, "exponent": 2.0})
        for name, code in (
            ("pessimistic", s.PESSIMISTIC), ("optimistic", s.OPTIMISTIC), ("power", s.POWER),
            ("log", s.LOG),
        )
    ),
]  # fmt: skip
SHARED = ("hazard", "impact", "fees", "latency")


@pytest.mark.parametrize(("config", "pieces"), PIECES)
def test_pieces(config, pieces):
    spec = s.make_spec(config)
    assert spec.shape == (1,)
    own = {name: spec[0][name].item() for name in s.SPEC.names if name not in SHARED}
    assert own == {name: pieces.get(name, 0) for name in own}
    assert spec[0]["impact"]["on"] == 0


@pytest.mark.parametrize("model", [OldFill, DepthFill, ProbabilisticFill, QueueFill])
def test_fees_latency_and_impact_are_carried(model):
    fees, latency = Fees(taker_rate=0.035, multiplier=0.5), Latency(order=Delay(median_ms=12.5))
    impact = Impact(small=0.1, widen_cents=2.0)
    spec = s.make_spec(model(latency=latency, fees=fees, impact=impact))[0]
    assert spec["fees"] == make_fees(fees)
    assert spec["latency"] == make_latency(latency)
    assert spec["impact"] == make_impact(impact) and spec["impact"]["on"] == 1


def test_an_unknown_model_is_refused():
    class HazardFill(Fill):
        pass

    with pytest.raises(TypeError, match="HazardFill"):
        s.make_spec(HazardFill())
