"""Quotes on both sides that follow the touch."""

from __future__ import annotations

from typing import final

from kalshi_exp.probes.families.family import Desk, Family, Parameters, due, sides
from kalshi_exp.probes.view import View


@final
class Maker(Family):
    """Keeps an order at either touch while its inventory is within `limit` contracts.

    With `lean` it quotes only the side that the touch sizes favour (1) or do not (-1).
    """

    name = "maker"

    def decide(self, view: View, own: Parameters, desk: Desk) -> None:
        """Quote where a quote is missing or left behind; withdraw at the limit."""
        turn = due(view, own)
        for side, touch, _, step in sides(view):
            full = step * view.position + own["size"] > own["limit"]
            with_it = own["lean"] * step * view.imbalance
            wanted = ~full & ((own["lean"] == 0) | (with_it > 0.2))
            moved = view.standing[:, side] != touch
            desk.place(turn & wanted & moved, side, touch, own["size"])
            desk.call_back(turn & ~wanted, side)
