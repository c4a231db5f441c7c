"""Every file of conf/ composes, says everything its schema knows, and says it the same way."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf

from kalshi_exp.config import (
    CONF,
    SCHEMAS,
    SETS,
    ConfigError,
    Experiment,
    QueueFill,
    QueuePosition,
    SplitBy,
    TapeData,
    TrainTask,
    compose,
    recompose,
)

FILES = sorted(path.relative_to(CONF) for path in CONF.rglob("*.yaml"))
PIECES = [path for path in FILES if len(path.parts) == 3]  # of a group's options: fill/impact
OPTIONS = [path for path in FILES if len(path.parts) == 2 and path.parent.name != "experiment"]
OWN_KEYS = {
    "task/evaluate": ["run=DIR"],
    "task/ingest": ["source=IN", "out=OUT"],
    "task/realism": ["data.path=DIR"],
    "task/simulate": ["out=DIR"],
    "data/tape": ["data.path=DIR"],
    "experiment/recorded": ["data.path=DIR"],
}


def rounds() -> list[list[Path]]:
    """Files of conf/ in rounds, each round with at most one file of a group."""
    groups: dict[str, list[Path]] = {}
    for path in OPTIONS:
        groups.setdefault(path.parent.name, []).append(path)
    return [[path for path in row if path] for row in zip_longest(*groups.values())]


def choose(path: Path) -> list[str]:
    """The command line that chooses one file of conf/, with the keys that it leaves open."""
    group, name = path.parts[0], path.stem
    keys = OWN_KEYS.get(f"{group}/{name}", [])
    if group == "experiment":
        return [f"+experiment={name}", *keys]
    return [f"{group}=[{name}]" if group in SETS else f"{group}={name}", *keys]


@pytest.mark.parametrize("chosen", rounds(), ids=lambda chosen: f"{len(chosen)} groups")
def test_every_option_composes(chosen: list[Path]) -> None:
    experiment = recompose([word for path in chosen for word in choose(path)])
    assert type(experiment) is Experiment
    for path in chosen:
        group, name = path.parts[0], path.stem
        if group in SETS:
            assert list(getattr(experiment, group)) == [name]
        elif name in SCHEMAS[group] and group != "task":
            assert type(getattr(experiment, group)) is SCHEMAS[group][name]


@pytest.mark.parametrize("name", [path.stem for path in (CONF / "experiment").glob("*.yaml")])
def test_every_experiment_composes_under_its_own_name(name: str) -> None:
    assert recompose(choose(Path("experiment") / f"{name}.yaml")).name == name


def test_every_group_has_files_and_every_folder_is_a_group() -> None:
    folders = {path.name for path in CONF.iterdir() if path.is_dir()}
    assert folders == {*SCHEMAS, "experiment"}


@pytest.mark.parametrize("group", sorted(SCHEMAS))
def test_every_schema_has_a_file_that_begins_with_it(group: str) -> None:
    for name in SCHEMAS[group]:
        text = (CONF / group / f"{name}.yaml").read_text()
        place = name if group in SETS else "_here_"
        assert f"defaults: [/schema/{group}@{place}: {name}, _self_]" in text
        assert text.splitlines()[0].startswith("#"), "say in a first line what the option is"


def written(node: Any) -> set[str]:
    """Dotted keys that a file writes down."""
    if not isinstance(node, dict):
        return set()
    keys = {str(key) for key in node}
    return keys | {f"{key}.{deep}" for key in node for deep in written(node[key])}


def known(schema: Any) -> set[str]:
    """Dotted keys that a schema has."""
    keys: set[str] = set()
    for one in fields(schema):
        keys.add(one.name)
        if is_dataclass(one.type):
            keys |= {f"{one.name}.{deep}" for deep in known(one.type)}
    return keys


@pytest.mark.parametrize("path", OPTIONS, ids=str)
def test_every_file_writes_every_field_of_its_schema_at_the_schemas_value(path: Path) -> None:
    group, name = path.parent.name, path.stem
    body = OmegaConf.to_container(OmegaConf.load(CONF / path))
    assert isinstance(body, dict)
    extends = body.pop("defaults")[0]
    if name not in SCHEMAS[group]:
        assert extends in SCHEMAS[group], "a variant extends an option by its name"
        return
    schema = SCHEMAS[group][name]
    if group in SETS:
        body = body[name]
    expected = known(schema) - (
        known(SCHEMAS["task"]["train"]) - known(TrainTask) if group == "task" else set()
    )
    assert written(body) == expected
    if len({id(one) for one in SCHEMAS[group].values()}) == len(SCHEMAS[group]):
        plain = OmegaConf.structured(schema)
        assert OmegaConf.merge(plain, body) == plain, "file and dataclass give different defaults"


def test_the_default_run_is_the_synthetic_foundation() -> None:
    default, phase1 = recompose([]), recompose(["+experiment=phase1"])
    assert list(default.features) == ["book", "activity", "portfolio", "orders"]
    assert list(default.reward) == ["portfolio"]
    phase1.name = default.name
    assert phase1 == default


def test_the_recorded_experiment_walks_forward_over_a_tape() -> None:
    experiment = recompose(["+experiment=recorded", "data.path=DIR"])
    assert isinstance(experiment.data, TapeData)
    assert (experiment.data.split.by, experiment.data.split.folds) == (SplitBy.walk_forward, 3)


def test_an_experiment_yields_to_the_command_line() -> None:
    assert recompose(["+experiment=smoke", "trainer.environments=8"]).trainer.environments == 8
    assert type(recompose(["+experiment=smoke", "fill=queue"]).fill) is QueueFill


@pytest.mark.parametrize("position", ["pessimistic", "power", "log", "optimistic"])
def test_a_variant_differs_from_its_base_in_what_it_says(position: str) -> None:
    base, variant = recompose([]).fill, recompose([f"fill=queue_{position}"]).fill
    assert isinstance(base, QueueFill) and isinstance(variant, QueueFill)
    assert (base.position, variant.position) == (QueuePosition.pro_rata, QueuePosition(position))
    variant.position = base.position
    assert variant == base


MODELS = [path.stem for path in OPTIONS if path.parent.name == "fill"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("path", PIECES, ids=str)
def test_every_piece_composes_with_every_option_of_its_group(path: Path, model: str) -> None:
    group, piece, name = *path.parts[:2], path.stem
    assert group == "fill"
    plain = recompose([f"fill={model}"]).fill
    with_piece = recompose([f"fill={model}", f"+fill/{piece}={name}"]).fill
    body = OmegaConf.to_container(OmegaConf.load(CONF / path))
    assert (CONF / path).read_text().startswith(f"# @package {group}.{piece}\n")
    assert vars(getattr(with_piece, piece)) == body != vars(getattr(plain, piece))
    setattr(with_piece, piece, getattr(plain, piece))
    assert with_piece == plain
    chosen = [f"fill={model}", f"+fill/{piece}={name}", f"fill.{piece}.small=7"]
    assert getattr(recompose(chosen).fill, piece).small == 7.0


def test_an_order_that_is_never_picked_off() -> None:
    fill = recompose(["fill.pick_off_s=inf"]).fill
    assert isinstance(fill, QueueFill) and fill.pick_off_s == float("inf")


def test_sets_are_replaced_added_to_and_taken_from() -> None:
    def terms(*overrides: str) -> list[str]:
        return list(recompose(overrides).reward)

    assert terms("reward=[drawdown,portfolio]") == ["drawdown", "portfolio"]
    assert terms("+reward=drawdown") == ["portfolio", "drawdown"]
    assert terms("+reward=drawdown", "~reward.portfolio") == ["drawdown"]
    assert list(recompose(["logger=[]"]).logger) == []


def test_recompose_works_from_another_folder(tmp_path: Path, monkeypatch: Any) -> None:
    here = recompose(["seed=3", "fill=depth"])
    monkeypatch.chdir(tmp_path)
    assert recompose(["seed=3", "fill=depth"]) == here


def test_recompose_extends_a_saved_list() -> None:
    again = recompose(["fill=old", "seed=1", "fill=depth", "seed=2"])
    assert again == recompose(["fill=depth", "seed=2"])


def test_recompose_takes_a_saved_list_given_again() -> None:
    saved = ["+experiment=smoke", "~reward.portfolio", "+reward=drawdown", "seed=2"]
    assert recompose([*saved, *saved]) == recompose(saved)


def test_compose_refuses_in_one_sentence() -> None:
    with pytest.raises(ConfigError, match="did you mean 'queue'"):
        compose(["fill=quue"])
