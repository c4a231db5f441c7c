from __future__ import annotations

import json

import pytest

from kalshi_exp.metrics.bootstrap import Estimate, missing
from kalshi_exp.metrics.market import STATISTICS, compare, measure, verdicts
from tests.metrics.market.tapes import random_window


def one(value, lo=None, hi=None):
    return missing("no") if value is None else Estimate(value, lo, hi, 9)


@pytest.mark.parametrize(
    ("tape", "simulation", "ok", "why"),
    [
        ((10.0, 8.0, 15.0), 15.0, True, "inside"),
        ((10.0, 9.9, 10.1), 12.0, True, "within 20%"),
        ((10.0, 9.9, 10.1), 8.0, True, "within 20%"),
        ((-1.0, -1.1, -0.9), -1.19, True, "within 20%"),
        ((10.0, 9.9, 10.1), 12.1, False, "21% more"),
        ((10.0, 9.9, 10.1), 5.0, False, "50% less"),
        ((10.0, 9.9, 10.1), 40.0, False, "4.0 times"),
        ((-1.0, -1.1, -0.9), 0.5, False, "other sign"),
        ((0.0, 0.0, 0.0), 0.0, True, "inside"),
        ((0.0, 0.0, 0.0), 0.1, False, "zero on the tape"),
        ((10.0, None, None), 11.0, True, "within 20%"),
        ((None,), 1.0, False, "on the tape"),
        ((1.0, 0.0, 2.0), None, False, "in the simulation"),
    ],
)
def test_inside_the_interval_or_within_a_fifth(tape, simulation, ok, why):
    keys = [statistic.key for statistic in STATISTICS]
    found = verdicts(dict.fromkeys(keys, one(*tape)), dict.fromkeys(keys, one(simulation)))
    assert len(found) == 35
    assert found[0].ok is ok and why in found[0].why


def test_a_market_agrees_with_itself_and_the_payload_is_json():
    windows = [measure(random_window(seed)) for seed in range(8)]
    payload = compare(windows, windows, 100)
    formed = [row for row in payload["statistics"] if row["tape"]["value"] is not None]
    assert len(formed) > 30 and all(row["ok"] for row in formed)
    assert payload["ok"] == len(formed) and payload["of"] == 35
    assert f"in {len(formed)} of 35" in payload["headline"]
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload


def test_another_market_does_not():
    slow = [measure(random_window(seed, pace=3.0)) for seed in range(8)]
    fast = [measure(random_window(seed)) for seed in range(8)]
    payload = compare(slow, fast, 100)
    assert "print_gap" in payload["failed"] and "lifetime_median" in payload["failed"]
