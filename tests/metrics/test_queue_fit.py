"""The queue model's numbers found again where they are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kalshi_exp.metrics.hazard import NotFittedError
from kalshi_exp.metrics.queue_fit import BOUNDS, error_of, fit_queue, shares
from kalshi_exp.probes import COLUMN, HORIZONS, SUMS

TRUE = {"exponent": 2.0, "pick_off_s": 0.4, "recovery_s": 3.0}
ONES = dict.fromkeys(TRUE, 1.0)
FAR = {"exponent": 6.0, "pick_off_s": 5.0, "recovery_s": 40.0}
STRATEGIES, SESSIONS = 12, 20
OFFERED, ORDERS = 1000.0, 100.0


def made(values: dict[str, float], seed: int | None = None, felt: int = 3) -> np.ndarray:
    """What strategies did under numbers: smooth in them, by session other and noisy by a seed."""
    rng = np.random.default_rng(5)
    slope = rng.normal(0.0, 0.4, (STRATEGIES, SESSIONS, 1 + len(HORIZONS), len(TRUE)))
    slope[..., felt:] = 0.0
    level = rng.normal(0.0, 0.5, (STRATEGIES, SESSIONS, 1 + len(HORIZONS)))
    if seed is not None:
        level = level + np.random.default_rng(seed).normal(0.0, 0.05, level.shape)
    share = 1.0 / (1.0 + np.exp(-(level + slope @ np.log(list(values.values())))))
    sums = np.zeros((STRATEGIES, SESSIONS, len(SUMS)))
    sums[:, :, COLUMN["offered"]], sums[:, :, COLUMN["orders"]] = OFFERED, ORDERS
    sums[:, :, COLUMN["filled"]] = OFFERED * share[..., 0]
    for k, horizon in enumerate(HORIZONS):
        sums[:, :, COLUMN[f"within_{horizon}"]] = ORDERS * share[..., 1 + k]
    return sums


def test_shares_by_hand() -> None:
    sums = np.zeros((2, 2, len(SUMS)))
    sums[0, :, COLUMN["offered"]], sums[0, :, COLUMN["filled"]] = (100.0, 300.0), (50.0, 30.0)
    sums[0, :, COLUMN["orders"]], sums[0, :, COLUMN["within_5"]] = (4.0, 4.0), (1.0, 3.0)
    found = shares(sums)[:, 0].reshape(1 + len(HORIZONS), 2)
    assert found[0].tolist() == [0.2, 0.0] and found[1 + HORIZONS.index(5)].tolist() == [0.5, 0.0]
    first = shares(sums, np.array([[2, 0], [0, 1]]))
    assert first.reshape(1 + len(HORIZONS), 2, 2)[0, 0].tolist() == [0.5, 0.1]
    assert error_of(sums, np.zeros_like(sums)) == pytest.approx(math.sqrt((0.04 + 0.25) / 10))


def test_numbers_that_are_known_are_found() -> None:
    truth = made(TRUE, seed=1)
    near_one = {"exponent": 1.0, "pick_off_s": 1.0, "recovery_s": 1.001}
    for start in ({"exponent": 1.0, "pick_off_s": 0.5, "recovery_s": 1.0}, near_one, FAR):
        fit = fit_queue(made, truth, start, 300, 500, 0)
        assert fit.value == pytest.approx(TRUE, rel=0.15)
        for name, true in TRUE.items():
            assert fit.why[name] == "" and fit.lo[name] < fit.value[name] < fit.hi[name]
            assert fit.lo[name] < true < fit.hi[name] < 2.0 * fit.lo[name]
        assert 0.0 < fit.error < 0.02
        assert fit.error == pytest.approx(error_of(made(fit.value), truth), rel=1e-6)
    exact = fit_queue(made, made(TRUE), ONES, 300, 100, 0)
    assert exact.value == pytest.approx(TRUE, rel=1e-3) and exact.error < 1e-4


def test_numbers_that_are_not_named_are_let_be() -> None:
    def play(values: dict[str, float]) -> np.ndarray:
        assert list(values) == ["pick_off_s", "recovery_s"]
        return made({"exponent": 2.0} | values)

    start = {"pick_off_s": 1.0, "recovery_s": 1.0}
    fit = fit_queue(play, made(TRUE), start, 300, 100, 0)
    assert fit.value == pytest.approx({name: TRUE[name] for name in start}, rel=1e-3)


@pytest.mark.parametrize("seed", range(40, 44))
def test_intervals_are_about_as_wide_as_the_luck_of_sessions(seed: int) -> None:
    """Fits to other luck lie about as far apart as one of them says."""

    def fit(luck: int):
        return fit_queue(made, made(TRUE, seed=luck), TRUE, 300, 500, 0)

    others = [fit(100 * seed + k).value for k in range(12)]
    one = fit(seed)
    for name in TRUE:
        spread = np.std(np.log([other[name] for other in others]), ddof=1)
        said = np.log(one.hi[name] / one.lo[name]) / (2 * 2.1)
        assert spread / 2 < said < spread * 2


def test_what_no_fill_tells_has_no_interval() -> None:
    truth = made(TRUE | {"exponent": 50.0}, seed=2)
    fit = fit_queue(made, truth, ONES, 300, 100, 0)
    assert fit.value["exponent"] == pytest.approx(BOUNDS["exponent"][1], rel=0.02)
    assert fit.why["exponent"] == "at the edge of what is tried" and np.isnan(fit.lo["exponent"])
    assert fit.why["pick_off_s"] == "" and fit.lo["pick_off_s"] < fit.hi["pick_off_s"]
    blind = fit_queue(lambda v: made(v, felt=2), made(TRUE, felt=2), ONES, 300, 100, 0)
    assert list(blind.why.values()) == ["", "", "without effect on any fill"]
    assert np.isnan(blind.hi["recovery_s"])
    few = fit_queue(lambda v: made(v)[:, :5], made(TRUE)[:, :5], ONES, 300, 100, 0)
    assert all("needs 6 sessions" in why for why in few.why.values())


def test_a_search_that_does_not_end_says_so() -> None:
    with pytest.raises(NotFittedError, match="within evaluations=9: allow more"):
        fit_queue(made, made(TRUE), FAR, 9, 100, 0)


def test_it_starts_within_the_bounds() -> None:
    start = {"exponent": 0.0, "pick_off_s": 1e9, "recovery_s": 3.0}
    fit = fit_queue(made, made(TRUE), start, 300, 100, 0)
    assert fit.value == pytest.approx(TRUE, rel=1e-2)
