"""What is known of every decision that features are described from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np


@final
@dataclass(frozen=True, eq=False)
class FeatureRows:
    """Decisions of some sessions, with every feature group switched on.

    Attributes:
        observation: float32[N, OBSERVATION].
        mask: bool[N, A], legal actions.
        session: int64[N], number into `names`.
        names: of the sessions.
        markout: float64[N], mid 10 s later less mid now, cents; nan where there is no mid.
        one_sided: bool[N], a side of the book is empty now.
    """

    observation: np.ndarray
    mask: np.ndarray
    session: np.ndarray
    names: tuple[str, ...]
    markout: np.ndarray
    one_sided: np.ndarray

    @property
    def choices(self) -> np.ndarray:
        """bool[N]: more than one action is legal."""
        more: np.ndarray = self.mask.sum(1) > 1
        return more


def joined(parts: Sequence[FeatureRows]) -> FeatureRows:
    """Several as one; sessions of one name are one session."""
    names = tuple(sorted({name for part in parts for name in part.names}))
    number = {name: k for k, name in enumerate(names)}
    sessions = [np.array([number[n] for n in part.names], np.int64)[part.session] for part in parts]
    return FeatureRows(
        np.concatenate([part.observation for part in parts]),
        np.concatenate([part.mask for part in parts]),
        np.concatenate(sessions),
        names,
        np.concatenate([part.markout for part in parts]),
        np.concatenate([part.one_sided for part in parts]),
    )
