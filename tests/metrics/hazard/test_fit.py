"""Coefficients from waits: likelihood by hand, recovery, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize

from kalshi_exp.metrics.hazard import NotFittedError, fit_hazard
from kalshi_exp.metrics.hazard.fit import _parts, counted, cumulated, likelihoods
from tests.metrics.hazard.made import TRUE, filled_by, real_waits


def test_the_likelihood_by_hand():
    hazard = np.array([0.5, 0.5, 1e-12, 800.0])
    filled = np.array([True, False, True, True])
    expected = [math.log(1 - math.exp(-0.5)), -0.5, math.log(1e-12), 0.0]
    assert likelihoods(hazard, filled) == pytest.approx(expected)


def test_hazard_is_the_sum_over_the_stretches_of_a_wait():
    waits = counted(real_waits())
    last = waits.first[1]
    rate = np.exp(TRUE[0] + waits.x[:last] @ TRUE[1:])
    assert cumulated(waits, TRUE)[0] == pytest.approx(float((rate * waits.seconds[:last]).sum()))


def test_the_gradient_and_the_curvature_are_those_of_the_likelihood():
    waits = counted(filled_by(real_waits(), TRUE, 2))
    z = np.column_stack([np.ones(len(waits.x)), waits.x])
    lengths = np.diff(np.append(waits.first, len(waits.seconds)))

    def loss(at):
        return likelihoods(_parts(waits, z, at)[0], waits.filled).sum()

    def slope(at):
        _, _, of_hazard, rate = _parts(waits, z, at)
        return z.T @ (rate * np.repeat(of_hazard, lengths))

    at = 0.7 * TRUE
    assert slope(at) == pytest.approx(optimize.approx_fprime(at, loss, 1e-7), rel=1e-3, abs=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_the_parameters_of_the_model_itself_are_recovered(seed):
    waits = filled_by(real_waits(), TRUE, seed)
    fit = fit_hazard(waits)
    assert np.abs((fit.value - TRUE) / fit.error).max() < 3.6
    assert (fit.hi - fit.lo)[1] < 0.3 and fit.sessions == 24
    assert fit.waits == int(waits.counted.sum()) and fit.fills == int(waits.filled.sum())
    ours = likelihoods(cumulated(counted(waits), fit.value), counted(waits).filled).mean()
    assert ours == pytest.approx(fit.likelihood)
    null = likelihoods(cumulated(counted(waits), fit.null), counted(waits).filled).mean()
    assert null < ours and (fit.null[1:] == 0.0).all()


def test_intervals_cover_as_often_as_they_say():
    inside = []
    for seed in range(20):
        fit = fit_hazard(filled_by(real_waits(), TRUE, 100 + seed))
        inside += ((fit.lo <= TRUE) & (fit.hi >= TRUE)).tolist()
    assert 0.88 <= np.mean(inside) <= 1.0  # 140 intervals of 95 %


def test_a_covariate_that_never_varies_stays_out():
    waits = filled_by(real_waits(), TRUE, 4)
    still = waits._replace(x=waits.x.copy())
    still.x[:, 3] = 2.0
    fit = fit_hazard(still)
    assert fit.value[4] == 0.0 and math.isnan(fit.error[4]) and math.isnan(fit.lo[4])
    assert np.isfinite(np.delete(fit.error, 4)).all()


def test_what_can_not_be_learned_is_refused():
    waits = real_waits()
    none = waits._replace(counted=np.zeros_like(waits.counted))
    with pytest.raises(NotFittedError, match="the tape needs trades"):
        fit_hazard(none)
    for always in (False, True):
        with pytest.raises(NotFittedError, match="need some that did and some that did not"):
            fit_hazard(waits._replace(filled=np.full_like(waits.filled, always)))
    with pytest.raises(NotFittedError, match="in 4 windows only"):
        fit_hazard(waits._replace(session=waits.session % 4))


def test_a_likelihood_without_a_maximum_is_refused():
    waits = filled_by(real_waits(), TRUE, 5)
    x = waits.x.copy()
    x[:, 5] = np.repeat(waits.filled, np.diff(np.append(waits.first, len(x))))
    with pytest.raises(NotFittedError, match="did not converge"):
        fit_hazard(waits._replace(x=x))  # a covariate that tells fills for sure
