from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from kalshi_exp.metrics import NoOverlapError
from kalshi_exp.report import (
    NotAFinishedRun,
    compare_directories,
    labels,
    read_run,
    write_comparison,
)
from tests.metrics.rows import DOLLAR, records_of, session
from tests.metrics.sample_records import sample_records
from tests.report.sample_runs import write_run, write_seeds

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compare_script", ROOT / "scripts/compare.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def named(*paths: Path) -> list[str]:
    return labels([read_run(path) for path in paths])


def test_a_label_is_what_differs(tmp_path: Path) -> None:
    a = write_run(tmp_path / "a", "old")
    b = write_run(tmp_path / "b", "queue")
    c = write_run(tmp_path / "c", "queue", changes={"fill": {"position": "optimistic"}})
    assert named(a, b) == ["fill=old", "fill=queue"]
    assert named(b, c) == ["fill.position=pro_rata", "fill.position=optimistic"]
    assert named(a, b, c) == [
        "fill=old",
        "fill=queue, fill.position=pro_rata",
        "fill=queue, fill.position=optimistic",
    ]


def test_an_option_that_was_chosen_by_name_keeps_it(tmp_path: Path) -> None:
    def chosen(name: str, word: str, position: str, *more: str) -> Path:
        path = write_run(tmp_path / name, "queue", changes={"fill": {"position": position}})
        manifest = json.loads((path / "manifest.json").read_text())
        (path / "manifest.json").write_text(
            json.dumps(manifest | {"overrides": ["+experiment=e", f"fill={word}", *more]})
        )
        return path

    plain, log = chosen("a", "queue", "pro_rata"), chosen("b", "queue_log", "log")
    assert named(plain, log) == ["fill=queue", "fill=queue_log"]
    # The word does not say it all, or is another one for the same.
    other = chosen("c", "queue", "power", "fill.position=power")
    assert named(plain, log, other)[2] == "fill.position=power"
    same = chosen("d", "mine", "pro_rata")
    assert named(plain, log, same)[1] == "fill.position=log"
    unsaid = write_run(tmp_path / "e", "queue", changes={"fill": {"position": "power"}})
    assert named(plain, log, unsaid)[1] == "fill.position=log"


def test_sets_and_seeds_are_named(tmp_path: Path) -> None:
    a = write_run(tmp_path / "a")
    b = write_run(
        tmp_path / "b",
        changes={"seed": 4, "reward": {"drawdown": {"kind": "DrawdownReward", "weight": 0.1}}},
    )
    first, second = named(a, b)
    assert first == "reward=[portfolio], seed=0"
    assert second == "reward=[portfolio,drawdown], seed=4"


def test_equal_configurations_are_told_apart_by_directory(tmp_path: Path) -> None:
    a, b = write_run(tmp_path / "one"), write_run(tmp_path / "two")
    assert [name.split("/")[-1] for name in named(a, b)] == ["one", "two"]


def test_the_maker_is_compared_between_fill_models(tmp_path: Path) -> None:
    old = write_run(tmp_path / "old", "old", sample_records(12, shift=0.5))
    queue = write_run(tmp_path / "queue", "queue")
    got = compare_directories([old, queue])
    maker = next(row for row in got["differences"] if row["policy"] == "maker")
    assert (maker["run"], maker["other"]) == ("fill=old", "fill=queue")
    assert maker["lo"] > 0 and maker["verdict"] == "higher than fill=queue"
    assert got["policies"]["maker"]["fill=queue"]["calls"]["rest_calls"] > 0
    assert not got["same_fill_model"]
    assert any("kinder model" in note for note in got["notes"])


def test_what_makes_runs_less_comparable_is_said(tmp_path: Path) -> None:
    a, b = write_run(tmp_path / "a"), write_run(tmp_path / "b", changes={"seed": 9})
    manifest = json.loads((b / "manifest.json").read_text()) | {"data_hash": "e" * 64}
    (b / "manifest.json").write_text(json.dumps(manifest))
    notes = " ".join(compare_directories([a, b])["notes"])
    assert "different data" in notes and "different seeds" in notes and "kinder" not in notes


@pytest.mark.parametrize("missing", ["manifest.json", "metrics.json", "sessions.parquet"])
def test_a_directory_that_is_no_finished_run_is_refused(tmp_path: Path, missing: str) -> None:
    a, b = write_run(tmp_path / "a"), write_run(tmp_path / "b")
    (b / missing).unlink()
    with pytest.raises(NotAFinishedRun, match=missing.replace(".", r"\.")) as error:
        compare_directories([a, b])
    assert "\n" not in str(error.value)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    a, b = write_run(tmp_path / "a"), write_run(tmp_path / "b")
    (b / "metrics.json").write_text('{"schema": 1')
    with pytest.raises(NotAFinishedRun, match="cannot be read"):
        compare_directories([a, b])


