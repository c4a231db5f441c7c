"""The payload of `report=features`: every feature, what it tells and what a policy makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from kalshi_exp.features import FEATURES, GROUPS, MARKET_FEATURES
from kalshi_exp.metrics.bootstrap import (
    FEWEST_FOR_INTERVAL,
    LEVEL,
    Estimate,
    interval,
    p_value,
    ratio,
)
from kalshi_exp.metrics.comparison import holm
from kalshi_exp.metrics.features.distribution import distribution, twins
from kalshi_exp.metrics.features.foresight import pearson, spearman
from kalshi_exp.metrics.features.importance import Probabilities, change
from kalshi_exp.metrics.features.rows import FeatureRows, joined

ALIKE = 0.999  # features of at least this correlation are one

RULES = {
    "rows": "decisions of a random policy on the run's judged sessions, so that its own position "
    "and orders vary; market features don't depend on the policy",
    "missing": "share of decisions at which a side of the market's book was empty: market features "
    "then stand at defined values",
    "mark-out": "mid 10 s later less mid now; correlation with it over decisions with two sides",
    "p": "two-sided, of Spearman's correlation, corrected for the number of features (Holm 1979)",
    "importance": "total variation distance between the policy's action probabilities before and "
    "after the feature is shuffled across decisions; 0 when nothing is shuffled",
    "closest": "the other feature with the greatest Pearson correlation",
}


@final
@dataclass(frozen=True, eq=False)
class Judged:
    """Decisions, and the policy that is asked about them.

    Attributes:
        rows: the decisions.
        probabilities: the policy.
    """

    rows: FeatureRows
    probabilities: Probabilities


def describe(
    parts: Sequence[Judged], groups: Sequence[str], resamples: int, seed: int
) -> dict[str, Any]:
    """Describe every feature.

    Args:
        parts: one a fold.
        groups: feature groups that are on in the run.
        resamples: behind each interval.
        seed: of the resampling and of shuffles.

    Returns:
        JSON-ready. `features`: a dict each, in column order: name, group, unit, meaning, on,
        `distribution`, `missing`, `spearman`, `pearson` (value, lo, hi, n), `p`, `importance`
        (with `baseline`, the average of its group's features) and `closest`. `groups`: name ->
        on, `importance` of all its features shuffled together, `average`. `all`: the importance
        of all features together. `rows`, `sessions`, `one_sided`, `rules`, `interval`, `headline`.
    """
    rows = joined([part.rows for part in parts])
    changes, owner = _changes(parts, rows, groups, seed)
    closest = twins(rows.observation[:, : len(FEATURES)])
    one_sided = float(rows.one_sided.mean()) if len(rows.one_sided) else 0.0
    features: list[dict[str, Any]] = []
    p_values: dict[int, float] = {}
    for column, feature in enumerate(FEATURES):
        x = rows.observation[:, column]
        where = (rows.markout, rows.session, len(rows.names), resamples, seed)
        rank = spearman(x, *where)
        p = p_value(rank)
        if p is not None:
            p_values[column] = p
        twin = closest[column]
        features.append(
            {
                "name": feature.name,
                "group": feature.group,
                "unit": feature.unit,
                "meaning": feature.meaning,
                "on": feature.group in groups,
                "distribution": distribution(x),
                "missing": one_sided if column < MARKET_FEATURES else 0.0,
                "spearman": rank.to_dict(),
                "pearson": pearson(x, *where).to_dict(),
                "p": None,
                "importance": _mean(changes[:, column], owner, rows, resamples, seed).to_dict(),
                "closest": None
                if twin is None
                else {"name": FEATURES[twin[0]].name, "correlation": twin[1]},
            }
        )
    for column, p in zip(p_values, holm(list(p_values.values())), strict=True):
        features[column]["p"] = p
    together = {}
    for place, group in enumerate(GROUPS):
        mine = [one for one in features if one["group"] == group]
        values = [one["importance"]["value"] for one in mine]
        average = None if None in values else float(np.mean(values))
        for one in mine:
            one["importance"]["baseline"] = {"value": average}
        whole = _mean(changes[:, len(FEATURES) + place], owner, rows, resamples, seed)
        together[group] = {"on": group in groups, "importance": whole.to_dict(), "average": average}
    payload = {
        "schema": 1,
        "features": features,
        "groups": together,
        "all": _mean(changes[:, -1], owner, rows, resamples, seed).to_dict(),
        "rows": len(rows.session),
        "choices": len(owner),
        "sessions": len(rows.names),
        "one_sided": one_sided,
        "rules": RULES,
        "interval": {
            "level": LEVEL,
            "resamples": resamples,
            "seed": seed,
            "cluster": "session (all markets of an event together)",
            "method": "bootstrap percentiles, widened for small samples (Hesterberg 2015)",
            "fewest_sessions": FEWEST_FOR_INTERVAL,
        },
    }
    payload["headline"] = headline(payload)
    return payload


def _changes(
    parts: Sequence[Judged], rows: FeatureRows, groups: Sequence[str], seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Change of each decision by feature, by group and by all, and each decision's session."""
    single = [[column] for column in range(len(FEATURES))]
    several = [[c for c, f in enumerate(FEATURES) if f.group == group] for group in GROUPS]
    columns = [*single, *several, list(range(len(FEATURES)))]
    changes = np.concatenate(
        [change(part.rows, groups, part.probabilities, columns, seed) for part in parts]
    )
    return changes, rows.session[rows.choices]


def _mean(
    values: np.ndarray, owner: np.ndarray, rows: FeatureRows, resamples: int, seed: int
) -> Estimate:
    n = len(rows.names)
    sums = np.stack([np.bincount(owner, values, n), np.bincount(owner, minlength=n)], axis=1)
    return interval(
        sums.astype(np.float64), ratio(), resamples, seed, sums[:, 1] > 0, "nowhere was a choice"
    )


def constant(payload: dict[str, Any]) -> list[str]:
    """Names of features that never moved."""
    return [
        f["name"]
        for f in payload["features"]
        if f["distribution"]["min"] is not None
        and f["distribution"]["min"] == f["distribution"]["max"]
    ]


def alike(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """Pairs of features that say the same."""
    found = {
        tuple(sorted((f["name"], f["closest"]["name"])))
        for f in payload["features"]
        if f["closest"] is not None and abs(f["closest"]["correlation"]) > ALIKE
    }
    return sorted((a, b) for a, b in found)


def headline(payload: dict[str, Any]) -> str:
    """One sentence: what the policy leans on, what foretells the price, and what is wrong."""
    features = payload["features"]
    bad = sum(f["distribution"]["nonfinite"] for f in features)
    if bad:
        names = [f["name"] for f in features if f["distribution"]["nonfinite"]]
        return f"{bad} values are not finite, of {', '.join(names)}: nothing else here counts."
    on = [f for f in features if f["on"]]
    leading = sorted(on, key=lambda f: -(f["importance"]["value"] or 0.0))[:3]
    names = [f["name"] for f in leading if f["importance"]["value"]]
    leans = f"leans most on {', '.join(names)}" if names else "heeds none of them"
    telling = sum(f["p"] is not None and f["p"] < 1 - LEVEL for f in features)
    still = constant(payload)
    moves = "none is constant" if not still else f"constant here: {len(still)}"
    return (
        f"Of the {len(on)} features that are on, the policy {leans}; {telling} of all "
        f"{len(features)} go with the mid's next 10 s; {moves}."
    )
