from __future__ import annotations

import pytest

from kalshi_exp.metrics.strength.power import Point, found_from, point, wilson
from tests.metrics.strength.samples import sessions


def test_wilson_by_hand():
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(20, 20)[1] == 1.0


def test_power_goes_with_the_effect_and_the_correction_costs_some():
    points = [
        point(k / 10, [sessions(k / 50, seed=100 * k + n) for n in range(30)], 0.1, [0.5, 0.9],
              300, 0)
        for k in (0, 1, 2, 4)
    ]  # fmt: skip
    found = [one.found for one in points]
    assert found == sorted(found) and found[0] <= 3 and found[-1] == 30
    assert all(one.found <= one.alone for one in points)
    assert points[-1].effect == pytest.approx(0.083, abs=0.02)
    shares = points[-1].to_dict()["power"]
    assert shares["value"] == 1.0 and shares["lo"] > 0.85 and shares["n"] == 30


def test_found_from_a_strength_on():
    def curve(*found):
        return [Point(k / 4, 10, n, n, 0.0, 0.0) for k, n in enumerate(found)]

    assert found_from(curve(0, 3, 8, 10)) == 0.5
    assert found_from(curve(9, 9, 2, 10)) == 0.75
    assert found_from(curve(10, 10, 10, 10)) == 0.25  # nothing planted is nothing found
    assert found_from(curve(0, 9, 9, 7)) is None
    assert found_from([]) is None
