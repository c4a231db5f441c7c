"""Every schema by group and name, registered with Hydra under `schema/<group>`."""

from __future__ import annotations

from typing import Any

from hydra.core.config_store import ConfigStore

from kalshi_exp.config import (
    actions,
    algorithm,
    curriculum,
    data,
    detector,
    features,
    fill,
    logger,
    policy,
    reward,
    scenario,
    trainer,
    world,
)
from kalshi_exp.config.experiment import TREES

SCHEMAS: dict[str, dict[str, Any]] = {
    "world": world.SCHEMAS,
    "data": data.SCHEMAS,
    "scenario": scenario.SCHEMAS,
    "features": features.SCHEMAS,
    "detector": detector.SCHEMAS,
    "actions": actions.SCHEMAS,
    "fill": fill.SCHEMAS,
    "reward": reward.SCHEMAS,
    "policy": policy.SCHEMAS,
    "algorithm": algorithm.SCHEMAS,
    "curriculum": curriculum.SCHEMAS,
    "trainer": trainer.SCHEMAS,
    "logger": logger.SCHEMAS,
    "task": TREES,
}


def register() -> None:
    """Make every schema known to Hydra; doing it again changes nothing."""
    store = ConfigStore.instance()
    for group, schemas in SCHEMAS.items():
        for name, node in schemas.items():
            store.store(group=f"schema/{group}", name=name, node=node, provider="kalshi_exp")
