from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kalshi_exp.metrics import (
    SESSIONS,
    crossed,
    over_seeds,
    paired_difference,
    replicated_difference,
)
from kalshi_exp.metrics.replicates import averaged
from tests.metrics.rows import DOLLAR, frame_of, session

TABLES = st.integers(2, 4).flatmap(
    lambda rows: st.lists(
        st.lists(st.floats(-50, 50), min_size=rows, max_size=rows), min_size=8, max_size=14
    ).map(lambda columns: np.array(columns).T)
)


def rows(pnl: list[float], fold: int = 0) -> pl.DataFrame:
    return frame_of(
        [session(f"s{k:02d}", round(one * DOLLAR), fold=fold) for k, one in enumerate(pnl)],
        SESSIONS,
    )


def test_mean_squares_by_hand() -> None:
    table = np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 8.0]])
    # Means of rows 2 and 5, of columns 2, 3 and 5.5; left over +-0.5, +-0.5 and -+1.
    seeds, sessions, rest = 3 * 2 * 1.5**2, 2 * (1.5**2 + 0.5**2 + 2**2) / 2, 3.0 / 2
    found = crossed(table)
    assert found.value == pytest.approx(3.5)
    assert found.error == pytest.approx(((seeds + sessions - rest) / 6) ** 0.5)
    assert found.seeds == pytest.approx((seeds - rest) / 6)
    assert found.session == pytest.approx(sessions / 2)
    doubt = seeds**2 / 1 + sessions**2 / 2 + rest**2 / 2
    assert found.freedom == pytest.approx((seeds + sessions - rest) ** 2 / doubt)


def test_seeds_that_agree_leave_students_interval_by_session() -> None:
    one = np.random.default_rng(0).normal(1, 2, 20)
    found = crossed(np.stack([one, one, one]))
    wanted = stats.t.interval(0.95, 19, one.mean(), one.std(ddof=1) / 20**0.5)
    assert found.ends() == pytest.approx(wanted)


@given(TABLES)
def test_p_and_interval_agree_and_order_does_not_matter(table: np.ndarray) -> None:
    found = crossed(table)
    assert found.freedom >= min(table.shape) - 1 - 1e-9
    again = crossed(table[::-1, ::-1])
    assert again.error == pytest.approx(found.error, abs=1e-9)
    lo, hi = found.ends()
    if min(abs(lo), abs(hi)) > 1e-6 * (1 + hi - lo):
        assert (found.p < 0.05) == (lo > 0 or hi < 0)


@pytest.mark.parametrize("spread", [0.0, 0.3, 1.0])
def test_three_seeds_cover_the_truth_where_a_bootstrap_by_session_does_not(spread: float) -> None:
    """Skewed sessions shared by all seeds, noise of each, and seeds that differ."""
    rng = np.random.default_rng(7)
    covered, by_session, of = 0, 0, 600
    for _ in range(of):
        table = spread * rng.standard_normal((3, 1)) + rng.exponential(size=(1, 30)) - 1
        table = table + rng.standard_normal((3, 30))
        lo, hi = crossed(table).ends()
        covered += lo <= 0 <= hi
        means = table.mean(axis=0)
        half = 2.045 * means.std(ddof=1) / 30**0.5
        by_session += abs(means.mean()) <= half
    assert covered / of > 0.90
    if spread == 1.0:
        assert by_session / of < 0.65


def test_a_replicated_difference_is_paired_by_seed_and_session() -> None:
    rng = np.random.default_rng(1)
    luck = rng.normal(0, 30, (3, 12))  # the same seed has the same luck
    first = {k: rows(list(luck[k] + 2.0 + 0.2 * k)) for k in range(3)}
    second = {k: rows(list(luck[k])) for k in range(3)}
    found, seeds = replicated_difference(first, second, 200, 0)
    assert found.estimate.value == pytest.approx(2.2, abs=1e-5)
    assert seeds == pytest.approx({0: 2.0, 1: 2.2, 2: 2.4}, abs=1e-5)
    # All that is left is the seeds' spread: Student's interval of three numbers.
    half = 4.3027 * 0.2 / 3**0.5
    assert (found.estimate.lo, found.estimate.hi) == pytest.approx((2.2 - half, 2.2 + half), 1e-3)
    assert (found.won, found.lost, found.estimate.n) == (12, 0, 12)
    other, _ = replicated_difference(second, first, 200, 0)
    assert other.estimate.value == pytest.approx(-2.2, abs=1e-5)


