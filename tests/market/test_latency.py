from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from kalshi_exp.config.fill import Delay, Latency, LatencyShape
from kalshi_exp.market.latency import delay_ns, make_latency, normal_quantile

unit = st.floats(0.0, 1.0, exclude_max=True)


def record(shape, median_ms=60.0, spread=0.35):
    return make_latency(Latency(order=Delay(LatencyShape(shape), median_ms, spread)))["order"]


@given(st.floats(2.0**-54, 1.0 - 2.0**-53))
def test_normal_quantile_is_scipys(u):
    assert normal_quantile(u) == pytest.approx(norm.ppf(u), rel=1e-13, abs=1e-14)


def test_constant():
    assert {delay_ns(record("constant"), u) for u in (0.0, 0.3, 0.999)} == {60_000_000}


@given(unit)
def test_uniform_fills_its_width(u):
    value = delay_ns(record("uniform", 100.0, 0.5), u)
    assert value == pytest.approx(50e6 + u * 100e6, abs=1.0)
    assert isinstance(value, int)


def test_uniform_is_never_negative():
    assert delay_ns(record("uniform", 100.0, 2.0), 0.0) == 0
    assert delay_ns(record("uniform", 100.0, 2.0), 0.5) == 100_000_000


@given(st.floats(2.0**-53, 1.0 - 2.0**-53))
def test_lognormal_inverts_its_distribution(u):
    value = delay_ns(record("lognormal"), u)
    assert NormalDist(0.0, 0.35).cdf(np.log(value / 60e6)) == pytest.approx(u, abs=1e-6)


@given(st.sampled_from(["uniform", "lognormal"]), unit, unit, st.floats(0.0, 2.0))
def test_latency_rises_with_the_draw(shape, a, b, spread):
    low, high = sorted((a, b))
    r = record(shape, 60.0, spread)
    assert 0 <= delay_ns(r, low) <= delay_ns(r, high)


def test_median_is_the_median():
    for shape in ("constant", "uniform", "lognormal"):
        assert delay_ns(record(shape, 12.345678), 0.5) == 12_345_678


def test_extreme_draws_stay_finite():
    r = record("lognormal", 1e9, 2.0)
    assert delay_ns(r, np.nextafter(1.0, 0.0)) == 86_400_000_000_000
    assert delay_ns(record("lognormal", 60.0, 2.0), 0.0) >= 0
    assert delay_ns(record("lognormal", 0.0, 2.0), 0.9) == 0


def test_milliseconds_become_nanoseconds_exactly():
    assert record("constant", 0.000001)["median"] == 1
    assert record("constant", 0.1)["median"] == 100_000
