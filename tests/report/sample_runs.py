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
    figures: dict[str, Any] | None = None,
) -> Path:
    """A finished run in `folder`; `figures` stand in its metrics.json beside the usual ones."""
    folder.mkdir(parents=True, exist_ok=True)
    records = records or sample_records(12)
    tree = config(fill, changes)
    OmegaConf.save(OmegaConf.create(tree), folder / "config.yaml")
    manifest = {"config_hash": "c" * 64, "data_hash": "d" * 64, "seed": tree["seed"]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    records.write(folder)
    payload = summarise(records, 500, 0) | (figures or {})
    (folder / "metrics.json").write_bytes(to_bytes(payload))
    return folder


def write_seeds(
    folder: Path, fills: tuple[str, ...] = ("old", "queue"), seeds: tuple[int, ...] = (0, 1, 2)
) -> list[Path]:
    """A finished run a fill model and seed; `old` is kind, and every run tells of the exchange."""
    return [
        write_run(
            folder / f"{fill}{seed}",
            fill,
            sample_records(12, seed=seed, shift=0.6 if fill == "old" else 0.0),
            {"seed": seed},
            realism(fill, seed),
        )
        for fill in fills
        for seed in seeds
    ]


def realism(fill: str, seed: int) -> dict[str, Any]:
    """Figures of the exchange: who learned from `old` overstates, and loses there."""
    off = 1.0 if fill == "old" else 0.1
    earned = 3.0 - 6.0 * off + 0.1 * seed

    def figure(value: float, half: float) -> dict[str, Any]:
        return {"value": value, "lo": value - half, "hi": value + half, "n": 24}

    return {
        "realism/real_pnl": figure(earned, 0.5),
        "realism/overstatement": figure(0.4 * off, 0.05),
        "realism/sim_to_real_pearson": figure(1.0 - 0.4 * off, 0.03),
        "realism/sim_to_real_spearman": figure(1.0 - 0.5 * off, 0.03),
        "realism/fill_rate_error": figure(0.3 * off, 0.02),
        "realism/markout_error_10s": {
            "value": None, "lo": None, "hi": None, "n": 0, "reason": "nothing was filled",
        },
    }  # fmt: skip
