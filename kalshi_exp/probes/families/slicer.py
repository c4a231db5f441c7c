"""A large order in pieces."""

from __future__ import annotations

from typing import final

import numpy as np

from kalshi_exp.probes.families.family import Desk, Family, Parameters, sides
from kalshi_exp.probes.view import View


@final
class Slicer(Family):
    """Trades `total` contracts in pieces of `size`, at the touch or with `take` through it.

    A new order begins every `period` decisions, buying and selling in turn.
    """

    name = "slicer"

    def decide(self, view: View, own: Parameters, desk: Desk) -> None:
        """Send the next piece while the order is not done; its time decides, not its fills."""
        number, at = np.divmod(view.tick, own["period"])
        pieces = np.ceil(own["total"] / own["size"])
        turn = view.open & (at % own["every"] == 0) & (at // own["every"] < pieces)
        take = own["take"] == 1
        for side, touch, opposite, step in sides(view):
            mine = turn & (number % 2 == side)
            through = view.within(opposite + step * own["reach"])
            desk.place(mine & ~take, side, touch, own["size"])
            desk.place(mine & take, side, through, own["size"], immediate=True)
