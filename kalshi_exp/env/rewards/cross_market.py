"""Bonus for trading a group of markets back towards one dollar."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor

from kalshi_exp.config.reward import CrossMarketReward
from kalshi_exp.env.rewards.pattern_term import PatternTerm, column
from kalshi_exp.env.rewards.term import Transition


@final
class CrossMarket(PatternTerm):
    """Pays for exposure that a detected violation calls for, and charges the opposite.

    Where a group's prices sum to more than a dollar its members are to be sold, where to less
    bought. A trade earns its exposure times what the violation leaves after fees over
    `full_cents`, at most 1; that is the best basket's profit or, for one who need not cross the
    spread, the violation of the mids less `toll_cents`, whichever is more. Undoing the trade gives
    the payment back (`Credit`).
    """

    def __init__(self, config: CrossMarketReward, rows: int) -> None:
        super().__init__(config, rows)
        self._toll, self._full = config.toll_cents, config.full_cents

    def value(self, transition: Transition) -> Tensor:
        """Exposure traded against the violation, times its size after fees."""
        before, after = self._exposures(transition)
        patterns = transition.patterns
        violation = column(patterns, "violation")
        net = torch.maximum(column(patterns, "arbitrage"), violation.abs() - self._toll)
        on = (column(patterns, "group") >= 0.0) & (net > 0.0) & (violation != 0.0)
        size = (net / self._full).clamp(0.0, 1.0)
        worth = torch.where(on, -violation.sign() * size, 0.0)
        return self._credit.pay(after - before, worth, on)
