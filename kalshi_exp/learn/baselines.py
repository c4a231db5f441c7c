"""What a trained policy has to beat: rules that a beginner would try."""

from __future__ import annotations

from typing import final

import numpy as np

from kalshi_exp.config import Placement
from kalshi_exp.env import ACTIONS, HOLD
from kalshi_exp.features import FEATURES
from kalshi_exp.learn.players import Player, View

_COLUMN = {feature.name: column for column, feature in enumerate(FEATURES)}
_NUMBER = {action.name: number for number, action in enumerate(ACTIONS)}


def _seen(view: View, name: str) -> np.ndarray:
    column: np.ndarray = view.observation[:, _COLUMN[name]]
    return column


def _where_legal(view: View, wanted: np.ndarray) -> np.ndarray:
    legal = np.take_along_axis(view.mask, wanted[:, None], 1)[:, 0]
    return np.where(legal, wanted, HOLD).astype(np.int64)


@final
class Hold(Player):
    """Never trades."""

    name = "hold"

    def act(self, view: View) -> np.ndarray:
        """HOLD everywhere."""
        return np.full(len(view.mask), HOLD, np.int64)


@final
class Random(Player):
    """Any legal action, all equally likely."""

    name = "random"

    def act(self, view: View) -> np.ndarray:
        """The luck-th of the legal actions."""
        count = view.mask.sum(1)
        rank = np.minimum((view.luck * count).astype(np.int64), count - 1)
        return (np.cumsum(view.mask, 1) > rank[:, None]).argmax(1).astype(np.int64)


@final
class TouchMaker(Player):
    """Joins the touch on both sides and stops adding to a position at its inventory limit.

    One order a decision: the side that has none, or whose order was left behind the touch; when
    both want one, the side that brings the position home.
    """

    name = "maker"
    placement = Placement.join
    sees_everything = True

    def __init__(self, contracts: int = 10, inventory: float = 0.1) -> None:
        """Set its size.

        Args:
            contracts: size of an order, one of the action sizes.
            inventory: share of the position limit at which a side stops.
        """
        self._buy, self._sell = _NUMBER[f"BUY_YES {contracts}"], _NUMBER[f"BUY_NO {contracts}"]
        self._inventory = inventory

    def act(self, view: View) -> np.ndarray:
        """Quote where a quote is missing."""
        position = _seen(view, "position")
        # 1 / (1 + cents behind + share of the queue ahead): a half or more is at the touch.
        bid = (_seen(view, "own_bid_place") < 0.5) & (position < self._inventory)
        ask = (_seen(view, "own_ask_place") < 0.5) & (position > -self._inventory)
        bid &= view.mask[:, self._buy]
        ask &= view.mask[:, self._sell]
        first = np.where(bid & (~ask | (position <= 0)), self._buy, self._sell)
        return _where_legal(view, np.where(bid | ask, first, HOLD))


@final
class Momentum(Player):
    """Crosses the spread in the direction in which the mid has just moved."""

    name = "momentum"
    placement = Placement.cross
    sees_everything = True

    def __init__(self, contracts: int = 10, cents: float = 1.0, inventory: float = 0.1) -> None:
        """Set its size and nerve.

        Args:
            contracts: size of an order, one of the action sizes.
            cents: least recent move of the mid that it follows.
            inventory: share of the position limit at which it stops adding.
        """
        self._buy, self._sell = _NUMBER[f"BUY_YES {contracts}"], _NUMBER[f"BUY_NO {contracts}"]
        halves = cents / 2.0
        self._threshold = halves / (1.0 + halves)  # the feature's own transform
        self._inventory = inventory

    def act(self, view: View) -> np.ndarray:
        """Follow the move."""
        move, position = _seen(view, "move_fast"), _seen(view, "position")
        up = (move >= self._threshold) & (position < self._inventory)
        down = (move <= -self._threshold) & (position > -self._inventory)
        return _where_legal(view, np.where(up, self._buy, np.where(down, self._sell, HOLD)))


def baselines() -> list[Player]:
    """All of them, in the order of reports."""
    return [Hold(), Random(), TouchMaker(), Momentum()]
