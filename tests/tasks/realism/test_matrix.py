"""`report=matrix` from the command line's words to its files, whole and in pieces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kalshi_exp.config import ConfigError, recompose
from kalshi_exp.learn import FoldRun, RunDirectoryError, load_run
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.realism import RealismError, contests
from tests.tasks.realism.studies import TINY, own_options, run

Words = tuple[str, ...]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Words:
    """Two models, of which one is the user's own, and two seeds."""
    return own_options(tmp_path_factory.mktemp("own")), "models=[old,mine]", "seeds=2", "seed=3"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, words: Words) -> Path:
    out = tmp_path_factory.mktemp("matrix") / "whole"
    assert run(out, *words) == 0
    return out


def resume(folder: Path, *words: str) -> int:
    overrides = ["task=realism", "report=matrix", f"resume={folder}", *words]
    return run_task(recompose(overrides), folder.parent / "unused", overrides)


def test_the_study_leaves_all_its_files(whole: Path) -> None:
    payload = json.loads((whole / "matrix.json").read_bytes())
    assert payload["models"] == ["old", "mine"] and payload["seeds"] == [3, 4]
    assert payload["judges"] == ["old", "mine", "exchange"] and payload["sessions"] == 7
    for row in payload["money"].values():
        assert list(row) == ["hold", "maker", "mine", "momentum", "old", "random"]
        assert row["hold"]["value"] == 0.0 and all(one["n"] == 7 for one in row.values())
    flat = json.loads((whole / "metrics.json").read_bytes())
    assert flat["matrix/real_money/mine"] == payload["money"]["exchange"]["mine"]
    assert flat["headline"] == " ".join(payload["sentences"])
    page = (whole / "report.html").read_text()
    assert all(text.split("(")[0] in page for text in payload["sentences"])
    assert {"train", "judge"} <= set(json.loads((whole / "timings.json").read_bytes())["seconds"])


def test_sessions_and_luck_are_the_same_for_all(whole: Path) -> None:
    folds = [
        json.loads((path / "manifest.json").read_bytes())["folds"]
        for path in (whole, *sorted((whole / "trained").iterdir()))
    ]
    assert len(folds) == 5 and all(one == folds[0] for one in folds)
    judged = {
        tuple(pl.read_parquet(file)["session"].unique().sort())
        for file in (whole / "plays").rglob("*.parquet")
    }
    assert judged == {tuple(folds[0][0]["judge"])}


def test_each_training_is_a_run_that_can_be_loaded_and_gone_on_with(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = sorted(path.name for path in (whole / "trained").iterdir())
    assert names == ["mine-3", "mine-4", "old-3", "old-4"]
    for name in names:
        one = load_run(whole / "trained" / name)
        assert one.experiment.seed == int(name[-1])
        assert type(one.experiment.fill).__name__ == (
            "OldFill" if name.startswith("old") else "QueueFill"
        )
    words = [f"resume={whole / 'trained/mine-3'}"]
    assert run_task(recompose(words), whole.parent / "unused", words) == 0
    assert "The agent" in capsys.readouterr().out
    assert json.loads((whole / "trained/mine-3/metrics.json").read_bytes())["sessions"] == 7


def failing(call: Callable[..., Any], after: int) -> Callable[..., Any]:
    """A call that is stopped instead of made, after some."""
    made = []

    def stopped(*given: Any, **more: Any) -> Any:
        made.append(given)
        if len(made) > after:
            raise KeyboardInterrupt
        return call(*given, **more)

    return stopped


def test_a_study_that_was_stopped_ends_like_one_that_was_not(
    tmp_path: Path, whole: Path, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "stopped"
    with monkeypatch.context() as patch:
        patch.setattr(FoldRun, "train", failing(FoldRun.train, 2))
        with pytest.raises(KeyboardInterrupt):
            run(out, *words)
    begun = {path: path.read_bytes() for path in out.glob("trained/*/manifest.json")}
    assert len(begun) == 3 and not (out / "plays").exists()
    with monkeypatch.context() as patch:
        patch.setattr(contests, "play", failing(contests.play, 10))
        with pytest.raises(KeyboardInterrupt):
            resume(out)
    assert all(path.read_bytes() == kept for path, kept in begun.items())
    assert len(list(out.rglob("plays/**/*.parquet"))) == 10 and not (out / "matrix.json").exists()
    calls: list[str] = []
    played = contests.play

    def counting(arena: Any, player: Any, **more: Any) -> Any:
        calls.append(player.name)
        return played(arena, player, **more)

    monkeypatch.setattr(contests, "play", counting)
    assert resume(out, "trainer.progress=false") == 0
    # 2 models x 8 contestants, and the exchange with 4 sampled ones more, less what was played.
    assert len(calls) == 16 + 12 - 10
    for name in ("matrix.json", "metrics.json"):
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    calls.clear()
    assert resume(out) == 0 and not calls


def test_what_can_not_be_resumed_is_refused(tmp_path: Path, whole: Path, words: Words) -> None:
    with pytest.raises(RunDirectoryError, match="seed=9 would change it: leave it as it was"):
        resume(whole, "seed=9")
    with pytest.raises(RunDirectoryError, match=r"there is no run directory"):
        resume(tmp_path / "nothing")
    with pytest.raises(RunDirectoryError, match="holds no study of report=matrix"):
        resume(whole / "trained/old-3")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["models=[old,quue]"], r"fill has no option 'quue'.*queue"),
        (["models=[old]"], "give models at least two options of fill"),
        (["models=[old,old]"], "models names 'old' twice; name each once"),
        (["seeds=0"], "seeds is 0; it must be at least 1"),
        (
            ["sessions=24"],
            r"sessions= is of the other reports: give data=synthetic data\.sessions=N",
        ),
        (["data=tape", "data.path=DIR"], "there is none behind a recorded tape"),
        (["world=exchange"], "leave world= away"),
        (["world.decision.unit=messages"], r"set world\.decision\.unit=seconds"),
        (["models=[old,mine]", "body=latency: {order: {median_ms: 5.0}}"], "has other latency"),
        (["models=[old,mine]", "body=fees: {taker_rate: 0.0}"], "has other fees than fill=old"),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else "",
)
def test_bad_input_is_refused_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, words: list[str], sentence: str
) -> None:
    body = [one.removeprefix("body=") for one in words if one.startswith("body=")]
    own = [own_options(tmp_path / "own", body[0])] if body else []
    given = [one for one in words if not one.startswith("body=")]
    (tmp_path / "out").mkdir()
    clash = any(one.startswith("data=") for one in given)
    base = [one for one in TINY if not (clash and one.startswith("data"))]
    overrides = [*base, *own, *given]
    with pytest.raises((RealismError, ConfigError), match=sentence) as refused:
        run_task(recompose(overrides), tmp_path / "out", overrides)
    assert "\n" not in str(refused.value)
    assert not list((tmp_path / "out").iterdir())
