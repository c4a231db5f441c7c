from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.metrics.features import distribution, twins


def test_spread_and_the_most_common_value() -> None:
    values = np.array([0.0] * 6 + [1.0, 2.0, 3.0, -4.0])
    found = distribution(values)
    assert (found["min"], found["median"], found["max"]) == (-4.0, 0.0, 3.0)
    assert (found["common"], found["common_share"], found["nonfinite"]) == (0.0, 0.6, 0)
    assert found["p5"] == pytest.approx(np.quantile(values, 0.05))


def test_what_is_not_finite_is_counted_and_left_out() -> None:
    found = distribution(np.array([np.nan, 1.0, np.inf, 1.0]))
    assert (found["nonfinite"], found["max"], found["common_share"]) == (2, 1.0, 0.5)
    nothing = distribution(np.array([np.nan]))
    assert (nothing["nonfinite"], nothing["min"], nothing["common"]) == (1, None, None)


def test_twins_are_told_with_their_sign_and_constants_have_none() -> None:
    x = np.arange(20.0)
    rng = np.random.Generator(np.random.PCG64(1))
    found = twins(np.stack([x, rng.standard_normal(20), -x, np.ones(20)], axis=1))
    assert found[0] == (2, pytest.approx(-1.0)) and found[2] == (0, pytest.approx(-1.0))
    assert found[1] is not None and abs(found[1][1]) < 0.9
    assert found[3] is None
    assert twins(np.ones((5, 2))) == [None, None]