def test_one_run_or_one_twice_is_no_comparison(tmp_path: Path) -> None:
    a = write_run(tmp_path / "a")
    with pytest.raises(NotAFinishedRun, match="at least two"):
        compare_directories([a])
    with pytest.raises(NotAFinishedRun, match="named twice"):
        compare_directories([a, tmp_path / "a" / ".." / "a"])


def test_runs_on_other_sessions_are_refused(tmp_path: Path) -> None:
    a = write_run(tmp_path / "a")
    other = records_of([session(f"x{k}", k * DOLLAR) for k in range(8)])
    b = write_run(tmp_path / "b", "old", other)
    with pytest.raises(NoOverlapError, match="no session in common"):
        compare_directories([a, b])


def test_seeds_of_one_fill_model_stand_together(tmp_path: Path) -> None:
    got = compare_directories(write_seeds(tmp_path))
    assert got["contestants"] == [
        {"label": "fill=old", "seeds": [0, 1, 2]},
        {"label": "fill=queue", "seeds": [0, 1, 2]},
    ]
    assert "2 contestants of 3 seeds each on 12 shared sessions: of 5 paired" in got["headline"]
    assert [run["label"] for run in got["runs"]] == ["fill=old"] * 3 + ["fill=queue"] * 3
    maker = got["policies"]["maker"]["fill=old"]
    assert len(maker["figures"]["pnl_per_session"]["seeds"]) == 3
    one = read_run(tmp_path / "old0").metrics["calls"]["maker"]["rest_calls"]
    assert maker["calls"]["rest_calls"] > one
    assert "Satterthwaite" in got["method"] and not any("seeds" in note for note in got["notes"])


def test_seeds_that_are_missing_are_said(tmp_path: Path) -> None:
    dirs = write_seeds(tmp_path)
    got = compare_directories(dirs[:-1], ["job 5 (fill=queue seed=2) failed: because"])
    assert any("Not every contestant has the same seeds" in note for note in got["notes"])
    assert got["contestants"][1]["seeds"] == [0, 1]
    row = next(row for row in got["differences"] if row["policy"] == "maker")
    assert [one["seed"] for one in row["seeds"]] == [0, 1]
    page = tmp_path / "page.html"
    write_comparison(got, page)
    assert "job 5 (fill=queue seed=2) failed: because" in page.read_text()


def test_a_pair_without_two_seeds_in_common_says_what_its_interval_lacks(tmp_path: Path) -> None:
    got = compare_directories(write_seeds(tmp_path)[:4])
    assert any(note.startswith("Of one seed only: fill=queue.") for note in got["notes"])
    page = tmp_path / "page.html"
    write_comparison(got, page)
    assert page.read_text().count("<small>by session only</small>") == 5


def test_what_holds_under_every_fill_model_leads(tmp_path: Path) -> None:
    got = compare_directories(write_seeds(tmp_path))
    assert got["headline"].startswith("In the exchange itself agents of fill=queue ($2.50 a sess")
    assert "those of fill=old (−$2.90 a session" in got["headline"]
    assert "their intervals do not meet" in got["headline"]
    page = tmp_path / "page.html"
    write_comparison(got, page)
    text = page.read_text()
    assert text.index("In the exchange itself</h2>") < text.index("What each fill model says")
    assert "Not comparable between fill models" in text


def test_without_figures_of_the_exchange_the_page_says_so(tmp_path: Path) -> None:
    dirs = [write_run(tmp_path / fill, fill) for fill in ("old", "queue")]
    page = tmp_path / "page.html"
    write_comparison(compare_directories(dirs), page)
    text = page.read_text()
    assert "These runs tell nothing of it" in text and "Not comparable" in text


def test_money_of_one_fill_model_is_comparable(tmp_path: Path) -> None:
    change = {"reward": {"drawdown": {"kind": "DrawdownReward", "weight": 0.1}}}
    dirs = [write_run(tmp_path / "a"), write_run(tmp_path / "b", changes=change)]
    page = tmp_path / "page.html"
    write_comparison(compare_directories(dirs), page)
    text = page.read_text()
    assert "Not comparable" not in text and "In the exchange itself" not in text


def test_the_script_prints_and_writes(
    tmp_path: Path, script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [write_run(tmp_path / fill, fill) for fill in ("old", "queue", "probabilistic")]
    out = tmp_path / "table.html"
    assert script.main([*map(str, runs), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "fill=probabilistic" in printed and "Holm's correction" in printed
    assert "Calls that reached each fill model" in printed
    assert "fill=queue" in out.read_text()
    assert len(json.loads((tmp_path / "table.json").read_text())["runs"]) == 3


def test_the_script_refuses_in_one_sentence(
    tmp_path: Path, script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "a")
    out = tmp_path / "c.html"
    assert script.main([str(run), str(tmp_path / "nowhere"), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("compare: ") and said.count("\n") == 1 and "not a directory" in said
    assert not out.exists()
