"""`curriculum=`: the phases a run goes through, in the order they are named.

A phase carries the policy on and may switch feature groups and reward terms of the run on and off.
"""

from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.config.checks import at_least, refuse_base


@dataclass
class Phase:
    """Base of every phase; never used itself."""

    frames: int = 1_000_000  # decisions, over all environments
    features: list[str] | None = None  # groups that are on in it; null: all of the run's
    reward: list[str] | None = None  # terms that count in it; null: all of the run's

    def __post_init__(self) -> None:
        refuse_base(self, Phase, "curriculum")
        at_least("curriculum.*.frames", self.frames, 1)


@final
@dataclass
class FoundationPhase(Phase):
    """Phase 1: base features, easy scenarios."""


@final
@dataclass
class PatternsPhase(Phase):
    """Phase 2: detected patterns, anchors above all."""

    frames: int = 2_000_000


@final
@dataclass
class FullPhase(Phase):
    """Phase 3: every feature and every pattern."""

    frames: int = 4_000_000


SCHEMAS: dict[str, Any] = {
    "foundation": FoundationPhase,
    "patterns": PatternsPhase,
    "full": FullPhase,
}
