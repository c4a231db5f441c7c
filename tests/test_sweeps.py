"""Sweep files, read as the agent of Weights & Biases reads them, without a network."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hydra import initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from wandb.sdk.launch.sweeps.utils import create_sweep_command_args

from kalshi_exp.config import CONF, Experiment, TrainTask, config_hash, recompose
from kalshi_exp.report.comparison.realism import COMPARABLE

ROOT = Path(__file__).resolve().parents[1]
SWEEPS = sorted((ROOT / "sweeps").glob("*.yaml"))
MULTIRUN = ["+experiment=ablate_fills", "fill=glob(*)", "seed=0,1,2"]


def read(path: Path) -> dict[str, Any]:
    sweep: dict[str, Any] = yaml.safe_load(path.read_text())
    return sweep


def command_lines(sweep: dict[str, Any]) -> list[list[str]]:
    """What the agent passes to the program, for every point of the grid."""
    names = list(sweep["parameters"])
    lines = []
    for point in itertools.product(*(sweep["parameters"][name]["values"] for name in names)):
        chosen = {name: {"value": value} for name, value in zip(names, point, strict=True)}
        macros = create_sweep_command_args({"args": chosen})
        line: list[str] = []
        for chunk in sweep["command"][sweep["command"].index("${program}") + 1 :]:
            line += macros[chunk[2:-1]] if chunk.startswith("${") else [chunk]
        lines.append(line)
    return lines


def multirun(overrides: list[str]) -> list[list[str]]:
    """The jobs that `run.py -m` makes of a command line."""
    with initialize_config_dir(str(CONF), job_name="run", version_base="1.3"):
        parser = OverridesParser.create(config_loader=GlobalHydra.instance().config_loader())
        [jobs] = BasicSweeper.split_arguments(parser.parse_overrides(overrides), None)
    return jobs


@lru_cache
def experiments(path: Path) -> list[Experiment]:
    return [recompose(line) for line in command_lines(read(path))]


def test_there_is_a_sweep_file() -> None:
    assert [path.stem for path in SWEEPS] == ["ablate_fills"]


@pytest.mark.parametrize("path", SWEEPS, ids=lambda path: path.stem)
def test_a_sweep_file_is_one_that_the_agent_runs(path: Path) -> None:
    sweep = read(path)
    assert (ROOT / sweep["program"]).is_file() and sweep["method"] == "grid"
    assert sweep["command"][:3] == ["${env}", "${interpreter}", "${program}"]
    assert sweep["command"].count("${args_no_hyphens}") == 1
    assert sweep["metric"]["goal"] == "maximize"
    assert sweep["metric"]["name"] in [one.name for one in COMPARABLE if one.better == "high"]


@pytest.mark.parametrize("path", SWEEPS, ids=lambda path: path.stem)
def test_every_command_line_composes_and_each_is_another_run(path: Path) -> None:
    found = experiments(path)
    assert all(isinstance(one.task, TrainTask) for one in found)
    assert all(one.name == path.stem for one in found)
    assert len({config_hash(one) for one in found}) == len(found)


def test_the_sweep_is_the_multiruns_grid() -> None:
    """A new file of conf/fill/ fails this until the sweep lists it."""
    assert sorted(command_lines(read(SWEEPS[0]))) == sorted(multirun(MULTIRUN))


def test_the_multirun_has_every_fill_model_its_bounds_too() -> None:
    jobs = multirun(MULTIRUN)
    files = {f"fill={path.stem}" for path in (CONF / "fill").glob("*.yaml")}
    assert {line[1] for line in jobs} == files and len(jobs) == 3 * len(files)
    assert {"fill=queue_pessimistic", "fill=queue_optimistic"} <= files


def test_all_jobs_are_of_the_same_sessions_and_differ_in_fill_and_seed_only() -> None:
    found = experiments(SWEEPS[0])
    for one in found:
        assert replace(one, fill=found[0].fill, seed=found[0].seed) == found[0]


def test_the_commands_told_in_the_docs_are_these() -> None:
    told = "python run.py -m +experiment=ablate_fills 'fill=glob(*)' seed=0,1,2"
    for path in ("README.md", "conf/experiment/ablate_fills.yaml", "sweeps/ablate_fills.yaml"):
        assert told in (ROOT / path).read_text(), path
