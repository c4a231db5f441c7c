"""The precision-recall curve over thresholds, and the area under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import polars as pl

from kalshi_exp.metrics.bootstrap import Estimate, Statistic, interval, missing
from kalshi_exp.metrics.detection.clusters import Sampling
from kalshi_exp.metrics.detection.families import Counts, count, count_by_chance
from kalshi_exp.metrics.detection.tables import names

CHANCE_REPEATS = 5  # placements at each threshold: their mean over thresholds is smooth enough

Extract = Callable[[float], pl.DataFrame]
"""A threshold -> the EPISODES detected at it."""


@final
@dataclass(frozen=True, eq=False)
class Curve:
    """Precision and recall at each threshold.

    Attributes:
        thresholds: float64[K], rising.
        precision: float64[K]; nan where nothing is detected.
        recall: float64[K]; nan where there is nothing to detect.
        chance_precision: float64[K], of the same episodes at random times.
        chance_recall: float64[K].
        average_precision: area under the envelope of the curve.
        chance_average_precision: the same by chance.
    """

    thresholds: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    chance_precision: np.ndarray
    chance_recall: np.ndarray
    average_precision: Estimate
    chance_average_precision: Estimate

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; None where a figure cannot be formed."""
        points = {
            name: [None if np.isnan(one) else float(one) for one in getattr(self, name)]
            for name in (
                "thresholds", "precision", "recall", "chance_precision", "chance_recall",
            )
        }  # fmt: skip
        area = self.average_precision.to_dict(baseline=self.chance_average_precision.to_dict())
        return points | {"average_precision": area}


def precision_recall(
    at: Extract | Mapping[float, pl.DataFrame],
    thresholds: Sequence[float],
    true: pl.DataFrame,
    markets: pl.DataFrame,
    sampling: Sampling,
    sessions: Sequence[str] | None = None,
) -> Curve:
    """Match at each threshold.

    Average precision is the area under the curve's envelope, at each recall the best precision at
    this recall or a higher one: episodes merge and split as the threshold moves, so neither
    precision nor recall need be monotone in it. Recall that no threshold reaches counts as zero
    precision.

    Args:
        at: EPISODES of one family at a threshold: a function, or a mapping.
        thresholds: at which.
        true: EPISODES of that family.
        markets: MARKETS.
        sampling: how intervals are drawn.
        sessions: those that count; all of `markets` by default.
    """
    chosen = names(markets) if sessions is None else list(sessions)
    keep = pl.col("session").is_in(chosen)
    true, markets = true.filter(keep), markets.filter(keep)
    extract: Extract = at.__getitem__ if isinstance(at, Mapping) else at
    rising = sorted(thresholds)
    real: list[Counts] = []
    luck: list[Counts] = []
    for threshold in rising:
        detected = extract(threshold).filter(keep)
        real.append(count(detected, true, markets, chosen))
        luck.append(count_by_chance(detected, true, markets, chosen, sampling.seed, CHANCE_REPEATS))
    precision, recall = _points(real)
    chance_precision, chance_recall = _points(luck)
    return Curve(
        np.array(rising),
        precision,
        recall,
        chance_precision,
        chance_recall,
        _area(real, sampling),
        _area(luck, sampling),
    )


def _table(counts: Sequence[Counts]) -> np.ndarray:
    """[sessions, 2 K + 1]: matched and detected at each threshold, and what is true."""
    columns = [one.matched for one in counts] + [one.detected for one in counts]
    return np.stack([*columns, counts[0].true], axis=1)


def _points(counts: Sequence[Counts]) -> tuple[np.ndarray, np.ndarray]:
    matched, detected, true = _parts(_table(counts).sum(0)[None])
    with np.errstate(divide="ignore", invalid="ignore"):
        return (matched / detected)[0], (matched / true)[0]


def _parts(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    k = (sums.shape[1] - 1) // 2
    return sums[:, :k], sums[:, k : 2 * k], sums[:, 2 * k :]


def _area(counts: Sequence[Counts], sampling: Sampling) -> Estimate:
    if not counts:
        return missing("there is no threshold")
    table = _table(counts)
    return interval(
        table,
        _average_precision(),
        sampling.resamples,
        sampling.seed,
        table[:, -1] > 0,
        "there was nothing to detect",
    )


def _average_precision() -> Statistic:
    def figure(sums: np.ndarray) -> np.ndarray:
        matched, detected, true = _parts(sums)
        precision = np.where(detected > 0, matched / np.where(detected > 0, detected, 1), 0.0)
        recall = matched / np.where(true > 0, true, np.nan)
        order = np.argsort(recall, axis=1, kind="stable")
        recall = np.take_along_axis(recall, order, 1)
        precision = np.take_along_axis(precision, order, 1)
        envelope = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
        steps = np.diff(recall, axis=1, prepend=0.0)
        area: np.ndarray = (steps * envelope).sum(1)
        return area

    return figure
