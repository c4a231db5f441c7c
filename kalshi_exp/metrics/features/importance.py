"""Permutation importance: how much a policy's decisions change when a feature is shuffled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kalshi_exp.features import FEATURES, GROUPS, group_columns
from kalshi_exp.metrics.features.rows import FeatureRows

REPEATS = 2

Probabilities = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(float32[N, OBSERVATION], bool[N, A]) -> float[N, A], each row summing to one."""


def switched(observation: np.ndarray, groups: Sequence[str]) -> np.ndarray:
    """An observation as a policy sees it whose run has only some groups switched on.

    Args:
        observation: float32[N, OBSERVATION], with every group on.
        groups: those that are on.
    """
    seen = observation.copy()
    for number, group in enumerate(GROUPS):
        if group not in groups:
            seen[:, group_columns(group)] = 0.0
            seen[:, len(FEATURES) + number] = 0.0
    return seen


def change(
    rows: FeatureRows,
    groups: Sequence[str],
    probabilities: Probabilities,
    columns: Sequence[Sequence[int]],
    seed: int,
) -> np.ndarray:
    """How much the distribution over actions changes when columns are shuffled across decisions.

    Total variation distance, between 0 (nothing changes) and 1 (no action in common), mean over
    `REPEATS` shuffles. Legal actions stay what they are. Only decisions with a choice count. A
    feature that stands in another one's stead when it is shuffled looks less important than it is:
    shuffle them together to see.

    Source: L. Breiman, "Random Forests", Machine Learning 45, 2001, section 10; the loss of
    accuracy is replaced by the change of decisions, which needs no right answer.

    Args:
        rows: the decisions.
        groups: feature groups that are on in the policy's run.
        probabilities: the policy.
        columns: what to shuffle, columns of one entry together.
        seed: of the shuffles.

    Returns:
        float64[rows with a choice, entries].
    """
    chosen = rows.choices
    seen, mask = switched(rows.observation[chosen], groups), rows.mask[chosen]
    out = np.zeros((len(seen), len(columns)))
    if not len(seen):
        return out
    before = probabilities(seen, mask)
    rng = np.random.Generator(np.random.PCG64(seed))
    orders = [rng.permutation(len(seen)) for _ in range(REPEATS)]
    for place, some in enumerate(columns):
        moving = [column for column in some if seen[:, column].min() < seen[:, column].max()]
        if not moving:
            continue
        for order in orders:
            mixed = seen.copy()
            mixed[:, moving] = seen[order][:, moving]
            after = probabilities(mixed, mask)
            out[:, place] += 0.5 * np.abs(after - before).sum(1) / REPEATS
    return out
