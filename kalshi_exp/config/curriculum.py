"""`curriculum=`: the phases a run goes through, in the order they are named."""

from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.config.checks import at_least, refuse_base


@dataclass
class Phase:
    """Base of every phase; never used itself."""

    frames: int = 1_000_000  # decisions, over all environments

    def __post_init__(self) -> None:
        refuse_base(self, Phase, "curriculum")
        at_least("curriculum.*.frames", self.frames, 1)


@final
@dataclass
class FoundationPhase(Phase):
    """Phase 1: base features, easy scenarios."""


SCHEMAS: dict[str, Any] = {"foundation": FoundationPhase}
