from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from kalshi_exp.metrics.detection import Sampling
from kalshi_exp.metrics.detection.clusters import median, rate, share, totals_of

SAMPLING = Sampling(400, 1)


def test_totals_are_in_the_order_of_the_sessions_and_zero_where_there_is_no_row() -> None:
    table = pl.DataFrame({"session": ["b", "a", "b"], "x": [1, 2, 3]})
    assert totals_of(table, ["a", "b", "c"]).tolist() == [1.0, 2.0, 0.0]
    assert totals_of(table, ["c", "b"], pl.col("x")).tolist() == [0.0, 4.0]


def test_a_share_is_of_totals_and_its_interval_holds_it() -> None:
    found = share(
        np.array([1.0, 3, 0, 4, 2, 2, 0]), np.array([2.0, 4, 1, 4, 4, 3, 0]), SAMPLING, ""
    )
    assert found.value == pytest.approx(12 / 18)
    assert found.n == 6  # the last session has no trial
    assert found.lo is not None and found.hi is not None
    assert 0 <= found.lo < found.value < found.hi <= 1


@pytest.mark.parametrize(
    ("hits", "lo", "hi"), [(1.0, 0.025**0.02, 1.0), (0.0, 0.0, 1 - 0.025**0.02)]
)
def test_fifty_trials_that_all_agree_are_not_certain(hits: float, lo: float, hi: float) -> None:
    found = share(np.full(10, 5 * hits), np.full(10, 5.0), SAMPLING, "")
    assert (found.value, found.lo, found.hi) == (hits, pytest.approx(lo), pytest.approx(hi))


def test_no_trial_is_no_share() -> None:
    found = share(np.zeros(8), np.zeros(8), SAMPLING, "nothing there")
    assert (found.value, found.lo, found.reason) == (None, None, "nothing there")


def test_no_alarm_in_ten_hours_is_at_most_a_third_an_hour() -> None:
    found = rate(np.zeros(20), np.full(20, 0.5), SAMPLING)
    assert (found.value, found.lo) == (0.0, 0.0)
    assert found.hi == pytest.approx(-math.log(0.025) / 10)
    assert rate(np.full(20, 2.0), np.full(20, 0.5), SAMPLING).value == 4.0


def test_the_median_of_pooled_values_is_resampled_by_session() -> None:
    owner = np.repeat(np.arange(8), 3)
    values = np.tile([-1.0, 2.0, 9.0], 8)
    found = median(values, owner, 8, SAMPLING, "none")
    assert (found.value, found.lo, found.hi) == (2.0, 2.0, 2.0)
    assert median(values[:4], owner[:4], 8, SAMPLING, "none").value == -1.0  # -1, -1, 2, 9
    assert median(values[:0], owner[:0], 8, SAMPLING, "none").reason == "none"
    spread = median(np.arange(8.0), np.arange(8), 8, SAMPLING, "none")
    assert spread.lo is not None and spread.lo < spread.value < spread.hi  # type: ignore[operator]


def test_equal_seeds_give_equal_intervals() -> None:
    values = np.array([3.0, 1, 2, 5, 4, 0]), np.full(6, 6.0)
    assert share(*values, SAMPLING, "").lo == share(*values, SAMPLING, "").lo
