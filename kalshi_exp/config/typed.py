"""From Hydra's tree to the typed experiment, refusing what the schema doesn't know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException

from kalshi_exp.config.errors import ConfigError
from kalshi_exp.config.experiment import SETS, Experiment
from kalshi_exp.config.schemas import SCHEMAS
from kalshi_exp.config.suggest import one_line, unknown_key
from kalshi_exp.config.suited import without_recording


def typed(cfg: DictConfig) -> Experiment:
    """Turn a composed tree into plain typed objects.

    Args:
        cfg: what Hydra composed from `conf/config.yaml`.

    Raises:
        ConfigError: a key that no schema knows, a missing or impossible value.
    """
    for fault in _faults(cfg, ""):
        raise ConfigError(fault)
    without_recording(cfg)
    try:
        return Experiment.of(OmegaConf.to_object(cfg))  # type: ignore[arg-type]
    except MissingMandatoryValue as error:
        key = getattr(error, "full_key", None) or str(error).rsplit(" ", 1)[-1]
        raise ConfigError(f"'{key}' has no value; give it one, as in {key}=VALUE") from error
    except OmegaConfBaseException as error:
        raise ConfigError(f"'{error.full_key}': {one_line(error.msg or str(error))}") from error
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _faults(node: DictConfig, path: str) -> Iterator[str]:
    """Yield a sentence for each key that the node's schema doesn't know, depth first."""
    schema = OmegaConf.get_type(node)
    if schema is None or not is_dataclass(schema):
        yield f"'{path or 'the config'}' has no schema; name a task, as in task=train"
        return
    known = {one.name for one in fields(schema)}
    for key in map(str, node):
        child = None if OmegaConf.is_missing(node, key) else node._get_node(key)
        if key not in known:
            yield unknown_key(f"{path}{key}", known)
        elif isinstance(child, DictConfig) and not child._is_none():
            chosen = not path and key in SETS
            yield from _set_faults(child, key) if chosen else _faults(child, f"{path}{key}.")


def _set_faults(chosen: DictConfig, group: str) -> Iterator[str]:
    """Yield a sentence for each entry of a set that no option made: it is the base class."""
    for name in map(str, chosen):
        node = chosen._get_node(name)
        if OmegaConf.get_type(node) not in SCHEMAS[group].values():
            yield unknown_key(f"{group}.{name}", ())
        elif isinstance(node, DictConfig):
            yield from _faults(node, f"{group}.{name}.")
