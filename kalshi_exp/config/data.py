"""`data=`: which sessions there are, and how they are kept apart."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, final

from omegaconf import MISSING

from kalshi_exp.config.checks import APART, at_least, refuse_base, within


class SplitBy(Enum):
    """What keeps training, tuning and judging sessions apart."""

    time = "time"  # earliest sessions train, then tune, latest judge
    walk_forward = "walk_forward"  # several folds, each training on earlier sessions only
    event = "event"  # whole events, by a keyed shuffle
    series = "series"  # whole series, by a keyed shuffle


@final
@dataclass
class Split:
    """How sessions are divided; an event never stands on two sides."""

    by: SplitBy = SplitBy.time
    tune: float = 0.2  # share of sessions for choosing the checkpoint
    judge: float = 0.5  # share of sessions never trained or tuned on
    folds: int = 3  # walk_forward only
    purge_s: float = 0.0  # a training session must end this long before a later side starts
    embargo_s: float = 0.0  # and a session this soon after a judged one is not trained on

    def __post_init__(self) -> None:
        within("data.split.tune", self.tune, 0.0, 0.9)
        within("data.split.judge", self.judge, 0.01, 0.9)
        within("data.split.tune + data.split.judge", self.tune + self.judge, 0.0, 0.95)
        at_least("data.split.folds", self.folds, 1)
        at_least("data.split.purge_s", self.purge_s, 0.0)
        at_least("data.split.embargo_s", self.embargo_s, 0.0)


@dataclass
class Data:
    """Base of every source of sessions; never used itself."""

    split: Split = field(default_factory=Split)

    def __post_init__(self) -> None:
        refuse_base(self, Data, "data")


@final
@dataclass
class SyntheticData(Data):
    """Sessions from the simulated exchange under `scenario`, generated once and cached."""

    sessions: int = 240
    seed: int = 0  # of the market, apart from the run's seed

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("data.sessions", self.sessions, 3)
        at_least("data.seed", self.seed, 0)


@final
@dataclass
class TapeData(Data):
    """Sessions of an ingested recording."""

    path: str = field(default=MISSING, metadata=APART)


@final
@dataclass
class TwinsData(Data):
    """Sessions of the simulated exchange, each played with and without an agent in it."""

    seed: int = 0  # of the market

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("data.seed", self.seed, 0)


SCHEMAS: dict[str, Any] = {"synthetic": SyntheticData, "tape": TapeData, "twins": TwinsData}