def test_seeds_that_part_ways_show_nothing_and_ask_for_seeds() -> None:
    first = {k: rows([pnl] * 12) for k, pnl in enumerate((30.0, -20.0, 5.0))}
    second = {k: rows([0.0] * 12) for k in range(3)}
    found, _ = replicated_difference(first, second, 200, 0)
    lo, hi = found.estimate.lo, found.estimate.hi
    assert lo is not None and hi is not None and lo < 0 < hi
    assert found.verdict("second") == "too little data to say"
    assert found.needed is None and "more seeds" in str(found.needed_reason)


def test_one_seed_in_common_is_a_pair_of_runs() -> None:
    a, b, c = rows([1.0, 5.0, 2.0] * 4), rows([0.0, 1.0, 3.0] * 4), rows([9.0] * 12)
    found, seeds = replicated_difference({0: a, 1: c}, {0: b}, 200, 0)
    assert found.estimate.to_dict() == paired_difference(a, b, 200, 0).estimate.to_dict()
    assert seeds == {}


def test_without_a_common_seed_each_sides_own_are_averaged() -> None:
    first = {0: rows([1.0] * 8), 1: rows([3.0] * 8)}
    second = {2: rows([0.5] * 8)}
    found, seeds = replicated_difference(first, second, 200, 0)
    assert found.estimate.value == pytest.approx(1.5) and seeds == {}


def test_only_sessions_of_every_seed_are_crossed() -> None:
    first = {0: rows([1.0] * 10), 1: rows([1.0] * 8)}
    second = {0: rows([0.0] * 10), 1: rows([0.0] * 9)}
    assert replicated_difference(first, second, 200, 0)[0].estimate.n == 8


def test_few_sessions_have_no_interval() -> None:
    sides = [{k: rows([pnl + k] * 5) for k in range(2)} for pnl in (1.0, 0.0)]
    found, _ = replicated_difference(*sides, 200, 0)
    assert found.estimate.lo is None and found.p is None
    assert "an interval needs at least 6" in str(found.estimate.reason)


def test_averaged_keeps_folds_apart() -> None:
    both = averaged([pl.concat([rows([1.0]), rows([2.0], fold=1)]), rows([3.0])])
    assert both["pnl"].to_list() == [2.0 * DOLLAR, 2.0 * DOLLAR]


def figure(value: float | None, lo: float | None = None, hi: float | None = None) -> dict:
    return {"value": value, "lo": lo, "hi": hi}


def test_one_seed_keeps_its_interval() -> None:
    assert over_seeds([figure(1.0, 0.5, 2.0)]) == pytest.approx((1.0, 0.5, 2.0))


def test_seeds_that_agree_keep_the_sessions_doubt() -> None:
    same = [figure(1.0, 0.5, 2.0)] * 3
    assert over_seeds(same) == pytest.approx((1.0, 0.5, 2.0))


def test_the_seeds_spread_widens_and_the_range_cuts() -> None:
    found = [figure(0.8, 0.7, 0.85), figure(0.9, 0.8, 0.95)]
    value, lo, hi = over_seeds(found, within=(-1.0, 1.0))
    spread = 12.706 * 0.0707107 / 2**0.5
    assert value == pytest.approx(0.85)
    assert lo == pytest.approx(0.85 - (0.1**2 + spread**2) ** 0.5, abs=1e-4)
    assert hi == 1.0


def test_what_a_seed_lacks_is_not_made_up() -> None:
    assert over_seeds([figure(1.0, 0.0, 2.0), figure(None)]) == (None, None, None)
    assert over_seeds([figure(1.0, 0.0, 2.0), figure(3.0)]) == (2.0, None, None)
    together = figure(2.0, 1.0, 3.0)
    assert over_seeds([figure(1.0), figure(None)], together) == (2.0, None, None)
