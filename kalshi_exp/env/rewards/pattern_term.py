"""What the terms on detected patterns share: they pay for trades, and take it back with them."""

from __future__ import annotations

from abc import abstractmethod

import torch
from torch import Tensor

from kalshi_exp.config.reward import PatternReward
from kalshi_exp.env.rewards.credit import Credit
from kalshi_exp.env.rewards.term import RewardTerm, Transition
from kalshi_exp.patterns import PATTERN


def column(patterns: Tensor, name: str) -> Tensor:
    """One column of the pattern state, float32[N].

    Args:
        patterns: float32[N, len(PATTERNS)].
        name: of the column.
    """
    return patterns[:, PATTERN[name]]


class PatternTerm(RewardTerm):
    """Base of the terms that shape trading on what the detectors say.

    Exposure is the position over `scale` contracts, in [-1, 1], YES positive. Only fills move it
    here: a settlement is no trade. A step pays at most 2 either way, and nothing where nothing is
    detected.
    """

    def __init__(self, config: PatternReward, rows: int) -> None:
        super().__init__(config.weight)
        self._scale = config.scale
        self._position = torch.zeros(rows)
        self._credit = Credit(rows, config.memory)

    def _exposures(self, transition: Transition) -> tuple[Tensor, Tensor]:
        """Exposure before and after the step's fills, float32[N] each."""
        filled = transition.passive + transition.aggressive
        before = self._position
        after = before + (transition.position - before).clamp(-filled, filled)
        self._position = transition.position.clone()
        return self._exposure(before), self._exposure(after)

    def _exposure(self, position: Tensor) -> Tensor:
        return (position / self._scale).clamp(-1.0, 1.0)

    @abstractmethod
    def value(self, transition: Transition) -> Tensor:
        """The unweighted term, float32[N]; its memory moves on by one step."""

    def reset(self, rows: Tensor) -> None:
        """A new episode begins flat, and nothing was paid."""
        self._position.masked_fill_(rows, 0.0)
        self._credit.reset(rows)

    def state_dict(self) -> dict[str, Tensor]:
        """Positions, and what was paid for what."""
        return {
            "position": self._position.clone(),
            "held": self._credit.held.clone(),
            "paid": self._credit.paid.clone(),
        }

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Put positions and payments back."""
        self._position.copy_(state["position"])
        self._credit.held.copy_(state["held"])
        self._credit.paid.copy_(state["paid"])
