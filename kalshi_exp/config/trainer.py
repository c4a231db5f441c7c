"""`trainer=`: the machine side of learning and judging."""

from dataclasses import dataclass, field
from typing import Any, final

from kalshi_exp.config.checks import APART, at_least


@final
@dataclass
class Trainer:
    """What a run's reproducibility depends on besides its seed is here."""

    environments: int = 256  # episodes played side by side in training
    judge_environments: int = 64  # episodes played side by side in judging
    threads: int = 1  # torch threads; two gain little on small nets and starve when a core is busy
    device: str = "cpu"
    checkpoint_every: int = 5  # rollouts
    tune_every: int = 10  # rollouts between evaluations on tuning sessions
    bootstrap: int = 2000  # resamples behind an interval
    progress: bool = field(default=True, metadata=APART)

    def __post_init__(self) -> None:
        for name in ("environments", "judge_environments", "threads", "checkpoint_every"):
            at_least(f"trainer.{name}", getattr(self, name), 1)
        at_least("trainer.tune_every", self.tune_every, 1)
        at_least("trainer.bootstrap", self.bootstrap, 100)


SCHEMAS: dict[str, Any] = {"default": Trainer}
