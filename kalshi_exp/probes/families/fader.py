"""Orders at round prices, against the way the market comes."""

from __future__ import annotations

from typing import final

import numpy as np

from kalshi_exp.probes.families.family import Desk, Family, Parameters, due, sides
from kalshi_exp.probes.view import View


@final
class Fader(Family):
    """Rests at the next multiple of `cents` on either side, while it is within `reach` cents."""

    name = "fader"

    def decide(self, view: View, own: Parameters, desk: Desk) -> None:
        """Keep an order at the round price below as a bid, and above as an ask."""
        turn = due(view, own)
        for side, touch, _, step in sides(view):
            price = view.cents(touch)
            rounded = np.where(
                step > 0,
                np.floor(price / own["cents"]) * own["cents"],
                np.ceil(price / own["cents"]) * own["cents"],
            )
            near = (np.abs(price - rounded) <= own["reach"]) & (rounded > 0) & (rounded < 100)
            full = step * view.position + own["size"] > own["limit"]
            level = view.level_at(rounded)
            moved = view.standing[:, side] != level
            desk.place(turn & near & ~full & moved, side, level, own["size"])
            desk.call_back(turn & ~near, side)
