"""Bonus for trading with those who defend a level."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor

from kalshi_exp.config.reward import AnchorTimingReward
from kalshi_exp.env.rewards.pattern_term import PatternTerm, column
from kalshi_exp.env.rewards.term import Transition


@final
class AnchorTiming(PatternTerm):
    """Pays for exposure taken on the defended side of a detected anchor, and charges the opposite.

    A level below the mid holds bids up: YES is its side; one above the mid holds offers down: NO.
    A trade earns its exposure times the anchor's probability, and undoing it gives that back
    (`Credit`). Nothing is paid with the mid right at the level, or further than `near_cents` off.
    """

    def __init__(self, config: AnchorTimingReward, rows: int) -> None:
        super().__init__(config, rows)
        self._least, self._near = config.least, config.near_cents

    def value(self, transition: Transition) -> Tensor:
        """Exposure traded towards the defended side, times the probability."""
        before, after = self._exposures(transition)
        probability = column(transition.patterns, "anchor")
        distance = column(transition.patterns, "anchor_distance")
        on = (probability >= self._least) & (distance.abs() <= self._near) & (distance != 0.0)
        worth = torch.where(on, probability.clamp(0.0, 1.0) * distance.sign(), 0.0)
        return self._credit.pay(after - before, worth, on)
