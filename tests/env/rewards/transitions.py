"""Transitions for tests of reward terms."""

from __future__ import annotations

import torch

from kalshi_exp.env.actions import N_ACTIONS
from kalshi_exp.env.rewards import Transition
from kalshi_exp.patterns import NEUTRAL


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
