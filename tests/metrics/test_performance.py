from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.metrics import annualisation, performance
from tests.metrics.rows import DOLLAR, records_of, session

GAINS = [3, -1, 4, -1, 5, -9, 2, 6, 5, 3]


def records(gains: list[int], **more: object):
    rows = [session(f"s{k:02d}", int(g * DOLLAR), **more) for k, g in enumerate(gains)]
    return records_of(rows)


def figures(gains: list[int], **more: object):
    made = records(gains, **more)
    return performance(made.sessions, annualisation(made), 400, 0)


def test_money_figures_by_hand() -> None:
    got = figures(GAINS, fees=250_000, turnover=12 * DOLLAR, passive_filled=700)
    assert got["pnl_per_session"].value == 1.7
    assert got["pnl_total"].value == 17.0
    assert got["return_on_cash"].value == pytest.approx(0.017)
    assert got["fees_per_session"].value == 0.25
    assert got["turnover_per_session"].value == 12.0
    assert got["contracts_per_session"].value == 7.0
    assert got["sessions_won"].value == 0.7
    assert got["max_drawdown"].value == pytest.approx(11 / 10)
    assert got["worst_drawdown"].value == 9.0
    assert got["worst_drawdown"].lo is None
    assert got["worst_drawdown"].reason == "an extreme has no bootstrap interval"
    assert got["pnl_per_session"].n == 10


def test_total_and_mean_have_the_same_interval_up_to_the_number_of_sessions() -> None:
    got = figures(GAINS)
    mean, total = got["pnl_per_session"], got["pnl_total"]
    assert total.lo == pytest.approx(10 * mean.lo)
    assert total.hi == pytest.approx(10 * mean.hi)


def test_sharpe_is_mean_over_sample_deviation_of_session_returns() -> None:
    expected = statistics.mean(GAINS) / statistics.stdev(GAINS)
    estimate = figures(GAINS)["sharpe_per_session"]
    assert estimate.value == pytest.approx(expected, rel=1e-12)
    assert estimate.lo < expected < estimate.hi


def test_sharpe_does_not_depend_on_the_cash_it_is_measured_in() -> None:
    small, large = figures(GAINS), figures(GAINS, cash=10_000 * DOLLAR)
    assert small["sharpe_per_session"].value == pytest.approx(
        large["sharpe_per_session"].value, rel=1e-9
    )


@pytest.mark.parametrize(("seconds", "a_year"), [(900, 35_040), (3600, 8_760), (86_400, 365)])
def test_annualised_by_the_sessions_own_length(seconds: int, a_year: float) -> None:
    rows = [session(f"s{k}", g * DOLLAR) for k, g in enumerate(GAINS)]
    made = records_of(rows, seconds=seconds)
    annual = annualisation(made)
    assert annual is not None
    assert annual.sessions_per_year == pytest.approx(a_year)
    assert annual.factor == pytest.approx(math.sqrt(a_year))
    got = performance(made.sessions, annual, 400, 0)
    one, year = got["sharpe_per_session"], got["sharpe_annualised"]
    for part in ("value", "lo", "hi"):
        assert getattr(year, part) == pytest.approx(getattr(one, part) * math.sqrt(a_year))
    words = annual.to_dict()["words"]
    assert f"{a_year:,.0f} sessions a year" in words and f"{math.sqrt(a_year):.1f}" in words


def test_without_a_session_length_nothing_is_annualised() -> None:
    made = records_of([session(f"s{k}", g * DOLLAR) for k, g in enumerate(GAINS)], seconds=None)
    assert annualisation(made) is None
    got = performance(made.sessions, None, 200, 0)["sharpe_annualised"]
    assert got.value is None
    assert "how long a session is" in str(got.reason)


@pytest.mark.parametrize("gain", [0, 7])
def test_a_pnl_that_never_varies_has_no_sharpe(gain: int) -> None:
    got = figures([gain] * 12)
    for name in ("sharpe_per_session", "sharpe_annualised"):
        assert got[name].value is None
        assert "the same in every session" in str(got[name].reason)
    assert got["pnl_per_session"].value == gain


def test_one_session_has_no_sharpe_and_no_interval() -> None:
    got = figures([5])
    assert got["sharpe_per_session"].value is None
    assert got["pnl_per_session"].value == 5.0
    assert got["pnl_per_session"].lo is None
    assert got["pnl_per_session"].reason == "1 session: an interval needs at least 6"


def test_folds_of_one_session_are_drawn_together() -> None:
    twice = [session(f"s{k}", g * DOLLAR, fold=f) for k, g in enumerate(GAINS) for f in (0, 1)]
    got = performance(records_of(twice).sessions, None, 400, 0)["pnl_per_session"]
    once = figures(GAINS)["pnl_per_session"]
    assert (got.value, got.lo, got.hi, got.n) == (once.value, once.lo, once.hi, 10)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=12))
def test_the_ledger_is_summed_exactly(gains: list[int]) -> None:
    rows = [session(f"s{k:02d}", g) for k, g in enumerate(gains)]
    got = performance(records_of(rows).sessions, None, 100, 0)
    assert got["pnl_total"].value == sum(gains) / DOLLAR
    assert got["pnl_per_session"].value == pytest.approx(sum(gains) / len(gains) / DOLLAR)
