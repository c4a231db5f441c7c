"""Penalty for falling below one's own peak."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor

from kalshi_exp.config.reward import DrawdownReward
from kalshi_exp.env.rewards.term import RewardTerm, Transition


@final
class Drawdown(RewardTerm):
    """Minus the deepening of the row's drawdown in this step, in units of `scale` dollars.

    Only a new low below the peak costs; climbing back is free and earns nothing, so that the
    sum over an episode is minus its deepest drawdown.
    """

    def __init__(self, config: DrawdownReward, rows: int) -> None:
        super().__init__(config.weight)
        self._scale = config.scale
        self._peak = torch.zeros(rows)
        self._deepest = torch.zeros(rows)

    def value(self, transition: Transition) -> Tensor:
        """Minus the growth of the deepest drawdown so far."""
        torch.maximum(self._peak, transition.total_pnl, out=self._peak)
        deepest = torch.maximum(self._deepest, self._peak - transition.total_pnl)
        penalty = (self._deepest - deepest) / self._scale
        self._deepest.copy_(deepest)
        return penalty

    def reset(self, rows: Tensor) -> None:
        """Peaks and lows start at zero."""
        self._peak.masked_fill_(rows, 0.0)
        self._deepest.masked_fill_(rows, 0.0)

    def state_dict(self) -> dict[str, Tensor]:
        """Peaks and deepest drawdowns."""
        return {"peak": self._peak.clone(), "deepest": self._deepest.clone()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Put peaks and deepest drawdowns back."""
        self._peak.copy_(state["peak"])
        self._deepest.copy_(state["deepest"])
