"""Takers of a move, of the touch's imbalance, or against them."""

from __future__ import annotations

from typing import final

from kalshi_exp.probes.families.family import Desk, Family, Parameters, due, sides
from kalshi_exp.probes.view import View


class _Taker(Family):
    """Crosses the spread when a signal is strong enough, up to `reach` ticks behind the touch."""

    aggressive = True

    def _take(self, view: View, own: Parameters, desk: Desk, signal: object) -> None:
        turn = due(view, own)
        for side, _, opposite, step in sides(view):
            strong = step * signal >= own["threshold"]  # type: ignore[operator]
            full = step * view.position + own["size"] > own["limit"]
            level = view.within(opposite + step * own["reach"])
            desk.place(turn & strong & ~full, side, level, own["size"], immediate=True)


@final
class Momentum(_Taker):
    """Follows the mid's move over `window` decisions; with `way` -1, trades against it."""

    name = "momentum"

    def decide(self, view: View, own: Parameters, desk: Desk) -> None:
        """Take in the direction of the move."""
        signal = 0.0
        for window in set(own["window"].tolist()):
            signal = signal + (own["window"] == window) * view.move(int(window))
        self._take(view, own, desk, own["way"] * signal)


@final
class Imbalance(_Taker):
    """Takes the side that the touch sizes lean to; with `way` -1, the other."""

    name = "imbalance"

    def decide(self, view: View, own: Parameters, desk: Desk) -> None:
        """Take with the imbalance."""
        self._take(view, own, desk, own["way"] * view.imbalance)
