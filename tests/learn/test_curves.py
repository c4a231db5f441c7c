from __future__ import annotations

import csv

from kalshi_exp.learn import CurveFile


def _rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_rows_are_appended_and_unknown_figures_left_out(tmp_path) -> None:
    curve = CurveFile(tmp_path / "deep" / "curves.csv")
    curve({"frames": 10.0, "kl": 0.5, "of the future": 1.0})
    curve({"frames": 10.0, "tune_pnl": -2.0})
    rows = _rows(tmp_path / "deep" / "curves.csv")
    assert [row["kl"] for row in rows] == ["0.5", ""]
    assert [row["tune_pnl"] for row in rows] == ["", "-2.0"]


def test_a_resumed_run_cuts_off_what_it_will_make_again(tmp_path) -> None:
    path = tmp_path / "curves.csv"
    curve = CurveFile(path)
    for frames in (10.0, 20.0, 30.0):
        curve({"frames": frames, "kl": frames / 7})
    kept = path.read_text().splitlines()[:3]
    with open(path, "a") as file:
        file.write("4")  # a kill in the middle of a row
    CurveFile(path, start=20)
    assert path.read_text().splitlines() == kept
    with open(path, "a") as file:
        file.write("\r\n2")  # a cut that reads as an earlier frame
    CurveFile(path, start=20)
    assert path.read_text().splitlines() == kept


def test_a_new_run_begins_an_empty_file(tmp_path) -> None:
    path = tmp_path / "curves.csv"
    CurveFile(path)({"frames": 10.0})
    CurveFile(path)
    assert _rows(path) == []
