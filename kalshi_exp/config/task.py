"""`task=`: what run.py does. Each task brings its own keys; another task's key is refused."""

from dataclasses import dataclass, field
from typing import Any, final

from omegaconf import MISSING

from kalshi_exp.config.checks import APART, refuse_base, within


@dataclass
class Task:
    """Base of every task; never used itself."""

    def __post_init__(self) -> None:
        refuse_base(self, Task, "task")


@final
@dataclass
class TrainTask(Task):
    """Train, judge on held-out sessions, report."""

    resume: str | None = field(default=None, metadata=APART)  # run directory to go on with


@final
@dataclass
class EvaluateTask(Task):
    """Judge a trained run again, perhaps under another fill model or on another tape."""

    run: str = MISSING


@final
@dataclass
class IngestTask(Task):
    """Turn raw captures into Parquet sessions."""

    source: str = MISSING
    out: str = field(default=MISSING, metadata=APART)
    bad_share: float = 0.001  # exit status is 1 when more than this share of lines was bad

    def __post_init__(self) -> None:
        super().__post_init__()
        within("bad_share", self.bad_share, 0.0, 1.0)


@final
@dataclass
class BenchTask(Task):
    """Measure the budgets, each beside its peer."""

    out: str = field(default="bench.json", metadata=APART)
    peers: str = field(default=".peers", metadata=APART)  # environment made by scripts/peers.sh


SCHEMAS: dict[str, Any] = {
    "train": TrainTask,
    "evaluate": EvaluateTask,
    "ingest": IngestTask,
    "bench": BenchTask,
}
