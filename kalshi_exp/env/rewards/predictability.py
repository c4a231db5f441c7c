"""Penalty for being foreseen."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor

from kalshi_exp.config.reward import PredictabilityReward
from kalshi_exp.env.actions import N_ACTIONS
from kalshi_exp.env.rewards.term import RewardTerm, Transition


@final
class Predictability(RewardTerm):
    """Minus how much better than chance a running bigram model foresaw the action.

    The model is the decayed frequency of each action after the previous one, row by row,
    restricted to the legal actions; chance is one over their number. Rows that could not
    choose (weight 0, or one legal action) are neither judged nor learned from.
    """

    def __init__(self, config: PredictabilityReward, rows: int) -> None:
        super().__init__(config.weight)
        self._decay = config.decay
        self._counts = torch.zeros(rows, N_ACTIONS, N_ACTIONS)
        self._previous = torch.zeros(rows, dtype=torch.int64)
        self._rows = torch.arange(rows)

    def value(self, transition: Transition) -> Tensor:
        """Minus the positive part of (foreseen probability minus chance)."""
        legal = transition.mask.sum(-1).clamp(min=1).float()
        decided = (transition.weight > 0) & (legal > 1)
        seen = self._counts[self._rows, self._previous]
        allowed = seen * transition.mask + transition.mask / legal.unsqueeze(-1)
        foreseen = allowed[self._rows, transition.action] / allowed.sum(-1).clamp(min=1e-12)
        penalty = torch.where(decided, (foreseen - 1.0 / legal).clamp(min=0.0), 0.0)
        updated = seen * self._decay
        updated[self._rows, transition.action] += 1.0
        self._counts[self._rows, self._previous] = torch.where(decided.unsqueeze(-1), updated, seen)
        self._previous = torch.where(decided, transition.action, self._previous)
        return -penalty

    def reset(self, rows: Tensor) -> None:
        """A new episode is met without memory."""
        self._counts[rows] = 0.0
        self._previous.masked_fill_(rows, 0)

    def state_dict(self) -> dict[str, Tensor]:
        """Counts and previous actions."""
        return {"counts": self._counts.clone(), "previous": self._previous.clone()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Put counts and previous actions back."""
        self._counts.copy_(state["counts"])
        self._previous.copy_(state["previous"])
