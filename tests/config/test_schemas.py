"""The registry that Hydra sees."""

from __future__ import annotations

import subprocess
import sys

from hydra.core.config_store import ConfigStore

from kalshi_exp.config import SCHEMAS, register

HEAVY = ("numpy", "numba", "torch", "polars", "pandera", "pyarrow", "scipy", "wandb", "plotly")


def test_every_schema_is_registered_and_registering_again_changes_nothing() -> None:
    store = ConfigStore.instance()
    before = {group: sorted(store.list(f"schema/{group}")) for group in SCHEMAS}
    register()
    for group, schemas in SCHEMAS.items():
        assert sorted(store.list(f"schema/{group}")) == before[group]
        assert before[group] == sorted(f"{name}.yaml" for name in schemas)


def test_the_door_loads_nothing_heavy() -> None:
    check = f"import sys, run; print([name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    assert found.stdout.strip() == "[]", found.stderr
