"""What a reward term is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor


@final
@dataclass(frozen=True)
class Transition:
    """The facts of one step, one entry a row; money in dollars, sizes in contracts.

    Attributes:
        action: int64[N], what was asked for.
        mask: bool[N, 21], what was legal.
        weight: float32[N], 1 where the row really decided.
        pnl: float32[N], change of the market's marked P&L after fees.
        fees: float32[N].
        passive: float32[N], contracts filled as maker.
        aggressive: float32[N], contracts filled as taker.
        position: float32[N], after the step.
        total_pnl: float32[N], since the episode began.
        patterns: float32[N, len(PATTERNS)], as detected when the action was chosen.
    """

    action: Tensor
    mask: Tensor
    weight: Tensor
    pnl: Tensor
    fees: Tensor
    passive: Tensor
    aggressive: Tensor
    position: Tensor
    total_pnl: Tensor
    patterns: Tensor


class RewardTerm(ABC):
    """One summand of the reward, with whatever memory it needs for each row."""

    def __init__(self, weight: float) -> None:
        self.weight = weight

    @abstractmethod
    def value(self, transition: Transition) -> Tensor:
        """The unweighted term, float32[N]; its memory moves on by one step."""

    @abstractmethod
    def reset(self, rows: Tensor) -> None:
        """Forget rows (bool[N]) whose episode begins anew."""

    @abstractmethod
    def state_dict(self) -> dict[str, Tensor]:
        """The memory, so that a resumed run goes on exactly."""

    @abstractmethod
    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Put a memory back."""


@final
class RewardSum:
    """The reward: the weighted sum of its terms.

    Args:
        terms: by name, in the order they were configured.
    """

    def __init__(self, terms: dict[str, RewardTerm]) -> None:
        self.terms = terms

    def __call__(self, transition: Transition) -> Tensor:
        """Reward of every row, float32[N]."""
        total = torch.zeros_like(transition.pnl)
        for term in self.terms.values():
            total += term.weight * term.value(transition)
        return total

    def reset(self, rows: Tensor) -> None:
        """Forget rows (bool[N]) whose episode begins anew."""
        for term in self.terms.values():
            term.reset(rows)

    def state_dict(self) -> dict[str, dict[str, Tensor]]:
        """Memory of every term."""
        return {name: term.state_dict() for name, term in self.terms.items()}

    def load_state_dict(self, state: dict[str, dict[str, Tensor]]) -> None:
        """Put memories back."""
        for name, term in self.terms.items():
            term.load_state_dict(state[name])
