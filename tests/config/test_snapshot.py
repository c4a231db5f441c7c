"""The hash stands for what can change a figure, and for nothing else."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from omegaconf import OmegaConf

from kalshi_exp.config import (
    BenchTask,
    BookFeatures,
    DrawdownReward,
    Experiment,
    OldFill,
    PortfolioReward,
    QueuePosition,
    SplitBy,
    TapeData,
    config_hash,
    recompose,
    resolved_yaml,
)


@pytest.fixture(scope="module")
def default() -> Experiment:
    return recompose([])


def changed(experiment: Experiment, path: str, value: Any) -> Experiment:
    """A copy with one value changed."""
    copy = deepcopy(experiment)
    node: Any = copy
    *way, last = path.split(".")
    for name in way:
        node = node[name] if isinstance(node, dict) else getattr(node, name)
    if isinstance(node, dict):
        node[last] = value
    else:
        setattr(node, last, value)
    return copy


def test_hash_is_stable_over_the_order_of_overrides() -> None:
    lines = ["seed=2", "fill=depth", "fill.walk_from=30", "+reward=drawdown"]
    orders = [lines, lines[::-1], [lines[2], lines[0], lines[3], lines[1]]]
    assert len({config_hash(recompose(order)) for order in orders}) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("seed", 1),
        ("fill", OldFill()),
        ("fill.position", QueuePosition.optimistic),
        ("fill.latency.order.median_ms", 61.0),
        ("data.seed", 1),
        ("data.split.by", SplitBy.event),
        ("reward", {"drawdown": DrawdownReward()}),
        ("reward.portfolio.weight", 2.0),
        ("reward.drawdown", DrawdownReward()),
        ("policy.hidden", [64]),
        ("trainer.threads", 2),
        ("trainer.environments", 8),
        ("features", {"book": BookFeatures()}),
        ("task", BenchTask()),
    ],
)
def test_hash_changes_with_whatever_can_change_a_figure(
    default: Experiment, path: str, value: Any
) -> None:
    assert config_hash(changed(default, path, value)) != config_hash(default)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", "other"),
        ("trainer.progress", False),
        ("logger", {}),
        ("task.resume", "DIR"),
        ("task.init_from", "DIR"),
    ],
)
def test_hash_ignores_names_places_bars_and_loggers(
    default: Experiment, path: str, value: Any
) -> None:
    assert changed(default, path, value) != default
    assert config_hash(changed(default, path, value)) == config_hash(default)


def test_hash_ignores_where_a_tape_lies_but_not_that_it_is_one(default: Experiment) -> None:
    here, there = (changed(default, "data", TapeData(path=place)) for place in "AB")
    assert config_hash(here) == config_hash(there) != config_hash(default)


def test_hash_minds_the_order_of_a_set(default: Experiment) -> None:
    terms = {"portfolio": PortfolioReward(), "drawdown": DrawdownReward()}
    one, other = (
        changed(default, "reward", {name: terms[name] for name in order})
        for order in (["portfolio", "drawdown"], ["drawdown", "portfolio"])
    )
    assert config_hash(one) != config_hash(other)


def test_hash_tells_models_with_the_same_fields_apart(default: Experiment) -> None:
    terms = [PortfolioReward(weight=1.0, scale=1.0), DrawdownReward(weight=1.0, scale=1.0)]
    one, other = (changed(default, "reward", {"term": term}) for term in terms)
    assert config_hash(one) != config_hash(other)


def test_hash_covers_what_training_started_from(default: Experiment) -> None:
    scratch, one, other = (config_hash(default, given) for given in ((), ("a",), ("b",)))
    assert scratch == config_hash(default)
    assert len({scratch, one, other}) == 3


def test_the_yaml_is_complete_and_names_the_chosen_kinds() -> None:
    tree = OmegaConf.to_container(OmegaConf.create(resolved_yaml(recompose(["fill=depth"]))))
    assert isinstance(tree, dict)
    assert tree["fill"]["kind"] == "DepthFill"
    assert tree["fill"]["latency"]["order"] == {
        "shape": "lognormal",
        "median_ms": 60.0,
        "spread": 0.35,
    }
    assert tree["reward"]["portfolio"] == {"kind": "PortfolioReward", "weight": 1.0, "scale": 1.0}
    assert tree["task"] == {"kind": "TrainTask", "resume": None, "init_from": None}
    assert tree["name"] == "default" and "kind" not in tree
