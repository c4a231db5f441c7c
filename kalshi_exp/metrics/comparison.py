"""Paired differences between contestants: the same policy on the same sessions, one by one.

A contestant is one way to train: a run, or several that differ in their seed only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

import polars as pl

from kalshi_exp.metrics.bootstrap import LEVEL
from kalshi_exp.metrics.differences import HIGHER, LOWER
from kalshi_exp.metrics.records import Records, is_agent
from kalshi_exp.metrics.replicates import replicated_difference


class NoOverlapError(ValueError):
    """Two runs were not judged on the same sessions."""


def holm(p_values: list[float]) -> list[float]:
    """Holm's step-down correction, in the order given.

    Source: S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979.
    """
    order = sorted(range(len(p_values)), key=lambda k: p_values[k])
    corrected = [1.0] * len(p_values)
    largest = 0.0
    for rank, k in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[k]))
        corrected[k] = largest
    return corrected


def compare_runs(
    runs: Mapping[str, Mapping[int, Records]], resamples: int, seed: int
) -> dict[str, Any]:
    """Every pair of contestants, policy by policy, on the seeds and sessions they share.

    Args:
        runs: each contestant's records by the seed of the run, by label, in the order tables show
            them.
        resamples: bootstrap resamples.
        seed: of the resampling.

    Returns:
        `differences` (first less second, dollars a session, with interval, p, Holm's p and the
        verdict; `seeds` holds each paired seed's own where there are several), `sessions` shared
        by each pair, and `family`, how many comparisons Holm's correction is over. Pairs that are
        equal in every session are no test and not in it.

    Raises:
        NoOverlapError: two contestants share no session.
    """
    rows: list[dict[str, Any]] = []
    shared = []
    kept = []
    for first, second in combinations(runs, 2):
        a, b = ({k: one.sessions for k, one in runs[name].items()} for name in (first, second))
        keys = ["fold", "session"]
        # One seed's sessions are every seed's, unless the split follows the seed.
        common = _keys(a.values()).join(_keys(b.values()), on=keys)
        if common.is_empty():
            raise NoOverlapError(
                f"{first} and {second} were judged on no session in common, so nothing can be "
                "paired; compare runs with the same data, split and seed of the market"
            )
        shared.append({"run": first, "other": second, "sessions": len(common)})
        names = sorted(
            set.intersection(
                *(set(one.policies) for name in (first, second) for one in runs[name].values())
            ),
            key=lambda name: (not is_agent(name), name),
        )
        for policy in names:
            gap, seeds = replicated_difference(
                {k: frame.filter(pl.col("policy") == policy) for k, frame in a.items()},
                {k: frame.filter(pl.col("policy") == policy) for k, frame in b.items()},
                resamples,
                seed,
            )
            row = {"policy": policy, "run": first, "other": second} | gap.to_dict()
            row["equal"] = gap.won == gap.lost == 0 and gap.estimate.value is not None
            row["seeds"] = [{"seed": k, "value": value} for k, value in seeds.items()]
            rows.append(row)
            kept.append(gap)
    tests = [k for k, row in enumerate(rows) if row["p"] is not None and not row["equal"]]
    corrected = dict(zip(tests, holm([rows[k]["p"] for k in tests]), strict=True))
    for k, (row, gap) in enumerate(zip(rows, kept, strict=True)):
        row["p_holm"] = corrected.get(k)
        row["verdict"] = gap.verdict(row["other"], corrected.get(k), (HIGHER, LOWER))
    return {
        "differences": rows,
        "shared": shared,
        "family": len(tests),
        "level": LEVEL,
        "resamples": resamples,
        "seed": seed,
    }


def _keys(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([frame.select("fold", "session") for frame in frames]).unique()
