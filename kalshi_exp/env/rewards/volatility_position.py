"""Bonus for carrying less through a cascade."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor

from kalshi_exp.config.reward import VolatilityPositionReward
from kalshi_exp.env.rewards.pattern_term import PatternTerm, column
from kalshi_exp.env.rewards.term import Transition


@final
class VolatilityPosition(PatternTerm):
    """Pays for exposure given up during a detected cascade, and charges what is added to it.

    A reduction earns its exposure times the cascade's probability; building the exposure up again
    while the cascade lasts gives that back (`Credit`), and building it up at all is charged. What
    is added against the side that the price moves to is charged once more, times the share of
    liquidity that is missing: nobody may be there to get out with. That charge is never refunded.
    """

    def __init__(self, config: VolatilityPositionReward, rows: int) -> None:
        super().__init__(config, rows)
        self._least = config.least

    def value(self, transition: Transition) -> Tensor:
        """Exposure given up times the probability, less what was added against the move."""
        before, after = self._exposures(transition)
        patterns = transition.patterns
        probability = column(patterns, "cascade").clamp(0.0, 1.0)
        on = probability >= self._least
        sure = torch.where(on, probability, 0.0)
        given_up = self._credit.pay(before.abs() - after.abs(), sure, on)
        way = column(patterns, "cascade_side").sign()
        added = (-way * after).clamp(min=0.0) - (-way * before).clamp(min=0.0)
        missing = column(patterns, "cascade_depth").clamp(0.0, 1.0)
        return given_up - sure * missing * added.clamp(min=0.0)
