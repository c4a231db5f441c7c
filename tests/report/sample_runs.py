"""Run directories as finished runs leave them, filled with made-up records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from kalshi_exp.metrics import Records, summarise, to_bytes
from tests.metrics.sample_records import sample_records

KINDS = {"old": "OldFill", "queue": "QueueFill", "probabilistic": "ProbabilisticFill"}


def config(fill: str = "queue", changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """A resolved configuration, cut down to what tells runs apart."""
    own = {"position": "pro_rata"} if fill == "queue" else {}
    tree: dict[str, Any] = {
        "name": f"named-{fill}",
        "seed": 0,
        "fill": {"kind": KINDS[fill], "latency": {"median_ms": 60.0}, **own},
        "reward": {"portfolio": {"kind": "PortfolioReward", "weight": 1.0}},
        "logger": {"csv": {"kind": "CsvLogger"}},
    }
    return OmegaConf.to_container(OmegaConf.merge(tree, changes or {}))  # type: ignore[return-value]


def write_run(
    folder: Path,
    fill: str = "queue",
    records: Records | None = None,
    changes: dict[str, Any] | None = None,
) -> Path:
    """A finished run in `folder`."""
    folder.mkdir(parents=True)
    records = records or sample_records(12)
    tree = config(fill, changes)
    OmegaConf.save(OmegaConf.create(tree), folder / "config.yaml")
    manifest = {"config_hash": "c" * 64, "data_hash": "d" * 64, "seed": tree["seed"]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    records.write(folder)
    (folder / "metrics.json").write_bytes(to_bytes(summarise(records, 500, 0)))
    return folder
