"""Money in units of the risk it was made with."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor

from kalshi_exp.config.reward import RiskAdjustedReward
from kalshi_exp.env.rewards.term import RewardTerm, Transition


@final
class RiskAdjusted(RewardTerm):
    """P&L of the step over its running deviation, at most `limit` either way.

    The deviation is the root of a running mean of squared P&L (decay `decay` a step in which there
    was any), as known before the step, and never below `floor` dollars, where it begins.
    """

    def __init__(self, config: RiskAdjustedReward, rows: int) -> None:
        super().__init__(config.weight)
        self._decay, self._limit = config.decay, config.limit
        self._floor = config.floor**2
        self._square = torch.full((rows,), self._floor)

    def value(self, transition: Transition) -> Tensor:
        """P&L over the deviation so far, limited."""
        pnl = transition.pnl
        value = (pnl / self._square.clamp(min=self._floor).sqrt()).clamp(-self._limit, self._limit)
        moved = torch.lerp(pnl.square(), self._square, self._decay)
        self._square = torch.where(pnl != 0.0, moved, self._square)
        return value

    def reset(self, rows: Tensor) -> None:
        """The deviation begins at its floor."""
        self._square.masked_fill_(rows, self._floor)

    def state_dict(self) -> dict[str, Tensor]:
        """Mean squared P&L."""
        return {"square": self._square.clone()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Put the mean squared P&L back."""
        self._square.copy_(state["square"])
