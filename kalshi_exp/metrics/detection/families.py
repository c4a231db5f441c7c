"""Precision, recall, latency and false alarms of one family of patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import polars as pl

from kalshi_exp.metrics.bootstrap import Estimate
from kalshi_exp.metrics.detection.chance import REPEATS, placed_at_random
from kalshi_exp.metrics.detection.clusters import (
    HOUR_NS,
    Sampling,
    median,
    rate,
    share,
    totals_of,
)
from kalshi_exp.metrics.detection.matching import match
from kalshi_exp.metrics.detection.tables import names

FIGURES = ("precision", "recall", "latency_s", "false_alarms_per_hour")


@final
@dataclass(frozen=True, eq=False)
class Counts:
    """What was found in each session; float64[sessions], means over placements for chance.

    Attributes:
        matched: pairs of a detected and a true episode.
        detected: detected episodes.
        true: true episodes.
        hours: of market time.
        latencies: float64[...], seconds, of all matched ones.
        owner: int64[...], the session of each latency.
    """

    matched: np.ndarray
    detected: np.ndarray
    true: np.ndarray
    hours: np.ndarray
    latencies: np.ndarray
    owner: np.ndarray

    def figures(self, sampling: Sampling) -> dict[str, Estimate]:
        """The figures named in `FIGURES`, with intervals by session."""
        return {
            "precision": share(self.matched, self.detected, sampling, "nothing was detected"),
            "recall": share(self.matched, self.true, sampling, "there was nothing to detect"),
            "latency_s": median(
                self.latencies, self.owner, len(self.true), sampling, "nothing was found"
            ),
            "false_alarms_per_hour": rate(self.detected - self.matched, self.hours, sampling),
        }

    def numbers(self) -> dict[str, float]:
        """How many episodes and hours the figures rest on."""
        return {
            "detected": float(self.detected.sum()),
            "true": float(self.true.sum()),
            "matched": float(self.matched.sum()),
            "hours": round(float(self.hours.sum()), 6),
        }


def count(
    detected: pl.DataFrame, true: pl.DataFrame, markets: pl.DataFrame, sessions: Sequence[str]
) -> Counts:
    """Match and count by session.

    Args:
        detected: EPISODES.
        true: EPISODES.
        markets: MARKETS.
        sessions: those that count, in order.
    """
    pairs = match(detected, true)
    number = {name: k for k, name in enumerate(sessions)}
    pairs = pairs.filter(pl.col("session").is_in(list(sessions)))
    return Counts(
        totals_of(pairs, sessions),
        totals_of(detected, sessions),
        totals_of(true, sessions),
        totals_of(markets, sessions, pl.col("end") - pl.col("start")) / HOUR_NS,
        pairs["latency_s"].to_numpy(),
        np.array([number[name] for name in pairs["session"]], np.int64),
    )


def count_by_chance(
    detected: pl.DataFrame,
    true: pl.DataFrame,
    markets: pl.DataFrame,
    sessions: Sequence[str],
    seed: int,
    repeats: int = REPEATS,
) -> Counts:
    """The counts of the same episodes at random times, mean over placements; latencies pooled.

    Arguments as `count` and `placed_at_random`.
    """
    placements = placed_at_random(detected, markets, seed, repeats)
    counts = [count(placed, true, markets, sessions) for placed in placements]
    return Counts(
        np.mean([one.matched for one in counts], axis=0),
        counts[0].detected,
        counts[0].true,
        counts[0].hours,
        np.concatenate([one.latencies for one in counts]),
        np.concatenate([one.owner for one in counts]),
    )


@final
@dataclass(frozen=True, eq=False)
class Score:
    """How well one family was detected.

    Attributes:
        figures: of `FIGURES`: value, lo, hi, n, and `baseline`, the same for a detector that fires
            at random at the same rate.
        counts: how many episodes and hours they rest on.
        latencies: float64[...], seconds, of all matched episodes, rising.
    """

    figures: dict[str, dict[str, Any]]
    counts: dict[str, float]
    latencies: np.ndarray


def score_family(
    detected: pl.DataFrame,
    true: pl.DataFrame,
    markets: pl.DataFrame,
    sampling: Sampling,
    sessions: Sequence[str] | None = None,
) -> Score:
    """Precision, recall, median latency in seconds, and false alarms an hour of market time.

    Args:
        detected: EPISODES of one family, or of several taken together.
        true: EPISODES of the same.
        markets: MARKETS.
        sampling: how intervals are drawn.
        sessions: those that count; all of `markets` by default.
    """
    chosen = names(markets) if sessions is None else list(sessions)
    keep = pl.col("session").is_in(chosen)
    detected, true, markets = detected.filter(keep), true.filter(keep), markets.filter(keep)
    counts = count(detected, true, markets, chosen)
    luck = count_by_chance(detected, true, markets, chosen, sampling.seed).figures(sampling)
    return Score(
        {
            name: one.to_dict(baseline=luck[name].to_dict())
            for name, one in counts.figures(sampling).items()
        },
        counts.numbers(),
        np.sort(counts.latencies),
    )
