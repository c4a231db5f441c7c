"""Orders at the touch, inside or behind it, at fixed times, left alone."""

from __future__ import annotations

from typing import final

import numpy as np

from kalshi_exp.market.units import BID
from kalshi_exp.probes.families.family import Desk, Family, Parameters, due, sides
from kalshi_exp.probes.view import View


@final
class Joiner(Family):
    """Sends an order to one side after the other, `behind` ticks behind the touch.

    Below 0 it improves on the touch, if the spread leaves room for that, and joins it if not. What
    it asks for, and when, depends on the touches alone and not on what filled. As with all orders,
    one that still stands at that price at no smaller size is kept, with its place in the queue.
    """

    name = "joiner"

    def decide(self, view: View, own: Parameters, desk: Desk) -> None:
        """Send an order to the side whose turn it is; it replaces the last one of that side."""
        turn = due(view, own)
        bids = (view.tick // own["every"]) % 2 == 0
        for side, touch, opposite, step in sides(view):
            level = view.within(touch - step * own["behind"])
            level = np.where(step * (opposite - level) > 0, level, touch)
            desk.place(turn & (bids == (side == BID)), side, level, own["size"])
