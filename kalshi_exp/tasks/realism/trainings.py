"""The trainings of a study: one a fill model and seed, alike in everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import final

from kalshi_exp.config import (
    Clock,
    ExchangeWorld,
    Experiment,
    RealismTask,
    SyntheticData,
    TapeWorld,
    chosen,
    config_hash,
    recompose,
)
from kalshi_exp.learn import (
    ActorCritic,
    FoldRun,
    RunDirectory,
    RunDirectoryError,
    baselines,
)
from kalshi_exp.metrics.matrix import EXCHANGE
from kalshi_exp.tape import Fold, Tape
from kalshi_exp.tasks.realism.errors import RealismError

MODELS = ("old", "depth", "probabilistic", "calibrated")
"""Trained under where no models are named."""


@final
@dataclass(frozen=True)
class Training:
    """One training.

    Attributes:
        model: option of fill that it goes on under; EXCHANGE: in the exchange itself.
        seed: of the training.
        experiment: of task=train.
        overrides: the words that compose it, the seed last.
    """

    model: str
    seed: int
    experiment: Experiment
    overrides: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Name of its directory."""
        return f"{self.model.replace('/', '.')}-{self.seed}"

    def of_seed(self, seed: int) -> Training:
        """The same with another seed."""
        words = (*self.overrides[:-1], f"seed={seed}")
        return replace(
            self, seed=seed, experiment=replace(self.experiment, seed=seed), overrides=words
        )


def models_of(task: RealismTask) -> list[str]:
    """The models to train under, the first of which the others' orders are compared with."""
    return task.models or list(MODELS)


def trainings(
    experiment: Experiment, task: RealismTask, overrides: Sequence[str]
) -> list[Training]:
    """All trainings, seed by seed, so that a study that is stopped has whole rounds.

    Args:
        experiment: the study's.
        task: which models, how many seeds.
        overrides: the words that composed the experiment.

    Raises:
        RealismError: the study can't be made; the sentence says why and what to do.
        ConfigError: there is no such fill model, or a word does not fit it.
    """
    _require_exchange(experiment, task)
    own = {one.name for one in fields(RealismTask)} | {"task"}
    words = [one for one in overrides if one.lstrip("+~").partition("=")[0] not in own]
    words = ["task=train", *words, "data=synthetic", f"scenario={chosen(overrides, 'scenario')}"]

    def composed(model: str, seed: int) -> Training:
        where = "world=exchange" if model == EXCHANGE else f"fill={model}"
        mine = (*words, where, f"seed={seed}")
        return Training(model, seed, recompose(mine), mine)

    first = [composed(model, experiment.seed) for model in models_of(task)]
    _require_alike(first, experiment)
    seeds = range(experiment.seed, experiment.seed + task.seeds)
    out = [one.of_seed(seed) for seed in seeds for one in first]
    if composed(first[0].model, seeds[-1]) != out[-len(first)]:
        raise RealismError(
            "something in the configuration follows the seed, and the trainings' seeds differ: "
            "write it out, so that all of them meet the same"
        )
    return out


def as_tape(experiment: Experiment, training: Training) -> Experiment:
    """The study's experiment with a model of its trainings as the judge."""
    return replace(experiment, fill=training.experiment.fill)


def as_exchange(experiment: Experiment, training: Training) -> Experiment:
    """The study's experiment with the exchange as the judge, at the trainings' latency and fees."""
    world = ExchangeWorld(**vars(experiment.world))
    return replace(experiment, fill=training.experiment.fill, world=world)


def _require_exchange(experiment: Experiment, task: RealismTask) -> None:
    if not isinstance(experiment.data, SyntheticData):
        raise RealismError(
            "report=matrix judges policies in the simulated exchange, and there is none behind a "
            "recorded tape: leave data= away, or give data=synthetic"
        )
    if not isinstance(experiment.world, TapeWorld):
        raise RealismError(
            "report=matrix trains under fill models, which judge orders in world=tape, and plays "
            f"in the exchange by itself: leave world= away; models=[...,{EXCHANGE}] trains there"
        )
    if experiment.world.decision.unit is not Clock.seconds:
        raise RealismError(
            "report=matrix plays in the exchange, where decisions come every so many seconds: set "
            "world.decision.unit=seconds"
        )
    if task.sessions is not None:
        raise RealismError(
            "sessions= is of the other reports: give data=synthetic data.sessions=N to say how "
            "many sessions the policies train, tune and are judged on"
        )
    taken = [name for name in models_of(task) if name in {one.name for one in baselines()}]
    if taken:
        raise RealismError(
            f"models names '{taken[0]}', which is what a baseline is called: give that option of "
            "fill another name"
        )


def _require_alike(found: Sequence[Training], experiment: Experiment) -> None:
    """Refuse models that differ in what is no part of a model, or words that reach further."""
    first = found[0].experiment.fill
    for one in found:
        for name in ("latency", "fees"):
            if getattr(one.experiment.fill, name) != getattr(first, name):
                raise RealismError(
                    f"fill={one.model} has other {name} than fill={found[0].model}, and there is "
                    f"one exchange to judge both: give fill.{name} on the command line, which "
                    "holds for all, or leave one out"
                )
        # Whichever of the two worlds it is, it has the same keys.
        world = TapeWorld(**vars(one.experiment.world))
        same = replace(one.experiment, task=experiment.task, fill=experiment.fill, world=world)
        if same != experiment:
            raise RealismError(
                f"training under {one.model} would differ from the study in more than its fill "
                "model: the option may set other groups' keys; leave it out"
            )


def trained(
    directory: RunDirectory, training: Training, folds: Sequence[Fold], tape: Tape
) -> list[ActorCritic]:
    """The policy of each fold: trained now, gone on with where it stopped, or read.

    The run directory is like one of task=train that has not been judged yet.

    Args:
        directory: of the study.
        training: which.
        folds: of the sessions, the same for all trainings.
        tape: the sessions.

    Raises:
        RunDirectoryError: a directory stands there that another configuration made.
    """
    path = directory.path / "trained" / training.folder
    if (path / "manifest.json").is_file():
        run = RunDirectory.open(path)
        if run.manifest["config_hash"] != config_hash(training.experiment):
            raise RunDirectoryError(
                f"{path} was trained under another configuration: conf/ or the code has changed; "
                "start a new study"
            )
    else:
        run = RunDirectory.create(
            path,
            training.experiment,
            training.overrides,
            data_hash=tape.data_hash,
            folds=folds,
        )
    return [
        FoldRun(run, number, fold, training.experiment, tape).train()
        for number, fold in enumerate(folds)
    ]


def is_trained(directory: RunDirectory, training: Training, folds: int) -> bool:
    """Whether a training is finished already."""
    path = directory.path / "trained" / training.folder / "checkpoints"
    return all((path / f"fold{fold}" / "policy.pt").is_file() for fold in range(folds))
