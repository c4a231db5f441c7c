from __future__ import annotations

from pathlib import Path

from omegaconf import OmegaConf

from kalshi_exp.config.sweep import Job, SweepBegun, ended


def begin(directory: Path) -> None:
    SweepBegun().on_multirun_start(OmegaConf.create({"hydra": {"sweep": {"dir": str(directory)}}}))


def job(number: int, failed: str | None = None) -> Job:
    return Job(number, [f"seed={number}"], f"/runs/{number}", True, failed)


def test_jobs_are_told_once_by_number_and_leave_nothing(tmp_path: Path) -> None:
    begin(tmp_path)
    jobs = [job(number, "why" if number == 2 else None) for number in (10, 2, 0)]
    for one in jobs:
        one.leave(tmp_path)
    assert ended() == (tmp_path, [jobs[2], jobs[1], jobs[0]])
    assert ended() is None and not list(tmp_path.iterdir())


def test_a_sweep_that_began_no_job_is_none(tmp_path: Path) -> None:
    begin(tmp_path / "nowhere")
    assert ended() is None and not (tmp_path / "nowhere").exists()


def test_what_an_earlier_sweep_left_is_forgotten(tmp_path: Path) -> None:
    job(7).leave(tmp_path)  # its door was killed
    begin(tmp_path)
    job(0).leave(tmp_path)
    assert ended() == (tmp_path, [job(0)])


def test_nothing_that_began_no_sweep_is_one() -> None:
    assert ended() is None
