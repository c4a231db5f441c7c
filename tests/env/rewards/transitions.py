"""Transitions for tests of reward terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from kalshi_exp.env.actions import N_ACTIONS
from kalshi_exp.env.rewards import RewardTerm, Transition
from kalshi_exp.patterns import NEUTRAL, PATTERN


def transition(
    pnl: list[float], total: list[float] | None = None, action: list[int] | None = None
) -> Transition:
    """A step of len(pnl) rows where everything is legal and nothing else happened."""
    n = len(pnl)
    zeros = torch.zeros(n)
    return Transition(
        action=torch.tensor(action or [0] * n),
        mask=torch.ones(n, N_ACTIONS, dtype=torch.bool),
        weight=torch.ones(n),
        pnl=torch.tensor(pnl),
        fees=zeros,
        passive=zeros,
        aggressive=zeros,
        position=zeros,
        total_pnl=torch.tensor(total or pnl),
        patterns=torch.tensor(NEUTRAL).repeat(n, 1),
    )


def seen(**columns: float) -> torch.Tensor:
    """The pattern state of one row, neutral but for the columns named."""
    patterns = torch.tensor([NEUTRAL])
    for name, value in columns.items():
        patterns[0, PATTERN[name]] = value
    return patterns


def trade(position: float, filled: float, patterns: torch.Tensor) -> Transition:
    """A step of one row that ends at a position (contracts) after so many were filled."""
    return replace(
        transition([0.0]),
        position=torch.tensor([position]),
        passive=torch.tensor([filled]),
        patterns=patterns,
    )


def path(
    term: RewardTerm, positions: Sequence[float], patterns: Sequence[torch.Tensor]
) -> list[float]:
    """What a term pays along a path of positions that begins flat, every change a fill."""
    before, paid = 0.0, []
    for position, state in zip(positions, patterns, strict=True):
        paid.append(float(term.value(trade(position, abs(position - before), state))))
        before = position
    return paid
