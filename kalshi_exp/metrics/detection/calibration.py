"""Whether probabilities told each second are true: reliability, calibration error, Brier score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from kalshi_exp.metrics.bootstrap import Estimate, interval
from kalshi_exp.metrics.detection.clusters import Sampling

BINS = 10
_N, _P, _Y, _SQUARES = range(4)  # columns of a bin: seconds, sums of told and true, squared errors


def active(true: pl.DataFrame, times: np.ndarray, markets: int) -> np.ndarray:
    """Whether an episode is under way.

    Args:
        true: EPISODES of one family and one session.
        times: int64[T], ns, rising.
        markets: how many the session has.

    Returns:
        bool[T, markets]: start <= time < end for one of them.
    """
    out = np.zeros((len(times), markets), np.bool_)
    for market, start, end in true.select("market", "start", "end").iter_rows():
        low, high = np.searchsorted(times, [start, end])
        out[low:high, market] = True
    return out


def reliability(told: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Sums over the seconds of one session, from which calibration is formed.

    Args:
        told: float[...], probabilities in [0, 1].
        truth: bool[...], of the same shape.

    Returns:
        float64[BINS, 4]: seconds, sum of probabilities, seconds true, sum of squared errors, by
        bins of equal width.

    Raises:
        ValueError: the shapes differ, or a probability is not finite or outside [0, 1].
    """
    if told.shape != truth.shape:
        raise ValueError(f"{told.shape} probabilities for {truth.shape} truths: give one for each")
    p = told.astype(np.float64).ravel()
    if p.size and not (np.isfinite(p).all() and p.min() >= 0.0 and p.max() <= 1.0):
        raise ValueError("a probability lies outside [0, 1]: calibration is of probabilities only")
    y = truth.astype(np.float64).ravel()
    place = np.minimum((p * BINS).astype(np.int64), BINS - 1)
    columns = (np.ones_like(p), p, y, (p - y) ** 2)
    return np.stack([np.bincount(place, one, BINS) for one in columns], axis=1)


def calibration(sums: np.ndarray | Sequence[np.ndarray], sampling: Sampling) -> dict[str, Any]:
    """Reliability by bin, expected calibration error and Brier score, with intervals by session.

    The baselines always tell the share of time that is true: they are calibrated by definition,
    with an error of 0, and have the Brier score that a detector has to beat. The calibration error
    of a resample is larger than that of the whole by itself, so its interval is recentred.

    Args:
        sums: float64[sessions, BINS, 4], as `reliability` gives them.
        sampling: how intervals are drawn.

    Returns:
        JSON-ready: `bins` (told, true, seconds; told and true None in an empty bin),
        `calibration_error` and `brier`.
    """
    table = np.asarray(sums, np.float64).reshape(-1, BINS, 4)
    flat = table.reshape(len(table), BINS * 4)
    support = table[:, :, _N].sum(1) > 0

    def formed(statistic: Any, recentre: bool = False) -> Estimate:
        found = interval(
            flat,
            lambda totals: statistic(totals.reshape(-1, BINS, 4)),
            sampling.resamples,
            sampling.seed,
            support,
            "no second was watched",
            recentre=recentre,
        )
        return found

    error, brier, luck = formed(_error, recentre=True), formed(_brier), formed(_brier_of_base_rate)
    told = error.to_dict()
    if told["lo"] is not None:
        told["lo"] = max(told["lo"], 0.0)
    bins = []
    for n, p, y, _ in table.sum(0):
        means = (float(p / n), float(y / n)) if n else (None, None)
        bins.append({"told": means[0], "true": means[1], "seconds": float(n)})
    return {
        "bins": bins,
        "calibration_error": told | {"baseline": {"value": 0.0, "lo": None, "hi": None}},
        "brier": brier.to_dict(baseline=luck.to_dict()),
    }


def _all(sums: np.ndarray) -> np.ndarray:
    total = sums[:, :, _N].sum(1)
    return np.where(total > 0, total, np.nan)


def _error(sums: np.ndarray) -> np.ndarray:
    gaps = np.abs(sums[:, :, _P] - sums[:, :, _Y]).sum(1)
    out: np.ndarray = gaps / _all(sums)
    return out


def _brier(sums: np.ndarray) -> np.ndarray:
    out: np.ndarray = sums[:, :, _SQUARES].sum(1) / _all(sums)
    return out


def _brier_of_base_rate(sums: np.ndarray) -> np.ndarray:
    share = sums[:, :, _Y].sum(1) / _all(sums)
    out: np.ndarray = share * (1.0 - share)
    return out
