"""How a feature is distributed, what is missing of it, and which other one it resembles."""

from __future__ import annotations

from typing import Any

import numpy as np

QUANTILES = {"p5": 0.05, "median": 0.5, "p95": 0.95}


def distribution(values: np.ndarray) -> dict[str, Any]:
    """Spread of one feature.

    Args:
        values: float[N].

    Returns:
        `min`, `p5`, `median`, `p95`, `max` of the finite values, `common` (the most common one),
        `common_share` of all rows and `nonfinite` (how many are not finite; it must be 0). None
        where there is no finite value.
    """
    finite = values[np.isfinite(values)]
    out: dict[str, Any] = {"nonfinite": len(values) - len(finite)}
    if not len(finite):
        return out | dict.fromkeys(("min", *QUANTILES, "max", "common", "common_share"))
    seen, counts = np.unique(finite, return_counts=True)
    out |= {"min": float(seen[0]), "max": float(seen[-1])}
    out |= {name: float(np.quantile(finite, at)) for name, at in QUANTILES.items()}
    most = int(counts.argmax())
    return out | {"common": float(seen[most]), "common_share": float(counts[most] / len(values))}


def twins(observation: np.ndarray) -> list[tuple[int, float] | None]:
    """For each feature the other one that it is correlated most with.

    Args:
        observation: float[N, F].

    Returns:
        (column, Pearson's correlation) of the closest other feature; None of a constant one, or
        where there is no other.
    """
    values = np.nan_to_num(observation.astype(np.float64), posinf=0.0, neginf=0.0)
    moving = np.flatnonzero(values.min(0) < values.max(0)) if len(values) else np.zeros(0, int)
    out: list[tuple[int, float] | None] = [None] * values.shape[1]
    if len(moving) < 2:
        return out
    found = np.asarray(np.corrcoef(values[:, moving], rowvar=False))
    np.fill_diagonal(found, 0.0)
    for k, column in enumerate(moving):
        other = int(np.abs(found[k]).argmax())
        out[column] = int(moving[other]), float(found[k, other])
    return out
