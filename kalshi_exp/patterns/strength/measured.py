"""What one session says of one family, beside what it would say if there were nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

ALTERNATIVES = 40
"""Ways of being without the pattern that are tried for each session, at most."""


class Measured(NamedTuple):
    """A session's share of a family's statistic, which is a ratio of totals over sessions.

    Under the null hypothesis the observed pair and the alternatives are exchangeable: each is the
    same statistic of the session's own path against labels, times or siblings that mean nothing.

    Attributes:
        above: numerator, in logarithms times weight.
        below: weight; 0 where the session says nothing.
        null_above: float64[K], of each alternative.
        null_below: float64[K].
    """

    above: float
    below: float
    null_above: np.ndarray
    null_below: np.ndarray

    @property
    def bears(self) -> bool:
        """Whether the session says anything: observed, and under some alternative."""
        return self.below > 0 and bool((self.null_below > 0).any())


NOTHING = Measured(0.0, 0.0, np.zeros(0), np.zeros(0))
"""What a session says that never came near the pattern's place."""


def together(parts: Iterable[Measured]) -> Measured:
    """Markets of one session: they are drawn together, each under its k-th alternative."""
    known = [part for part in parts if len(part.null_above)]
    if not known:
        return NOTHING
    few = min(len(part.null_above) for part in known)
    return Measured(
        sum(part.above for part in known),
        sum(part.below for part in known),
        np.sum([part.null_above[:few] for part in known], axis=0),
        np.sum([part.null_below[:few] for part in known], axis=0),
    )
