from __future__ import annotations

import json
from pathlib import Path

from kalshi_exp.report import read_run
from kalshi_exp.report.comparison.contestants import contestants
from tests.report.sample_runs import write_run


def told(*paths: Path) -> list[tuple[str, list[int]]]:
    return [(one.label, list(one.runs)) for one in contestants([read_run(path) for path in paths])]


def run(folder: Path, name: str, fill: str = "queue", seed: int = 0) -> Path:
    return write_run(folder / name, fill, changes={"seed": seed})


def test_seeds_are_brought_together_in_their_order(tmp_path: Path) -> None:
    dirs = [run(tmp_path, "a", "queue", 2), run(tmp_path, "b", "old", 1)]
    dirs += [run(tmp_path, "c", "queue", 0), run(tmp_path, "d", "old", 2)]
    assert told(*dirs) == [("fill=queue", [0, 2]), ("fill=old", [1, 2])]


def test_seeds_alone_are_compared_with_each_other(tmp_path: Path) -> None:
    dirs = [run(tmp_path, "a", seed=0), run(tmp_path, "b", seed=1)]
    assert told(*dirs) == [("seed=0", [0]), ("seed=1", [1])]


def test_one_seed_run_twice_is_no_replicate(tmp_path: Path) -> None:
    dirs = [run(tmp_path, "a"), run(tmp_path, "b"), run(tmp_path, "c", "old")]
    assert [seeds for _, seeds in told(*dirs)] == [[0], [0], [0]]


def test_names_loggers_and_progress_do_not_part_seeds(tmp_path: Path) -> None:
    other = {"seed": 1, "name": "another", "logger": {"wandb": {"kind": "WandbLogger"}}}
    other |= {"trainer": {"progress": False}}
    dirs = [run(tmp_path, "a"), write_run(tmp_path / "b", changes=other), run(tmp_path, "c", "old")]
    assert told(*dirs)[0] == ("fill=queue", [0, 1])


def test_what_a_run_started_from_and_read_parts_it(tmp_path: Path) -> None:
    dirs = [run(tmp_path, name, seed=k) for k, name in enumerate("abc")]
    for path, more in zip(
        dirs[1:], ({"data_hash": "e" * 64}, {"init_from": {"policies": ["f" * 64]}}), strict=True
    ):
        manifest = json.loads((path / "manifest.json").read_text()) | more
        (path / "manifest.json").write_text(json.dumps(manifest))
    assert [seeds for _, seeds in told(*dirs)] == [[0], [1], [2]]
