"""Orders at random times, on random sides."""

from __future__ import annotations

from typing import final

import numpy as np

from kalshi_exp.probes.families.family import Desk, Family, Parameters, sides
from kalshi_exp.probes.view import View


@final
class Random(Family):
    """With probability `chance` at a decision, an order on a random side, of `size` or less.

    It joins the touch; with `take` it crosses, up to `reach` ticks behind the opposite one.
    """

    name = "random"

    def decide(self, view: View, own: Parameters, desk: Desk) -> None:
        """Draw whether, where and how much."""
        act = view.open & (view.luck[:, 0] < own["chance"])
        contracts = np.ceil(view.luck[:, 2] * own["size"])
        take = own["take"] == 1
        for side, touch, opposite, step in sides(view):
            mine = act & ((view.luck[:, 1] < 0.5) == (side == 0))
            through = view.within(opposite + step * own["reach"])
            desk.place(mine & ~take, side, touch, contracts)
            desk.place(mine & take, side, through, contracts, immediate=True)
