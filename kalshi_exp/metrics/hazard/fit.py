"""Coefficients of a fill intensity by maximum likelihood, from waits that trades ended.

A wait whose stretches j last d_j seconds at covariates x_j cumulates H = sum d_j exp(b . x_j). The
trade that ends it fills the order with odds 1 - exp(-H): interval-censored survival with
time-dependent covariates. Errors allow for whatever the waits of one session share: the sandwich
clustered by session, times G / (G - 1), with Student's t on G - 1 degrees of freedom for G sessions
(A. C. Cameron and D. L. Miller, "A Practitioner's Guide to Cluster-Robust Inference", Journal of
Human Resources 50, 2015, section II).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from scipy import optimize, stats

from kalshi_exp.fills.hazard import COVARIATES
from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL, LEVEL
from kalshi_exp.metrics.hazard.intervals import Intervals

NAMES = ("intercept", *COVARIATES)
_FLAT = 1e-9  # a covariate with a smaller spread does not vary
_OFF = 0.01  # standard units by which Newton's next step may still move a coefficient
_FAR = 30.0  # standard units: no search beyond
_TINY = 1e-300


@final
class NotFittedError(ValueError):
    """Why nothing was fitted, in one sentence."""


@final
@dataclass(frozen=True, eq=False)
class HazardFit:
    """A fitted intensity.

    Attributes:
        value: float64[7], coefficients in the order of NAMES; 0 where a covariate never varied.
        error: float64[7], standard errors by session; nan where a covariate never varied.
        lo: float64[7], lower ends of the intervals.
        hi: float64[7], upper ends.
        likelihood: log likelihood a wait.
        null: coefficients of the constant hazard, float64[7].
        waits: how many.
        fills: how many of them ended with one.
        sessions: how many have waits.
    """

    value: np.ndarray
    error: np.ndarray
    lo: np.ndarray
    hi: np.ndarray
    likelihood: float
    null: np.ndarray
    waits: int
    fills: int
    sessions: int


def counted(waits: Intervals) -> Intervals:
    """Those waits of orders that had not been filled before, with their stretches alone."""
    lengths = np.diff(np.append(waits.first, len(waits.seconds)))
    keep = waits.counted
    rows = np.repeat(keep, lengths)
    kept = lengths[keep]
    return waits._replace(
        x=waits.x[rows],
        seconds=waits.seconds[rows],
        first=np.cumsum(kept) - kept,
        order=waits.order[keep],
        ended=waits.ended[keep],
        filled=waits.filled[keep],
        counted=waits.counted[keep],
    )


def cumulated(waits: Intervals, value: np.ndarray) -> np.ndarray:
    """Hazard of each wait, float64[I].

    Args:
        waits: with one at least.
        value: float64[7], coefficients.
    """
    rate = np.exp(np.minimum(value[0] + waits.x @ value[1:], 700.0))
    return np.add.reduceat(waits.seconds * rate, waits.first)


def likelihoods(hazard: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """Log likelihood of each wait, float64[I]."""
    return np.where(filled, np.log(np.maximum(-np.expm1(-hazard), _TINY)), -hazard)


def fit_hazard(waits: Intervals) -> HazardFit:
    """Fit the intensity.

    Args:
        waits: of the sessions to fit to; those of orders that were filled before don't count.

    Raises:
        NotFittedError: nothing to learn from, or the likelihood has no maximum that was found.
    """
    waits = counted(waits)
    count, fills = len(waits.first), int(waits.filled.sum())
    if count == 0:
        raise NotFittedError(
            "no trade came to the level of any order that was imagined in the windows to fit to: "
            "the tape needs trades, so see that they are recorded"
        )
    if fills == 0 or fills == count:
        raise NotFittedError(
            f"{fills} of {count} trades that could fill an order did: odds need some that did and "
            "some that did not, so give a tape with more trades"
        )
    groups = np.unique(waits.session[waits.order], return_inverse=True)[1]
    sessions = int(groups.max()) + 1
    if sessions < FEWEST_FOR_INTERVAL:
        raise NotFittedError(
            f"trades could fill an order in {sessions} windows only: an interval needs at least "
            f"{FEWEST_FOR_INTERVAL}"
        )
    mean, spread = waits.x.mean(0), waits.x.std(0)
    varies = spread > _FLAT
    z = np.ones((len(waits.x), 1 + int(varies.sum())))
    z[:, 1:] = (waits.x[:, varies] - mean[varies]) / spread[varies]
    start = np.zeros(z.shape[1])
    start[0] = null = _constant(waits)

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        hazard, _, slope, rate = _parts(waits, z, at)
        told = -likelihoods(hazard, waits.filled).sum() / count
        return told, -(z.T @ (rate * np.repeat(slope, _lengths(waits)))) / count

    found = optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(-_FAR, _FAR)] * len(start),
        options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-7},
    )  # fmt: skip
    best = found.x
    score, bread, meat = _curvature(waits, z, best, groups)
    # Where the likelihood rises for ever it flattens as fast as it bends: such a step stays large.
    bent = bool(np.isfinite(bread).all()) and np.linalg.eigvalsh(bread)[0] > 0.0
    if not bent or np.abs(np.linalg.solve(bread, score)).max() > _OFF:
        raise NotFittedError(
            f"the fit of {len(start)} coefficients to {count} waits with {fills} fills in "
            f"{sessions} windows did not converge: give a tape with more trades"
        )
    inverse = np.linalg.inv(bread)
    robust = inverse @ meat @ inverse * (sessions / (sessions - 1))
    back = np.zeros((len(NAMES), len(start)))
    back[0, 0] = 1.0
    back[0, 1:] = -mean[varies] / spread[varies]
    back[1 + np.flatnonzero(varies), 1 + np.arange(int(varies.sum()))] = 1.0 / spread[varies]
    value = back @ best
    error = np.sqrt(np.diag(back @ robust @ back.T))
    error[1:][~varies] = np.nan
    wide = float(stats.t.ppf(0.5 + LEVEL / 2, sessions - 1)) * error
    nothing = np.zeros(len(NAMES))
    nothing[0] = null
    return HazardFit(
        value, error, value - wide, value + wide, -float(found.fun), nothing, count, fills, sessions
    )


def _lengths(waits: Intervals) -> np.ndarray:
    return np.diff(np.append(waits.first, len(waits.seconds)))


def _parts(
    waits: Intervals, z: np.ndarray, at: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(hazard [I], curvature [I] and slope [I] of its log likelihood, hazard of each stretch)."""
    rate = waits.seconds * np.exp(np.minimum(z @ at, 700.0))
    hazard = np.maximum(np.add.reduceat(rate, waits.first), _TINY)
    with np.errstate(over="ignore"):
        odds = 1.0 / np.expm1(hazard)
    slope = np.where(waits.filled, odds, -1.0)
    curvature = np.where(waits.filled, -odds * (1.0 + odds), 0.0)
    return hazard, curvature, slope, rate


def _curvature(
    waits: Intervals, z: np.ndarray, at: np.ndarray, groups: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(score, observed information, sum over sessions of the outer products of their scores)."""
    _, curvature, slope, rate = _parts(waits, z, at)
    lengths = _lengths(waits)
    toward = np.add.reduceat(z * rate[:, None], waits.first)
    bread = -(toward.T * curvature) @ toward - (z.T * (rate * np.repeat(slope, lengths))) @ z
    scores = np.zeros((int(groups.max()) + 1, z.shape[1]))
    np.add.at(scores, groups, toward * slope[:, None])
    return scores.sum(0), bread, scores.T @ scores


def _constant(waits: Intervals) -> float:
    """Logarithm of the one intensity that fits best."""
    seconds = np.add.reduceat(waits.seconds, waits.first)

    def loss(log_rate: float) -> float:
        return -float(likelihoods(np.exp(log_rate) * seconds, waits.filled).sum())

    found = optimize.minimize_scalar(loss, bounds=(-25.0, 25.0), method="bounded")
    return float(found.x)
