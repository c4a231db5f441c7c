from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest

from kalshi_exp.config import (
    ActivityFeatures,
    AlgorithmFeatures,
    AnchorFeatures,
    BookFeatures,
    CrossMarketFeatures,
    FeatureGroup,
    VolatilityFeatures,
)
from kalshi_exp.features import SETTINGS, make_settings
from kalshi_exp.market.units import SECOND

KINDS: dict[str, type[FeatureGroup]] = {
    "activity": ActivityFeatures,
    "anchor": AnchorFeatures,
    "volatility": VolatilityFeatures,
    "cross_market": CrossMarketFeatures,
    "algorithm": AlgorithmFeatures,
}
PARAMETERS = [(group, one.name) for group, kind in KINDS.items() for one in fields(kind)]


def test_windows_levels_and_shares() -> None:
    record = make_settings(
        {
            "activity": ActivityFeatures(fast_s=2.0, slow_s=9.0),
            "anchor": AnchorFeatures(low_cents=20.5, near_cents=3.0, refill_s=4.0, prompt_ms=250.0),
            "volatility": VolatilityFeatures(move_s=12, depth_s=2.0),
            "cross_market": CrossMarketFeatures(deviation_cents=3.0),
            "algorithm": AlgorithmFeatures(high_cents=90.0),
        }
    )[0]
    assert record["fast"] * 2.0 * SECOND == pytest.approx(1) == record["slow"] * 9.0 * SECOND
    assert record["levels"].tolist() == [2050, 5000, 7500] and record["near"] == 300
    assert record["refill"] == pytest.approx(1 - math.exp(-1 / 4))
    assert record["prompt"] == 250_000_000 and record["paired"] == 100_000_000
    assert record["move"] == 12 and record["depth"] == pytest.approx(1 - math.exp(-0.5))
    assert record["deviation"] == pytest.approx(0.03)
    assert (record["low"], record["high"]) == (1500, 9000)


def test_what_is_off_has_its_defaults() -> None:
    nothing, book, given = (
        make_settings(groups)
        for groups in ({}, {"book": BookFeatures()}, {n: kind() for n, kind in KINDS.items()})
    )
    assert nothing.tobytes() == book.tobytes() == given.tobytes()
    assert all(nothing[name].all() for name in SETTINGS.names or ())


@pytest.mark.parametrize(("group", "parameter"), PARAMETERS)
def test_every_parameter_arrives(group: str, parameter: str) -> None:
    plain = KINDS[group]()
    value = getattr(plain, parameter)
    other = replace(plain, **{parameter: value + 1})
    assert make_settings({group: plain}).tobytes() != make_settings({group: other}).tobytes()
