"""The base of every reward: money."""

from __future__ import annotations

from typing import final

from torch import Tensor

from kalshi_exp.config.reward import PortfolioReward
from kalshi_exp.env.rewards.term import RewardTerm, Transition


@final
class Portfolio(RewardTerm):
    """Change of the market's marked P&L after fees, in units of `scale` dollars."""

    def __init__(self, config: PortfolioReward, rows: int) -> None:
        super().__init__(config.weight)
        self._scale = config.scale

    def value(self, transition: Transition) -> Tensor:
        """P&L of the step over the scale."""
        return transition.pnl / self._scale

    def reset(self, rows: Tensor) -> None:
        """Nothing is remembered."""

    def state_dict(self) -> dict[str, Tensor]:
        """Empty."""
        return {}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Nothing to put back."""
