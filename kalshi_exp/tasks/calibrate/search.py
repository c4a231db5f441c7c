"""The search: simulated moments met by damped least squares, in rounds of smaller steps.

Method of simulated moments (McFadden 1989): every point is tried on the same sessions of the same
seed, so that what differs is the parameters' doing. Derivatives are finite differences; the step is
SciPy's trust-region least squares under a robust loss, so that what can't be met pulls little.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import final

import numpy as np
from scipy.optimize import least_squares

from kalshi_exp.tasks.calibrate.distance import distance

STEPS = (0.2, 0.1, 0.05)
"""Of the finite differences, round by round; coarse at first, since statistics have noise."""

REACH = 1.0
"""How far from a round's start a parameter may go in it, either way: a factor of 2.7."""

_TURNS = 6  # least-squares steps a round
_WORTH = 0.01  # a round that improves by a smaller share is the last of its step


@final
class Spent(Exception):
    """The budget of evaluations is used up."""


@final
class Search:
    """One search.

    Attributes:
        best: float64[n], the best point so far.
        found: its distance.
        tried: evaluations so far.
    """

    def __init__(
        self,
        misses: Callable[[np.ndarray], np.ndarray],
        start: np.ndarray,
        evaluations: int,
        told: Callable[[Search, bool], None],
    ) -> None:
        """Prepare.

        Args:
            misses: point float64[n] -> float64[m], what each statistic misses its target by.
            start: float64[n].
            evaluations: budget.
            told: called after every evaluation, with whether it was the best.
        """
        self.best = np.array(start, np.float64)
        self.found = np.inf
        self.tried = 0
        self._misses, self._evaluations, self._told = misses, evaluations, told

    def run(self) -> None:
        """Search until the budget is spent or no step improves any more."""
        try:
            for step in STEPS:
                while True:
                    before = self.found
                    self._round(step)
                    if self.found > (1.0 - _WORTH) * before:
                        break
        except Spent:
            pass

    def _try(self, at: np.ndarray) -> np.ndarray:
        if self.tried >= self._evaluations:
            raise Spent
        out = self._misses(at)
        self.tried += 1
        apart = distance(out)
        better = apart < self.found
        if better:
            self.best, self.found = np.array(at), apart
        self._told(self, better)
        return out

    def _round(self, step: float) -> None:
        start = self.best.copy()

        def slopes(at: np.ndarray) -> np.ndarray:
            here = self._try(at)
            out = np.empty((len(here), len(at)))
            for i in range(len(at)):
                # Towards the round's start: never out of bounds, and both ways over the rounds.
                h = step if at[i] <= start[i] else -step
                there = at.copy()
                there[i] += h
                out[:, i] = (self._try(there) - here) / h
            return out

        bounds = (start - REACH - step, start + REACH + step)
        least_squares(self._try, start, jac=slopes, bounds=bounds, loss="soft_l1", max_nfev=_TURNS)
