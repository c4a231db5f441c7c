"""Who is judged: anything that turns what a row sees into one of the 21 actions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np
import torch

from kalshi_exp.config import Placement
from kalshi_exp.learn.policy import ActorCritic


@final
@dataclass(frozen=True)
class View:
    """What every row sees at one decision.

    Attributes:
        observation: float32[N, OBSERVATION].
        mask: bool[N, 21], legal actions.
        luck: float64[N] in [0, 1), the row's draw for this decision.
    """

    observation: np.ndarray
    mask: np.ndarray
    luck: np.ndarray


class Player(ABC):
    """A policy as the judge meets it: a name, a placement, and a pure function of the view.

    Attributes:
        name: as records show it.
        placement: where its orders go; None for the run's own.
        sees_everything: whether it sees every feature group, those the run switched off too.
    """

    name: str
    placement: Placement | None = None
    sees_everything: bool = False

    @abstractmethod
    def act(self, view: View) -> np.ndarray:
        """Choose a legal action for every row: int64[N]."""


@final
class Agent(Player):
    """A trained policy, playing its most probable action or a sample."""

    def __init__(self, policy: ActorCritic, *, sampled: bool) -> None:
        """Let a policy play.

        Args:
            policy: the policy, on the CPU.
            sampled: draw from its distribution rather than play the most probable action.
        """
        self.name = "agent/sampled" if sampled else "agent/deterministic"
        self._policy = policy
        self._sampled = sampled

    @torch.inference_mode()
    def act(self, view: View) -> np.ndarray:
        """Ask the policy."""
        luck = torch.from_numpy(view.luck) if self._sampled else None
        device = next(self._policy.parameters()).device
        action, _ = self._policy.act(
            torch.from_numpy(view.observation).to(device),
            torch.from_numpy(view.mask).to(device),
            None if luck is None else luck.to(device),
        )
        return action.numpy(force=True)
