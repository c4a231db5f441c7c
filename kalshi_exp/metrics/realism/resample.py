"""Bootstrap over strategies and sessions at once: both are drawn from what might have been.

Rows and columns are resampled independently (the pigeonhole bootstrap: A. B. Owen, "The pigeonhole
bootstrap", Annals of Applied Statistics 1, 2007); it is conservative for means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import final

import numpy as np

from kalshi_exp.metrics.bootstrap import (
    FEWEST_FOR_INTERVAL,
    LEVEL,
    Estimate,
    draw_weights,
    missing,
    tail,
)

Figure = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Values [P, S, R] of P quantities and weights [S, R] -> the figure [R]; nan where there is none.

S are strategies, R resamples; a value is nan where a strategy has none.
"""


@final
class Resamples:
    """The draws that all figures of a report share, so that differences are paired.

    Args:
        strategies: how many.
        sessions: how many.
        resamples: how many draws.
        seed: of them.
    """

    def __init__(self, strategies: int, sessions: int, resamples: int, seed: int) -> None:
        self.sessions = sessions
        # The first draw is everything once: the figure itself.
        self._sessions = _with_all(draw_weights(sessions, resamples, seed))
        self._strategies = _with_all(draw_weights(strategies, resamples, seed + 1))

    def per_strategy(self, numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
        """Ratios of sums over sessions, float64[S, 1 + R]; nan where there is nothing below.

        Args:
            numerator: float64[S, J].
            denominator: float64[S, J].
        """
        # Not a matrix product: its order of summing depends on the number of threads.
        above, below = (
            np.einsum("sj,jr->sr", part, self._sessions) for part in (numerator, denominator)
        )
        ratios: np.ndarray = np.divide(
            above, below, out=np.full_like(above, np.nan), where=below > 0
        )
        return ratios

    def weights(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How often chosen strategies and sessions stand in each draw: [s, 1 + R], [J, 1 + R]."""
        return self._strategies[chosen], self._sessions

    def estimate(
        self,
        figure: Figure,
        values: list[np.ndarray],
        chosen: np.ndarray,
        nothing: str = "nothing to measure",
    ) -> Estimate:
        """A figure over strategies with its interval.

        Args:
            figure: of the chosen strategies.
            values: float64[S, 1 + R] each, as `per_strategy` gives them.
            chosen: bool[S].
            nothing: the reason given when the figure cannot be formed.
        """
        draws = figure(np.stack(values)[:, chosen], self._strategies[chosen])
        return self.interval(draws, nothing)

    def interval(self, draws: np.ndarray, nothing: str = "nothing to measure") -> Estimate:
        """Value and interval of draws [1 + R], the first of which is the figure itself."""
        value = float(draws[0])
        if not np.isfinite(value):
            return missing(nothing, self.sessions)
        if self.sessions < FEWEST_FOR_INTERVAL:
            many = f"{self.sessions} session" + ("" if self.sessions == 1 else "s")
            why = f"{many}: an interval needs at least {FEWEST_FOR_INTERVAL}"
            return Estimate(value, None, None, self.sessions, why)
        others = draws[1:][np.isfinite(draws[1:])]
        if len(others) < 0.95 * (len(draws) - 1):
            why = "the figure cannot be formed in more than 5 % of the resamples"
            return Estimate(value, None, None, self.sessions, why)
        cut = tail(self.sessions, LEVEL)
        low, high = np.quantile(others, [cut, 1 - cut])
        return Estimate(value, float(low), float(high), self.sessions, None, others)


def _with_all(weights: np.ndarray) -> np.ndarray:
    """[resamples, clusters] -> float64[clusters, 1 + resamples]."""
    everything = np.ones((1, weights.shape[1]))
    both: np.ndarray = np.concatenate([everything, weights]).T
    return np.ascontiguousarray(both)
