"""What stands at the end of a sweep: of made-up runs, of a failing door, and of run.py itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kalshi_exp.config import Job
from kalshi_exp.report import compare_directories
from kalshi_exp.tasks import compare_sweep
from tests.report.sample_runs import write_run, write_seeds

ROOT = Path(__file__).resolve().parents[2]


def jobs_of(*directories: Path, judged: bool = True) -> list[Job]:
    return [
        Job(k, [f"seed={k}"], str(one), judged, None if one.is_dir() else "it broke")
        for k, one in enumerate(directories)
    ]


def test_failed_jobs_are_named_and_the_rest_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dirs = [*write_seeds(tmp_path), tmp_path / "gone"]
    compare_sweep(tmp_path, jobs_of(*dirs))
    said = capsys.readouterr().out
    assert "job 6 (seed=6) failed: it broke" in said
    assert said.endswith(f"comparison: {tmp_path / 'comparison.html'}\n")
    payload = json.loads((tmp_path / "comparison.json").read_bytes())
    assert [len(one["seeds"]) for one in payload["contestants"]] == [3, 3]
    assert payload["left_out"] == ["job 6 (seed=6) failed: it broke"]
    assert "job 6 (seed=6) failed: it broke" in (tmp_path / "comparison.html").read_text()


@pytest.mark.parametrize("finished", [0, 1])
def test_fewer_than_two_runs_are_no_comparison(
    tmp_path: Path, finished: int, capsys: pytest.CaptureFixture[str]
) -> None:
    dirs = [write_run(tmp_path / str(k)) for k in range(finished)]
    compare_sweep(tmp_path, jobs_of(*dirs, tmp_path / "gone"))
    said = capsys.readouterr().out
    assert f"no comparison: {['no', 'one'][finished]} finished run in" in said
    assert "failed: it broke" in said and not (tmp_path / "comparison.html").exists()


def test_jobs_are_named_by_what_differs_and_once_a_cause(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = [Job(k, ["name=x", f"seed={k}"], str(tmp_path / "x"), True, "why") for k in range(2)]
    jobs.append(Job(2, ["name=x", "seed=2"], str(tmp_path / "x"), True, "another"))
    compare_sweep(tmp_path, jobs)
    said = capsys.readouterr().out
    assert "jobs 0 (seed=0), 1 (seed=1) failed: why\njob 2 (seed=2) failed: another\n" in said


def test_a_task_that_judges_nobody_is_not_spoken_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compare_sweep(tmp_path, jobs_of(*write_seeds(tmp_path), judged=False))
    assert capsys.readouterr().out == "" and not (tmp_path / "comparison.html").exists()


def test_a_run_that_has_not_ended_is_told_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dirs = write_seeds(tmp_path)
    (dirs[1] / "metrics.json").unlink()
    compare_sweep(tmp_path, jobs_of(dirs[0], *dirs[2:]))
    said = capsys.readouterr().out
    assert f"the run in {dirs[1]} has not ended; go on with it by resume={dirs[1]}" in said
    assert len(json.loads((tmp_path / "comparison.json").read_bytes())["runs"]) == 5


def test_runs_that_were_gone_on_with_are_found_where_they_are(tmp_path: Path) -> None:
    sweep = tmp_path / "second"
    sweep.mkdir()
    compare_sweep(sweep, jobs_of(*write_seeds(tmp_path / "first")))
    assert len(json.loads((sweep / "comparison.json").read_bytes())["runs"]) == 6


def test_a_repeated_sweep_takes_in_the_runs_of_the_first(tmp_path: Path) -> None:
    write_seeds(tmp_path, seeds=(0, 1))
    compare_sweep(tmp_path, jobs_of(*write_seeds(tmp_path, seeds=(2,))))
    payload = json.loads((tmp_path / "comparison.json").read_bytes())
    assert [one["seeds"] for one in payload["contestants"]] == [[0, 1, 2]] * 2


PROGRAM = """
import sys
import hydra
from kalshi_exp.config import ConfigError, answer, job
from kalshi_exp.tasks import compare_sweep

def task(experiment, output_dir, overrides):
    if experiment.seed == 9:
        raise ConfigError("nine is refused")
    if experiment.seed == 8:
        raise KeyError("a bug")
    if experiment.seed == 3:
        return 3
    if getattr(experiment.task, "resume", "") is None:
        from tests.report.sample_runs import write_run
        fill = type(experiment.fill).__name__.removesuffix("Fill").lower()
        write_run(output_dir, fill, changes={{"seed": experiment.seed}})
    return 0

