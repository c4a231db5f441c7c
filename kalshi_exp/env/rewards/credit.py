"""What a pattern's bonus was paid for, so that undoing it gives the bonus back."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor


@final
class Credit:
    """An inventory of moves made while a pattern was detected, and what was paid for them.

    A move pays its worth. A move back first undoes earlier ones and gives back what these were
    paid on average, whatever they would be worth now; so a round trip earns exactly nothing while
    the pattern lasts. Once nothing is detected, moves earn nothing, and what was paid is forgotten
    by and by: a position that outlives its pattern has earned its bonus.

    Args:
        rows: how many.
        memory: decisions without the pattern in which 63 % of a payment is forgotten.
    """

    def __init__(self, rows: int, memory: float) -> None:
        self._keep = float(torch.tensor(-1.0 / memory).exp())
        self.held = torch.zeros(rows)
        self.paid = torch.zeros(rows)

    def pay(self, change: Tensor, worth: Tensor, on: Tensor) -> Tensor:
        """Pay for one step.

        Args:
            change: float32[N], how far each row moved.
            worth: float32[N], what a move of +1 is worth now; of -1 it is worth the opposite.
            on: bool[N], whether the pattern is detected.

        Returns:
            float32[N], at most |change| where |worth| is at most 1.
        """
        keep = torch.where(on, 1.0, self._keep)
        self.held *= keep
        self.paid *= keep
        back = self.held * change < 0.0
        undone = torch.where(back, torch.minimum(change.abs(), self.held.abs()), 0.0)
        share = undone / torch.where(back, self.held.abs(), 1.0)
        given_back = self.paid * share
        rest = torch.where(on, change - change.sign() * undone, 0.0)
        earned = worth * rest
        self.held *= 1.0 - share
        self.held += rest
        self.paid -= given_back
        self.paid += earned
        return earned - given_back

    def reset(self, rows: Tensor) -> None:
        """Forget rows (bool[N])."""
        self.held.masked_fill_(rows, 0.0)
        self.paid.masked_fill_(rows, 0.0)
