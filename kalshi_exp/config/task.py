"""`task=`: what run.py does. Each task brings its own keys; another task's key is refused."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, final

from omegaconf import MISSING

from kalshi_exp.config.checks import APART, at_least, refuse_base, within


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
    # Run directory whose policies to start from; the config hash covers what is in it.
    init_from: str | None = field(default=None, metadata=APART)


class EvaluateReport(Enum):
    """What is evaluated."""

    money = "money"  # a trained run again, perhaps under another fill model or on another tape
    features = "features"  # what each feature tells, and how much a trained run uses it
    detection = "detection"  # the detectors, on simulated sessions of known truth
    patterns = "patterns"  # how strong patterns are on a tape, against chance


@final
@dataclass
class EvaluateTask(Task):
    """Judge a trained run again, the features, the detectors, or a tape's patterns."""

    report: EvaluateReport = EvaluateReport.money
    run: str = ""  # directory of the trained run; money and features need one
    sessions: int = 80  # simulated ones; of detection only

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("sessions", self.sessions, 1)
        if not self.run and self.report in (EvaluateReport.money, EvaluateReport.features):
            raise ValueError(f"report={self.report.value} is of a trained run: give run=DIR")


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
class SimulateTask(Task):
    """Write sessions of a scenario as a tape, with the truth beside them."""

    out: str = field(default=MISSING, metadata=APART)
    sessions: int = 20
    first: int = 0  # number of the first session

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("sessions", self.sessions, 1)
        at_least("first", self.first, 0)


@final
@dataclass
class BenchTask(Task):
    """Measure the budgets, each beside its peer."""

    out: str = field(default="bench.json", metadata=APART)
    peers: str = field(default=".peers", metadata=APART)  # environment made by scripts/peers.sh


class RealismReport(Enum):
    """What is held against reality."""

    market = "market"  # the simulated market against a recorded one
    fills = "fills"  # fill models, against the exchange (data=twins) or a tape's own bounds
    matrix = "matrix"  # policies trained under each fill model, in the simulated exchange


@final
@dataclass
class RealismTask(Task):
    """How far the simulation is from the truth."""

    report: RealismReport = RealismReport.market
    sessions: int | None = None  # simulated ones; null: 96 of market, 60 of fills
    models: list[str] = field(default_factory=list)  # options of fill; none: those of the report
    seeds: int = 3  # of report=matrix: policies trained under each model
    run: str = ""  # of report=fills: directory of a trained run, whose policy is one more strategy
    resume: str | None = field(default=None, metadata=APART)  # run directory to go on with

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sessions is not None:
            at_least("sessions", self.sessions, 6)
        at_least("seeds", self.seeds, 1)
        if self.resume is not None and self.report is RealismReport.market:
            raise ValueError("resume=DIR goes on with report=fills or report=matrix: say which")
        twice = [name for name in self.models if self.models.count(name) > 1]
        if twice:
            raise ValueError(f"models names '{twice[0]}' twice; name each once")
        if self.report is RealismReport.matrix and len(self.models) == 1:
            raise ValueError(
                "report=matrix compares training under one fill model with training under "
                "another: give models at least two options of fill, as in models=[old,queue]"
            )


class CalibrateFit(Enum):
    """What is fitted."""

    scenario = "scenario"  # a scenario to a recorded tape
    fill = "fill"  # the hazard fill model to a tape, or the queue model to twins
    detector = "detector"  # a learned detector to simulated sessions


@final
@dataclass
class CalibrateTask(Task):
    """Fit a scenario or fill model to a tape, or a fill model or detector to simulated sessions."""

    fit: CalibrateFit | None = None  # none: see `config.fitted`
    out: str = field(default="", metadata=APART)  # the file to write; "": in the run's directory
    resume: bool = False  # go on from the scenario that is in `out`
    evaluations: int = 300  # budget
    sessions: int = 20  # simulated at each evaluation; data=twins: to fit to, and as many to judge
    training: int = 3000  # sessions that a detector is trained on
    passes: int = 2  # over each of them

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("evaluations", self.evaluations, 1)
        within("training", self.training, 4, 20_000)
        at_least("passes", self.passes, 1)
        within("sessions", self.sessions, 1, 10_000)
        if self.resume and self.fit in (CalibrateFit.detector, CalibrateFit.fill):
            raise ValueError(
                f"resume=true goes on with a scenario: leave it away with fit={self.fit.value}"
            )
        if self.resume and not self.out:
            raise ValueError("resume=true goes on from the scenario in a file: give its out=FILE")


SCHEMAS: dict[str, Any] = {
    "train": TrainTask,
    "evaluate": EvaluateTask,
    "ingest": IngestTask,
    "realism": RealismTask,
    "calibrate": CalibrateTask,
    "simulate": SimulateTask,
    "bench": BenchTask,
}