@hydra.main(version_base="1.3", config_path={conf!r}, config_name="config")
def main(cfg):
    job(cfg, task)

if __name__ == "__main__":
    status = answer(main, compare_sweep)
    print("polars" in sys.modules)
    sys.exit(status)
"""


def door(cwd: Path, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in os.environ.items() if name != "HYDRA_FULL_ERROR"}
    environment |= {"PYTHONPATH": str(ROOT), "WANDB_MODE": "disabled"}
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=600,
    )  # fmt: skip


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A door whose training is made up."""
    path = tmp_path / "door.py"
    path.write_text(textwrap.dedent(PROGRAM.format(conf=str(ROOT / "conf"))))
    return path


def test_the_door_compares_what_did_not_fail_and_keeps_the_status(program: Path) -> None:
    ended = door(program.parent, program, "-m", "fill=old,queue", "seed=0,9,8,3")
    assert ended.returncode != 0
    for said in (
        "jobs 1 (fill=old seed=9), 5 (fill=queue seed=9) failed: nine is refused",
        "jobs 2 (fill=old seed=8), 6 (fill=queue seed=8) failed: KeyError: 'a bug'",
        "jobs 3 (fill=old seed=3), 7 (fill=queue seed=3) failed: it ended with status 3",
        "2 runs on 12 shared sessions",
    ):
        assert said in ended.stdout, ended.stdout + ended.stderr
    [page] = program.parent.glob("outputs/*/*/comparison.html")
    assert f"comparison: {page}\n" in ended.stdout
    assert not list(page.parent.glob(".*"))

    first, second = sorted(page.parent.glob("[0-9]*/"))
    resumed = door(program.parent, program, "-m", f"resume={first},{second}")
    assert resumed.returncode == 0, resumed.stderr
    assert "2 runs on 12 shared sessions" in resumed.stdout
    assert len(list(program.parent.glob("outputs/*/*/comparison.html"))) == 2


def test_a_sweep_of_refusals_or_of_another_task_loads_and_says_nothing(program: Path) -> None:
    refused = door(program.parent, program, "-m", "+fill.latncy=9", "seed=0,1")
    assert refused.returncode == 2 and "did you mean 'latency'?" in refused.stderr
    other = door(program.parent, program, "-m", "task=bench", "seed=0,1")
    assert other.returncode == 0
    for ended in (refused, other):
        assert ended.stdout.endswith("False\n") and "compar" not in ended.stdout
    assert not list(program.parent.glob("outputs/*/*/comparison.html"))


TINY = [
    "+experiment=ablate_fills",
    "data.sessions=16",
    "scenario.duration_s=60",
    "world.horizon=20",
    "curriculum.foundation.frames=512",
    "algorithm.rollout=16",
    "trainer.environments=8",
    "trainer.bootstrap=100",
    "trainer.progress=false",
    "logger=[csv]",
]


@pytest.mark.slow
def test_a_multirun_of_run_py_gives_one_report_over_its_runs(tmp_path: Path) -> None:
    ended = door(tmp_path, ROOT / "run.py", "-m", *TINY, "fill=old,queue", "seed=0,1")
    assert ended.returncode == 0, ended.stderr
    [page] = tmp_path.glob("outputs/*/*/comparison.html")
    assert ended.stdout.endswith(f"comparison: {page}\n")
    payload = json.loads(page.with_suffix(".json").read_bytes())
    assert payload["contestants"] == [
        {"label": "fill=old", "seeds": [0, 1]},
        {"label": "fill=queue", "seeds": [0, 1]},
    ]
    assert payload["shared"] == [{"run": "fill=old", "other": "fill=queue", "sessions": 8}]
    agent = [row for row in payload["differences"] if row["policy"] == "agent/deterministic"]
    assert [one["seed"] for one in agent[0]["seeds"]] == [0, 1]
    text = page.read_text()
    assert "What each fill model says of the money" in text and text.count("<figure") == 8
    runs = sorted(page.parent.glob("[0-9]*/"))
    assert compare_directories(runs) == payload  # what scripts/compare.py would write
