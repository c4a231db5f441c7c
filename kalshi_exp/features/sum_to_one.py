"""Which markets of an event sum to one: told from their prices alone.

Of all sets of two or more markets the one whose sum strayed least from a dollar, if it strayed
little and its members' moves cancelled; then the same among those that are left.
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.market.jit import lean_kernel

EXHAUSTIVE = 12
"""Markets of which every set is tried; of more, those that one change after another leads to."""

_CANCEL = 0.5  # the variance of the sum's moves over that of the moves themselves, at most


@lean_kernel
def _toggle(
    k: int, inside: np.ndarray, mean: np.ndarray, product: np.ndarray, rows: np.ndarray
) -> float:
    """Put market k in or out; returns by how much the mean squared deviation changes."""
    sign = -1.0 if inside[k] else 1.0
    before = rows[k] - (product[k, k] if inside[k] else 0.0)
    inside[k] = not inside[k]
    for i in range(mean.size):
        rows[i] += sign * product[i, k]
    return sign * (2.0 * before + product[k, k] - 2.0 * mean[k])


@lean_kernel
def _cancels(inside: np.ndarray, covariance: np.ndarray, n: int) -> bool:
    """Whether the moves of a set of markets cancel in their sum; where none moves, none does."""
    total = own = 0.0
    for i in range(n):
        if inside[i]:
            own += covariance[i, i]
            for j in range(n):
                if inside[j]:
                    total += covariance[i, j]
    return own > 0.0 and total <= _CANCEL * own


@lean_kernel
def _keep(inside: np.ndarray, best: np.ndarray) -> None:
    for k in range(inside.size):  # an assignment of arrays would allocate
        best[k] = inside[k]


@lean_kernel
def _best_of_all(
    mean: np.ndarray, product: np.ndarray, covariance: np.ndarray, free: np.ndarray,
    inside: np.ndarray, rows: np.ndarray, best: np.ndarray,
) -> float:  # fmt: skip
    """Try every set of the free markets; the best one goes to `best`, its deviation is returned."""
    n = mean.size
    inside[:] = False
    rows[:] = 0.0
    places = 0
    deviation, least, size = 1.0, math.inf, 0
    for i in range(n):
        places += 1 if free[i] else 0
    for code in range(1, 1 << places):
        low = 0
        while not (code >> low) & 1:  # in Gray's order one market changes at a time
            low += 1
        k = -1
        for i in range(n):
            if free[i]:
                if low == 0:
                    k = i
                    break
                low -= 1
        deviation += _toggle(k, inside, mean, product, rows)
        size += 1 if inside[k] else -1
        if size >= 2 and deviation < least and _cancels(inside, covariance, n):
            least = deviation
            _keep(inside, best)
    return least


@lean_kernel
def _best_by_steps(
    mean: np.ndarray, product: np.ndarray, covariance: np.ndarray, free: np.ndarray,
    inside: np.ndarray, rows: np.ndarray, best: np.ndarray,
) -> float:  # fmt: skip
    """Begin with all free markets, and change one as long as that helps."""
    n = mean.size
    inside[:] = False
    rows[:] = 0.0
    deviation, size = 1.0, 0
    for k in range(n):
        if free[k]:
            deviation += _toggle(k, inside, mean, product, rows)
            size += 1
    for _ in range(2 * n):
        step, better = -1, deviation
        for k in range(n):
            if not free[k] or (inside[k] and size <= 2):
                continue
            after = deviation + _toggle(k, inside, mean, product, rows)
            _toggle(k, inside, mean, product, rows)
            if after < better - 1e-12:
                step, better = k, after
        if step < 0:
            break
        deviation += _toggle(step, inside, mean, product, rows)
        size += 1 if inside[step] else -1
    _keep(inside, best)
    return deviation if size >= 2 and _cancels(inside, covariance, n) else math.inf


@lean_kernel
def find_groups(
    mean: np.ndarray, product: np.ndarray, covariance: np.ndarray, deviation: float,
    group: np.ndarray, stray: np.ndarray, flags: np.ndarray, rows: np.ndarray,
) -> None:  # fmt: skip
    """Find the groups of an event.

    Args:
        mean: float64[M], mean probabilities.
        product: float64[>= M, >= M], mean products of two.
        covariance: float64[>= M, >= M], mean products of two changes.
        deviation: that a sum may stray by, root mean square, dollars.
        group: int64[>= M], written: number of each market's group, -1 none.
        stray: float64[>= M], written: that group's deviation; 0 none.
        flags: bool[3, >= M], scratch.
        rows: float64[>= M], scratch.
    """
    n = mean.size
    free, best, inside = flags[0, :n], flags[1, :n], flags[2, :n]
    free[:] = True
    best[:] = False
    group[:] = -1
    stray[:] = 0.0
    left, number = n, 0
    while left >= 2:
        if left <= EXHAUSTIVE:
            least = _best_of_all(mean, product, covariance, free, inside, rows, best)
        else:
            least = _best_by_steps(mean, product, covariance, free, inside, rows, best)
        if not least <= deviation * deviation:
            return
        for k in range(n):
            if best[k]:
                group[k] = number
                stray[k] = math.sqrt(max(least, 0.0))
                free[k] = False
                left -= 1
        number += 1
