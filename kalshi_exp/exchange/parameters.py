"""A scenario as one flat record that kernels read: a record a trader, named as in the YAML."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from kalshi_exp.config.scenario import Scenario, Traits

_KIND = {int: np.int64, bool: np.bool_, float: np.float64}


def _record(traits: Traits) -> np.dtype:
    return np.dtype(
        [(one.name, _KIND[type(one.default)]) for one in fields(traits)],
        align=True,
    )


def _traders(scenario: Scenario) -> dict[str, Traits]:
    """The scenario's parts that describe traders or what they trade, by key."""
    values = {one.name: getattr(scenario, one.name) for one in fields(scenario)}
    return {name: value for name, value in values.items() if isinstance(value, Traits)}


PARAMETERS = np.dtype(
    [(name, _record(traits)) for name, traits in _traders(Scenario()).items()], align=True
)
"""Meanings and units: the fields of `config.scenario`."""


def make_parameters(scenario: Scenario) -> np.ndarray:
    """PARAMETERS[1] of a scenario."""
    out = np.zeros(1, PARAMETERS)
    for name, traits in _traders(scenario).items():
        for one in fields(traits):
            out[name][one.name] = getattr(traits, one.name)
    return out
