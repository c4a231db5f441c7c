from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL, draw_weights
from kalshi_exp.metrics.realism.agreement import mean
from kalshi_exp.metrics.realism.resample import Resamples

ALL = np.ones(4, np.bool_)
ABOVE = np.array([[1.0, 2, 3], [0, 0, 0], [4, 0, 2], [1, 1, 1]])
BELOW = np.array([[2.0, 2, 2], [0, 0, 0], [0, 0, 4], [1, 2, 3]])


def test_the_first_draw_is_everything_once() -> None:
    resamples = Resamples(4, 3, 50, 7)
    told = resamples.per_strategy(ABOVE, BELOW)
    assert told.shape == (4, 51)
    np.testing.assert_allclose(told[:, 0], [1.0, np.nan, 1.5, 0.5])
    strategies, sessions = resamples.weights(ALL)
    assert (strategies[:, 0] == 1).all() and (sessions[:, 0] == 1).all()
    assert (strategies.sum(0) == 4).all() and (sessions.sum(0) == 3).all()


def test_a_strategys_figure_is_a_ratio_of_sums_in_every_draw() -> None:
    told = Resamples(4, 3, 50, 7).per_strategy(ABOVE, BELOW)
    drawn = draw_weights(3, 50, 7)
    for r in range(50):
        for s in range(4):
            above, below = (sum(drawn[r] * one[s]) for one in (ABOVE, BELOW))
            wanted = above / below if below > 0 else np.nan
            assert told[s, 1 + r] == pytest.approx(wanted, nan_ok=True)
    # Strategies are drawn apart from sessions, and only the chosen ones are weighed.
    mine, _ = Resamples(4, 3, 50, 7).weights(np.array([True, False, False, True]))
    assert np.array_equal(mine[:, 1:], draw_weights(4, 50, 8).T[[0, 3]])


def wide(sessions: int, resamples: int = 400, seed: int = 0) -> tuple[Resamples, np.ndarray]:
    rng = np.random.default_rng(3)
    values = rng.normal(2.0, 1.0, (20, sessions))
    one = Resamples(20, sessions, resamples, seed)
    return one, one.per_strategy(values, np.ones_like(values))


def test_a_figure_has_an_interval_that_holds_it_and_is_the_same_again() -> None:
    every = np.ones(20, np.bool_)
    one, values = wide(30)
    found = one.estimate(mean, [values], every)
    assert found.value is not None and found.lo is not None and found.hi is not None
    assert found.lo < found.value < found.hi and found.n == 30 and found.reason is None
    assert found.value == pytest.approx(values[:, 0].mean())
    again, same = wide(30)
    assert again.estimate(mean, [same], every).to_dict() == found.to_dict()
    other, drawn = wide(30, seed=1)
    assert other.estimate(mean, [drawn], every).lo != found.lo


def test_both_sessions_and_strategies_widen_it() -> None:
    rng = np.random.default_rng(5)
    flat = np.ones((20, 30))
    every = np.ones(20, np.bool_)
    resamples = Resamples(20, 30, 500, 0)

    def width(values: np.ndarray) -> float:
        found = resamples.estimate(mean, [resamples.per_strategy(values, flat)], every)
        assert found.lo is not None and found.hi is not None
        return found.hi - found.lo

    by_strategy = np.repeat(rng.normal(size=(20, 1)), 30, 1)
    by_session = np.repeat(rng.normal(size=(1, 30)), 20, 0)
    assert width(by_strategy) == pytest.approx(4.2 / np.sqrt(20) * by_strategy.std(), rel=0.35)
    assert width(by_session) == pytest.approx(4.2 / np.sqrt(30) * by_session.std(), rel=0.35)
    assert width(flat) == pytest.approx(0.0, abs=1e-12)


def test_too_few_sessions_give_a_value_without_an_interval() -> None:
    resamples, values = wide(FEWEST_FOR_INTERVAL - 1)
    found = resamples.estimate(mean, [values], np.ones(20, np.bool_))
    assert found.value is not None and found.lo is None and found.hi is None
    assert found.reason == "5 sessions: an interval needs at least 6"
    alone, values = wide(1)
    found = alone.estimate(mean, [values], np.ones(20, np.bool_))
    assert found.reason == "1 session: an interval needs at least 6"


def test_what_cannot_be_formed_has_a_reason() -> None:
    resamples, values = wide(10)
    found = resamples.estimate(mean, [values], np.zeros(20, np.bool_), "nobody traded")
    assert (found.value, found.lo, found.reason) == (None, None, "nobody traded")
    draws = np.concatenate([[1.0], np.full(40, np.nan), np.ones(360)])
    found = resamples.interval(draws)
    assert found.value == 1.0 and found.lo is None and "5 %" in (found.reason or "")
