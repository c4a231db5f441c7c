"""Compose an experiment outside the command line: for tests, loading and resuming."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig

from kalshi_exp.config.errors import ConfigError
from kalshi_exp.config.experiment import Experiment
from kalshi_exp.config.explain import COMPOSING, explain
from kalshi_exp.config.typed import typed

CONF = Path(__file__).resolve().parents[2] / "conf"
"""The experiment language's files, beside the package in a checkout."""


def compose(overrides: Sequence[str] = (), *, hydra: bool = False) -> DictConfig:
    """Compose `conf/config.yaml` under overrides, from any working directory.

    Args:
        overrides: as on the command line.
        hydra: keep Hydra's own node, of which `hydra.runtime.choices` says which option of each
            group was chosen.

    Raises:
        ConfigError: an override that can't be applied.
    """
    # Hydra is one to a process: a task that resumes a run composes while the door's is at work.
    door, GlobalHydra.instance().hydra = GlobalHydra.instance().hydra, None
    try:
        with initialize_config_dir(str(CONF), job_name="run", version_base="1.3"):
            return hydra_compose("config", list(overrides), return_hydra_config=hydra)
    except COMPOSING as error:
        raise ConfigError(explain(error)) from error
    finally:
        GlobalHydra.instance().hydra = door


def recompose(overrides: Sequence[str]) -> Experiment:
    """Compose and type an experiment from a run's saved overrides.

    Where two overrides set the same key the later wins, and what is added or removed twice in
    the same words counts once, so a saved list can be extended, or given again:
    ``recompose([*saved, "fill=queue"])``.

    Args:
        overrides: as `overrides` was given to the task, in order.

    Raises:
        ConfigError: an override that can't be applied, or that no schema knows.
    """
    return typed(compose(_once(overrides)))


def chosen(overrides: Sequence[str], group: str) -> str:
    """Which option of a group a run's saved overrides choose.

    Args:
        overrides: as for `recompose`.
        group: of conf/, one of those of which one option is chosen.

    Raises:
        ConfigError: an override that can't be applied.
    """
    return str(compose(_once(overrides), hydra=True).hydra.runtime.choices[group])


def _once(overrides: Sequence[str]) -> list[str]:
    once: list[str] = []
    for one in overrides:
        if not (one.startswith(("+", "~")) and one in once):
            once.append(one)
    return once
