"""A family of strategies: one rule with parameters, played for many rows at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import final

import numpy as np

from kalshi_exp.market.orders import CALL_BACK, PLACE
from kalshi_exp.market.units import SIZE_ONE
from kalshi_exp.probes.view import NO_ORDER, View

Parameters = Mapping[str, np.ndarray]
"""Parameter -> its value in every row, float64[N]."""


@final
class Desk:
    """Where a family writes what it wants: the intents of its rows.

    Attributes:
        intents: INTENT[N, 2], by side of the YES book; all NOTHING at first.
    """

    def __init__(self, intents: np.ndarray, view: View) -> None:
        """Take empty intents of the rows of a view."""
        self.intents = intents
        self._view = view

    def place(
        self,
        where: np.ndarray,
        side: int,
        level: np.ndarray,
        contracts: np.ndarray,
        *,
        immediate: bool = False,
    ) -> None:
        """Ask for an order.

        Args:
            where: bool[N], in which rows.
            side: BID or ASK of the YES book.
            level: int64[N], ladder level of its limit.
            contracts: float64[N].
            immediate: cancel what does not fill on arrival.
        """
        one = self.intents[:, side]
        one["asked"][where] = PLACE
        one["immediate"][where] = immediate
        one["level"][where] = level[where]
        one["size"][where] = np.rint(contracts[where] * SIZE_ONE).astype(np.int64)

    def call_back(self, where: np.ndarray, side: int) -> None:
        """Ask for the standing order of a side to be cancelled, where there is one."""
        standing = self._view.standing[:, side] != NO_ORDER
        self.intents["asked"][where & standing, side] = CALL_BACK


class Family(ABC):
    """One rule.

    Attributes:
        name: as strategies are named after it.
        aggressive: whether its orders mean to take.
    """

    name: str
    aggressive: bool = False

    @abstractmethod
    def decide(self, view: View, own: Parameters, desk: Desk) -> None:
        """Write what every row wants.

        Args:
            view: what the rows see.
            own: its parameters, `size` (contracts) and `every` (decisions) among them.
            desk: takes the intents.
        """


def due(view: View, own: Parameters) -> np.ndarray:
    """bool[N]: rows whose turn it is, once every so many decisions."""
    turn: np.ndarray = (view.tick % own["every"] == 0) & view.open
    return turn


def sides(view: View) -> list[tuple[int, np.ndarray, np.ndarray, int]]:
    """(side, own touch, opposite touch, one tick towards the opposite side) of either side."""
    return [(0, view.bid, view.ask, 1), (1, view.ask, view.bid, -1)]
