"""What the typed tree refuses: unknown keys anywhere, missing values, values out of range."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from omegaconf import DictConfig, OmegaConf

from kalshi_exp.config import PPO, ConfigError, TrainTask, compose, recompose, typed


@pytest.fixture(scope="module")
def tree() -> DictConfig:
    return compose([])


def added(tree: DictConfig, key: str, value: Any) -> DictConfig:
    """The tree with a key forced into it, as `+key=value` does."""
    copy = deepcopy(tree)
    OmegaConf.update(copy, key, value, merge=True, force_add=True)
    return copy


def test_gives_plain_objects(tree: DictConfig) -> None:
    experiment = typed(added(added(tree, "seed", 4), "algorithm.epochs", 2))
    assert experiment.seed == 4
    assert experiment.algorithm == PPO(epochs=2)
    assert experiment.task == TrainTask(resume=None)


@pytest.mark.parametrize(
    "parent",
    ["", "fill", "fill.latency", "reward.portfolio", "policy", "features.book", "data.split"],
)
@pytest.mark.parametrize("value", [1, None, {"a": 1}], ids=["number", "null", "node"])
def test_refuses_an_added_key_wherever_it_stands(tree: DictConfig, parent: str, value: Any) -> None:
    key = f"{parent}.zzz".lstrip(".")
    with pytest.raises(ConfigError, match=f"there is no '{key}'"):
        typed(added(tree, key, value))


@pytest.mark.parametrize("group", ["reward", "features", "curriculum", "logger"])
def test_refuses_an_entry_of_a_set_that_no_option_made(tree: DictConfig, group: str) -> None:
    wrong = deepcopy(tree)
    OmegaConf.set_struct(wrong, False)
    wrong[group] = OmegaConf.merge(wrong[group], {"unheard": {}})
    with pytest.raises(ConfigError, match=f"'unheard' is not chosen in {group}"):
        typed(wrong)


def test_names_what_has_no_value() -> None:
    with pytest.raises(ConfigError, match=r"'data.path' has no value; give it one"):
        recompose(["data=tape"])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("world.horizon", 1),
        ("seed", -1),
        ("name", "a/b"),
        ("fill.fees.precision", 0.5),
        ("policy.hidden", []),
        ("data.split.judge", 0.95),
        ("data.sessions", 1),
        ("features.activity.slow_s", 1.0),
        ("scenario.maker.strength", 0.0),
        ("trainer.threads", 0),
    ],
)
def test_a_value_out_of_range_is_named_with_its_key(tree: DictConfig, key: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"^{key} is "):
        typed(added(tree, key, value))


@pytest.mark.parametrize("group", ["reward", "curriculum"])
def test_a_set_that_a_run_needs_is_not_empty(tree: DictConfig, group: str) -> None:
    empty = deepcopy(tree)
    empty[group] = {}
    with pytest.raises(ConfigError, match=f"{group} is empty"):
        typed(empty)


def test_a_tree_without_schema_is_refused() -> None:
    with pytest.raises(ConfigError, match="name a task"):
        typed(OmegaConf.create({"seed": 1}))


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        (["data=tape", "data.path=there"], "can't follow a recorded one: choose data=synthetic"),
        (["world.decision.unit=messages"], "so set world.decision.unit=seconds"),
    ],
)
def test_the_exchange_world_simulates_its_own_market(overrides: list[str], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        typed(compose(["world=exchange", *overrides]))
