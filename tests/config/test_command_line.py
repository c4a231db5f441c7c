"""The door itself: statuses, sentences, time to the first, and directories of its runs."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kalshi_exp.config.command_line import JobFailed, answer

ROOT = Path(__file__).resolve().parents[2]


def door(
    *arguments: str, cwd: Path, program: Path = ROOT / "run.py"
) -> subprocess.CompletedProcess:
    """Call run.py as a user does, from a folder of the test's own."""
    environment = {name: text for name, text in os.environ.items() if name != "HYDRA_FULL_ERROR"}
    environment["PYTHONPATH"] = str(ROOT)
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fill=quue"], "error: fill has no option 'quue'; did you mean 'queue'?\n"),
        (["+fill.latncy=9"], "error: there is no 'fill.latncy'; did you mean 'latency'?\n"),
    ],
)
def test_a_typo_is_answered_with_one_sentence_and_nothing_left(
    arguments: list[str], sentence: str, tmp_path: Path
) -> None:
    ended = door(*arguments, cwd=tmp_path)
    assert (ended.returncode, ended.stderr, ended.stdout) == (2, sentence, "")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_typo_waits_for_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    """What keeps the answer within the second that task=bench asks of it."""
    command = [sys.executable, "-X", "importtime", str(ROOT / "run.py"), "fill=quue"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    lines = [line for line in ended.stderr.splitlines() if line.startswith("import time:")]
    loaded = {line.rpartition("|")[2].strip() for line in lines}
    assert ended.returncode == 2 and "hydra" in loaded
    assert not loaded & {"torch", "numba", "polars", "wandb", "plotly", "pytorch_lightning"}


PROGRAM = """
import sys
from pathlib import Path
import hydra
from kalshi_exp.config import ConfigError, answer, job

def task(experiment, output_dir, overrides):
    (output_dir / "seen.txt").write_text("\\n".join(overrides))
    if experiment.seed == 9:
        raise ConfigError("nine is refused")
    if experiment.seed == 8:
        raise KeyError("a bug")
    return experiment.seed

@hydra.main(version_base="1.3", config_path={conf!r}, config_name="config")
def main(cfg):
    job(cfg, task)

if __name__ == "__main__":
    sys.exit(answer(main))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A door whose task answers with the seed as its exit status."""
    path = tmp_path / "door.py"
    path.write_text(textwrap.dedent(PROGRAM.format(conf=str(ROOT / "conf"))))
    return path


def test_launches_of_one_second_have_directories_of_their_own(program: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    launches = [
        subprocess.Popen([sys.executable, str(program)], cwd=program.parent, env=environment)
        for _ in range(4)
    ]
    assert [launch.wait(timeout=60) for launch in launches] == [0] * 4
    assert len(list(program.parent.glob("outputs/*/*/seen.txt"))) == 4


def test_a_sweep_gives_each_job_a_directory_and_its_own_overrides(program: Path) -> None:
    ended = door("-m", "fill=glob(queue*)", "seed=0", cwd=program.parent, program=program)
    assert ended.returncode == 0, ended.stderr
    seen = sorted(path.read_text() for path in program.parent.glob("outputs/*/*/*/seen.txt"))
    assert seen == [
        f"fill={name}\nseed=0"
        for name in ("queue", "queue_log", "queue_optimistic", "queue_pessimistic", "queue_power")
    ]


def test_a_bad_job_of_a_sweep_sets_the_status_and_the_others_go_on(program: Path) -> None:
    ended = door("-m", "seed=3,0,9,0", cwd=program.parent, program=program)
    assert ended.returncode != 0
    assert len(list(program.parent.glob("outputs/*/*/*/seen.txt"))) == 4


def test_the_tasks_status_is_the_programs(program: Path) -> None:
    assert door("seed=0", cwd=program.parent, program=program).returncode == 0
    assert door("seed=3", cwd=program.parent, program=program).returncode == 3


def test_a_refusal_is_one_sentence_and_a_bug_keeps_its_trace(program: Path) -> None:
    refused = door("seed=9", cwd=program.parent, program=program)
    assert (refused.returncode, refused.stderr) == (2, "error: nine is refused\n")
    broken = door("seed=8", cwd=program.parent, program=program)
    assert broken.returncode == 1
    assert "Traceback" in broken.stderr and "KeyError: 'a bug'" in broken.stderr


def test_a_users_own_folder_of_options_is_part_of_the_overrides(program: Path) -> None:
    own = program.parent / "own"
    (own / "experiment").mkdir(parents=True)
    (own / "experiment" / "mine.yaml").write_text("# @package _global_\nname: mine\n")
    ended = door("--config-dir", str(own), "+experiment=mine", cwd=program.parent, program=program)
    assert ended.returncode == 0, ended.stderr
    [seen] = program.parent.glob("outputs/*/*_mine_*/seen.txt")
    assert seen.read_text().splitlines()[0] == "+experiment=mine"

    from kalshi_exp.config import recompose

    assert recompose(seen.read_text().splitlines()).name == "mine"


def test_answer_passes_statuses_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HYDRA_FULL_ERROR", raising=False)

    def fails() -> None:
        raise JobFailed(5)

    def leaves() -> None:
        sys.exit(4)

    assert (answer(fails), answer(leaves), answer(lambda: None)) == (5, 4, 0)
    assert "HYDRA_FULL_ERROR" not in os.environ
