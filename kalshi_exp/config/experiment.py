"""The whole experiment as one typed object."""

import string
from dataclasses import dataclass, field, fields, make_dataclass
from typing import Any, TypeVar, final

from omegaconf import MISSING

from kalshi_exp.config.actions import Actions
from kalshi_exp.config.algorithm import PPO
from kalshi_exp.config.checks import APART, at_least
from kalshi_exp.config.curriculum import Phase
from kalshi_exp.config.data import Data, SyntheticData
from kalshi_exp.config.detector import Detector
from kalshi_exp.config.features import FeatureGroup
from kalshi_exp.config.fill import Fill
from kalshi_exp.config.logger import Logger
from kalshi_exp.config.policy import Policy
from kalshi_exp.config.reward import RewardTerm
from kalshi_exp.config.scenario import Scenario
from kalshi_exp.config.task import SCHEMAS as TASKS
from kalshi_exp.config.task import Task
from kalshi_exp.config.trainer import Trainer
from kalshi_exp.config.world import ExchangeWorld, World

_NAME = set(string.ascii_letters + string.digits + "._-")


@dataclass
class Groups:
    """Every group but the task, whose keys stand beside these at the top of the tree."""

    name: str = field(default="default", metadata=APART)  # of the run's directory and of its curves
    seed: int = 0  # of the run; the market has its own in `data.seed`
    world: World = MISSING
    data: Data = MISSING
    scenario: Scenario = MISSING
    features: dict[str, FeatureGroup] = field(default_factory=dict)
    detector: Detector = MISSING
    actions: Actions = MISSING
    fill: Fill = MISSING
    reward: dict[str, RewardTerm] = field(default_factory=dict)
    policy: Policy = MISSING
    algorithm: PPO = MISSING
    curriculum: dict[str, Phase] = field(default_factory=dict)
    trainer: Trainer = MISSING
    logger: dict[str, Logger] = field(default_factory=dict, metadata=APART)


SETS: tuple[str, ...] = ("features", "reward", "curriculum", "logger")
"""Groups of which several options are chosen, giving a dict of nodes."""


def _tree(task: Any) -> Any:
    """The tree of one task: its keys stand at the top, beside the groups."""
    keys = [
        (f.name, f.type, field(default=f.default, default_factory=f.default_factory,
                               metadata=f.metadata))
        for f in fields(task)
    ]  # fmt: skip
    return make_dataclass(f"{task.__name__}Tree", keys, bases=(Groups,), namespace={"TASK": task})


TREES: dict[str, Any] = {name: _tree(task) for name, task in TASKS.items()}
"""What Hydra composes for each task."""


_Node = TypeVar("_Node")


def _kept(nodes: dict[str, _Node], names: list[str] | None) -> dict[str, _Node]:
    """Those of some names, in the run's own order; all where no names are given."""
    return {name: one for name, one in nodes.items() if names is None or name in names}


@final
@dataclass
class Experiment(Groups):
    """One fully specified experiment: the groups, and the task that is to be done."""

    task: Task = MISSING

    def __post_init__(self) -> None:
        at_least("seed", self.seed, 0)
        if not self.name or not set(self.name) <= _NAME:
            raise ValueError(f"name is '{self.name}'; write letters, digits, dots, - and _")
        if isinstance(self.world, ExchangeWorld) and not isinstance(self.data, SyntheticData):
            raise ValueError(
                "world=exchange simulates its own market and can't follow a recorded one: "
                "choose data=synthetic with it, or world=tape"
            )
        for group in ("reward", "curriculum"):
            if not getattr(self, group):
                raise ValueError(f"{group} is empty; choose at least one file of conf/{group}/")
        for name, phase in self.curriculum.items():
            self._check_phase(name, phase)

    def _check_phase(self, name: str, phase: Phase) -> None:
        for group in ("features", "reward"):
            kept = getattr(phase, group)
            strange = [one for one in kept or () if one not in getattr(self, group)]
            if strange:
                raise ValueError(
                    f"curriculum.{name}.{group} names '{strange[0]}', which {group}= does not: "
                    f"add it there, or leave it out of the phase"
                )
        if phase.reward == []:
            raise ValueError(
                f"curriculum.{name}.reward is empty: name a term, or null for all of the run's"
            )

    @property
    def last_phase(self) -> Phase:
        """The phase that training ends with, and judging goes on in."""
        return list(self.curriculum.values())[-1]

    def features_in(self, phase: Phase) -> dict[str, FeatureGroup]:
        """The run's feature groups that are on in a phase."""
        return _kept(self.features, phase.features)

    def reward_in(self, phase: Phase) -> dict[str, RewardTerm]:
        """The run's reward terms that count in a phase."""
        return _kept(self.reward, phase.reward)

    @classmethod
    def of(cls, tree: Groups) -> "Experiment":
        """Split a task's tree into the task and the groups.

        Args:
            tree: an instance of one of `TREES`.
        """
        task: Any = tree.TASK  # type: ignore[attr-defined]
        own = {one.name: getattr(tree, one.name) for one in fields(task)}
        groups = {one.name: getattr(tree, one.name) for one in fields(Groups)}
        return cls(**groups, task=task(**own))
