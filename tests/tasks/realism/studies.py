"""Studies of report=matrix that end in seconds, one option of fill being the user's own."""

from __future__ import annotations

from pathlib import Path

from kalshi_exp.config import recompose
from kalshi_exp.tasks import run_task

TINY = [
    "task=realism",
    "report=matrix",
    "data=synthetic",
    "data.sessions=14",
    "scenario=plain",
    "scenario.duration_s=90",
    "world.horizon=40",
    "policy.hidden=[16]",
    "algorithm.rollout=16",
    "algorithm.minibatch=64",
    "curriculum.foundation.frames=700",
    "trainer.environments=8",
    "trainer.judge_environments=4",
    "trainer.checkpoint_every=2",
    "trainer.tune_every=3",
    "trainer.bootstrap=100",
    "trainer.progress=false",
    "logger=[csv]",
]


def own_options(folder: Path, body: str = "position: pessimistic") -> str:
    """A folder of options beside conf/, with fill=mine; the word that makes Hydra look there."""
    (folder / "fill").mkdir(parents=True, exist_ok=True)
    (folder / "fill/mine.yaml").write_text(f"defaults: [queue, _self_]\n\n{body}\n")
    return f"hydra.searchpath=['file://{folder}']"


def run(out: Path, *words: str) -> int:
    """Run a study in a directory of its own."""
    overrides = [*TINY, *words]
    out.mkdir(exist_ok=True)
    return run_task(recompose(overrides), out, overrides)
