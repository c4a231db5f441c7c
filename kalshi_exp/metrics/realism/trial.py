"""One contestant's record: what its fills gave every strategy in every session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from kalshi_exp.probes import COLUMN, HORIZONS, SCORES


@final
@dataclass(frozen=True)
class Trial:
    """A fill model, or the exchange, over the same strategies and sessions as the others.

    Attributes:
        name: as reports show it.
        sums: float64[S, J, len(SUMS)], strategy, session, `probes.SUMS`.
        scores: float64[S, J, len(SCORES)] against the truth; zeros for the truth itself.
        curve: float64[S, J, horizons, bins, 3], its reliability; see `probes.score`.
        draws: how often it was played with other luck.
    """

    name: str
    sums: np.ndarray
    scores: np.ndarray
    curve: np.ndarray
    draws: int = 1

    def column(self, name: str) -> np.ndarray:
        """float64[S, J]: one of `probes.SUMS`."""
        one: np.ndarray = self.sums[:, :, COLUMN[name]]
        return one

    def brier(self, horizon: int) -> np.ndarray:
        """float64[S, J]: summed squared errors of the odds within a horizon of `HORIZONS`."""
        one: np.ndarray = self.scores[:, :, 1 + HORIZONS.index(horizon)]
        return one

    @property
    def matched(self) -> np.ndarray:
        """float64[S, J]: orders that were the same as in truth."""
        one: np.ndarray = self.scores[:, :, SCORES.index("matched")]
        return one
