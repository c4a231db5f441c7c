"""Numbers of the queue model's pieces that bring its fills nearest to the exchange's.

Nonlinear least squares over shares that every strategy has in both: of the contracts it offered
that filled, and of its orders with a fill within 1, 5, 30 and 60 s. Money takes no part, so that it
can judge. Intervals are the bootstrap's over sessions, each draw solved by one Gauss-Newton step
from the optimum (R. Davidson and J. G. MacKinnon, "Bootstrap Testing in Nonlinear Models",
International Economic Review 40, 1999): linear in logarithms, so that a wide one is an order of
magnitude and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.optimize import least_squares

from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL, draw_weights, tail
from kalshi_exp.metrics.hazard import NotFittedError
from kalshi_exp.probes import COLUMN, HORIZONS

BOUNDS = {"exponent": (0.25, 8.0), "pick_off_s": (0.02, 20.0), "recovery_s": (0.1, 100.0)}
"""What can be fitted, keys of `config.QueueFill`, and how far the search goes."""

STEP = 0.15  # of the central differences, in logarithms: below, single orders make the slope
_SETTLED = 0.01  # share of the sum of squares that a last step changes
_SHORT = 0.05  # of the optimum, in logarithms, that is let pass under any interval
_TURNS = 40
_EDGE = STEP  # of a bound, in logarithms
_NO_EFFECT = 1e-9

Play = Callable[[dict[str, float]], np.ndarray]
"""Numbers by name -> what strategies did under them, float64[S, J, len(probes.SUMS)]."""


@final
@dataclass(frozen=True, eq=False)
class QueueFit:
    """Fitted numbers.

    Attributes:
        value: by name.
        lo: lower ends of the intervals, by name; nan where there is none.
        hi: upper ends.
        why: for each number, why it has no interval; empty where it has one.
        error: root mean square of model less truth over strategies and shares.
        evaluations: how often the strategies were played.
    """

    value: dict[str, float]
    lo: dict[str, float]
    hi: dict[str, float]
    why: dict[str, str]
    error: float
    evaluations: int


def shares(sums: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """What is held against the truth: float64[5 S, R], 0 where a strategy sent nothing.

    Args:
        sums: float64[S, J, len(probes.SUMS)].
        weights: how often each session counts, [R, J]; none: once, with R = 1.
    """
    each = np.ones((1, sums.shape[1])) if weights is None else weights

    def total(name: str) -> np.ndarray:
        summed: np.ndarray = np.einsum("sj,rj->sr", sums[:, :, COLUMN[name]], each)
        return summed

    orders, offered = total("orders"), total("offered")
    parts = [(total("filled"), offered), *((total(f"within_{h}"), orders) for h in HORIZONS)]
    return np.concatenate([np.divide(a, b, out=np.zeros_like(a), where=b > 0) for a, b in parts])


def error_of(sums: np.ndarray, truth: np.ndarray) -> float:
    """Root mean square of the model's shares less the truth's."""
    return float(np.sqrt(np.mean((shares(sums) - shares(truth)) ** 2)))


def fit_queue(
    play: Play,
    truth: np.ndarray,
    start: Mapping[str, float],
    most: int,
    bootstrap: int,
    seed: int,
) -> QueueFit:
    """Fit the numbers that `start` names.

    Args:
        play: the strategies under the queue model; the same values give the same sums.
        truth: what they did in the exchange, float64[S, J, len(probes.SUMS)].
        start: of `BOUNDS`; moved between them.
        most: how often the strategies may be played.
        bootstrap: resamples of sessions.
        seed: of them.

    Raises:
        NotFittedError: the search did not converge.
    """
    names = list(start)
    lowest, highest = np.array([BOUNDS[name] for name in names]).T
    inside = np.exp(2.0 * _EDGE)
    origin = np.clip([start[name] for name in names], lowest * inside, highest / inside)
    low, high = np.log(lowest / origin), np.log(highest / origin)
    aim = shares(truth)[:, 0]
    seen: dict[bytes, np.ndarray] = {}

    def sums(at: np.ndarray) -> np.ndarray:
        key = at.tobytes()
        if key not in seen:
            if len(seen) >= most:
                raise NotFittedError(
                    f"the search did not converge within evaluations={most}: allow more"
                )
            seen[key] = play(dict(zip(names, (origin * np.exp(at)).tolist(), strict=True)))
        return seen[key]

    def aside(at: np.ndarray, k: int) -> list[np.ndarray]:
        return [sums(at + sign * STEP * (np.arange(len(at)) == k)) for sign in (1.0, -1.0)]

    def misses(at: np.ndarray) -> np.ndarray:
        missed: np.ndarray = shares(sums(at))[:, 0] - aim
        return missed

    def slopes(at: np.ndarray) -> np.ndarray:
        pairs = [aside(at, k) for k in range(len(at))]
        return np.stack([(shares(a) - shares(b))[:, 0] / (2 * STEP) for a, b in pairs], 1)

    # From the start on, so that the search's first radius is 1 wherever that is.
    nothing = np.zeros(len(names))
    found = least_squares(
        misses, nothing, jac=slopes, bounds=(low, high), ftol=_SETTLED, xtol=1e-4, gtol=1e-12,
        max_nfev=_TURNS,
    )  # fmt: skip
    if found.status <= 0:
        raise NotFittedError(f"the search did not converge in {_TURNS} steps")
    at = found.x
    error = float(np.sqrt(np.mean(found.fun**2)))
    pairs = [aside(at, k) for k in range(len(at))]
    why = [""] * len(names)
    for k in range(len(names)):
        if not np.abs(found.jac[:, k]).max() > _NO_EFFECT:
            why[k] = "without effect on any fill"
        elif min(at[k] - low[k], high[k] - at[k]) < _EDGE:
            why[k] = "at the edge of what is tried"
        elif truth.shape[1] < FEWEST_FOR_INTERVAL:
            why[k] = f"an interval needs {FEWEST_FOR_INTERVAL} sessions"
    lo, hi = np.full(len(names), np.nan), np.full(len(names), np.nan)
    known = [k for k in range(len(names)) if not why[k]]
    if known:
        weights = draw_weights(truth.shape[1], bootstrap, seed)
        left, moved = _steps(sums(at), truth, [pairs[k] for k in known], weights)
        cut = tail(truth.shape[1])
        ends = np.quantile(moved - left, [cut, 1.0 - cut], axis=0)
        if (np.abs(left) > np.maximum(0.5 * (ends[1] - ends[0]), _SHORT)).any():
            raise NotFittedError("the search stopped short of the optimum: start elsewhere")
        for k, below, above in zip(known, *ends, strict=True):
            if at[k] + below <= low[k] or at[k] + above >= high[k]:
                why[k] = "its interval goes beyond what is tried"
            else:
                lo[k], hi[k] = origin[k] * np.exp(at[k] + np.array([below, above]))

    def named(values: np.ndarray) -> dict[str, float]:
        return dict(zip(names, values.tolist(), strict=True))

    return QueueFit(
        named(origin * np.exp(at)),
        named(lo),
        named(hi),
        dict(zip(names, why, strict=True)),
        error,
        len(seen),
    )


def _steps(
    here: np.ndarray, truth: np.ndarray, pairs: list[list[np.ndarray]], weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Newton steps from here: with all sessions float64[K], with each draw of them [R, K]."""
    steps = []
    for drawn in (np.ones((1, weights.shape[1])), weights):
        missed = shares(here, drawn) - shares(truth, drawn)
        slope = np.stack([(shares(a, drawn) - shares(b, drawn)) / (2 * STEP) for a, b in pairs], 1)
        square = np.einsum("mkr,mlr->rkl", slope, slope)
        toward = np.einsum("mkr,mr->rk", slope, missed)
        back = np.linalg.pinv(square, hermitian=True)
        steps.append(-np.einsum("rkl,rl->rk", back, toward))
    return steps[0][0], steps[1]
