"""An experiment as text: readable YAML, and the hash of all that can change a figure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from enum import Enum
from typing import Any

from omegaconf import OmegaConf

from kalshi_exp.config.experiment import Experiment


def resolved_yaml(experiment: Experiment) -> str:
    """Write the experiment out in full, every value as it was used.

    Where an option could have been another, `kind` names the class that was chosen. It is a
    record to read; to compose the run again use its overrides.

    Args:
        experiment: the typed experiment.
    """
    return OmegaConf.to_yaml(OmegaConf.create(_plain(experiment, everything=True)))


def config_hash(experiment: Experiment, started_from: Sequence[str] = ()) -> str:
    """Hash the values, in any order of overrides, that can change a figure.

    The order of a set's entries counts: phases follow it, and rewards are summed in it. Left out
    are fields marked ``metadata={"figures": False}``: names, places on disk, progress bars and
    loggers. What a place holds is covered by the data hash.

    Args:
        experiment: the typed experiment.
        started_from: hashes of the policies that training started from; none: from scratch.

    Returns:
        64 hexadecimal digits.
    """
    values = _plain(experiment, everything=False)
    text = json.dumps(values | ({"started_from": list(started_from)} if started_from else {}))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(node: Any, *, everything: bool) -> Any:
    if isinstance(node, Enum):
        return node.name
    if isinstance(node, list):
        return [_plain(one, everything=everything) for one in node]
    if isinstance(node, dict):
        return {name: _plain(one, everything=everything) for name, one in node.items()}
    if not hasattr(node, "__dataclass_fields__"):
        return node
    shown = [one for one in fields(node) if everything or one.metadata.get("figures", True)]
    values = {one.name: _plain(getattr(node, one.name), everything=everything) for one in shown}
    base = type(node).__mro__[1]
    chosen = hasattr(base, "__dataclass_fields__") and not isinstance(node, Experiment)
    return {"kind": type(node).__name__, **values} if chosen else values
