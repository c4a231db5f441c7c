"""The door: compose the experiment, call its task, report how it went."""

from __future__ import annotations

import sys

import hydra
from omegaconf import DictConfig

from kalshi_exp.config import answer, job
from kalshi_exp.tasks import compare_sweep, run_task


@hydra.main(version_base="1.3", config_path="conf", config_name="config")
def main(cfg: DictConfig) -> None:
    """Run one composed experiment in the directory that Hydra made for it."""
    job(cfg, run_task)


if __name__ == "__main__":
    sys.exit(answer(main, compare_sweep))
