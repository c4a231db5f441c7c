"""`task=simulate` writes the same bytes twice, and nothing where it can't finish."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from kalshi_exp.config import compose, typed
from kalshi_exp.exchange import LABELS
from kalshi_exp.tape import open_tape
from kalshi_exp.tasks.simulate import run


def _experiment(out: Path, *more: str):
    words = ["task=simulate", "sessions=2", "scenario.duration_s=60", f"out={out}", *more]
    return typed(compose(words))


def test_the_same_arguments_write_the_same_bytes(tmp_path, capsys):
    for name in ("one", "two"):
        assert run(_experiment(tmp_path / name), tmp_path, []) == 0
    assert "instructions/s" in capsys.readouterr().out
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*"))
    assert Path("labels.parquet") in files
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_it_is_a_tape_with_its_truth(tmp_path):
    assert run(_experiment(tmp_path / "out", "first=7"), tmp_path, []) == 0
    tape = open_tape(tmp_path / "out")
    assert [info.name for info in tape.infos] == ["000007", "000008"]
    truth = pl.read_parquet(tmp_path / "out" / "labels.parquet")
    assert truth.schema == LABELS
    assert set(truth["session"]) == {"000007", "000008"}


def test_a_folder_in_use_is_left_as_it_is(tmp_path, capsys):
    (tmp_path / "mine").write_text("mine")
    assert run(_experiment(tmp_path), tmp_path, []) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_no_sessions_are_refused():
    with pytest.raises(ValueError, match="sessions is 0; it must be at least 1"):
        _experiment(Path("x"), "sessions=0")
