"""`report=fills data=twins` from the command line's words to its files, on a few short sessions."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from kalshi_exp.config import ConfigError, recompose
from kalshi_exp.learn import RunDirectoryError
from kalshi_exp.metrics.realism import CEILING, FIGURES, GROUPS
from kalshi_exp.probes import STRATEGIES
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.realism import RealismError

MODELS = ("old", "queue", "calibrated")
TINY = [
    "task=realism",
    "report=fills",
    "data=twins",
    "scenario=plain",
    "scenario.duration_s=90",
    "sessions=6",
    f"models=[{','.join(MODELS)}]",
    "trainer.bootstrap=100",
    "trainer.progress=false",
]


def run(out: Path, *words: str, base: list[str] = TINY) -> Path:
    overrides = [*base, *words]
    out.mkdir(exist_ok=True)
    assert run_task(recompose(overrides), out, overrides) == 0
    return out


def figures(folder: Path) -> bytes:
    return (folder / "metrics.json").read_bytes()


@pytest.fixture(scope="module", autouse=True)
def _small_parts() -> object:
    """Sessions are played three at a time, so that there are parts to lose."""
    module = sys.modules["kalshi_exp.tasks.realism.twins"]
    patch = pytest.MonkeyPatch()
    patch.setattr(module, "_PART", 3)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("twins") / "done")


@pytest.fixture(scope="module")
def payload(done: Path) -> dict:
    found: dict = json.loads(figures(done))
    return found


def test_everything_is_there(done: Path, payload: dict) -> None:
    names = {figure.name for figure in FIGURES}
    assert set(payload["models"]) == {CEILING, *MODELS}
    for model, groups in payload["models"].items():
        for group in GROUPS:
            assert set(groups[group]) == names
            assert payload[f"fills/{model}/{group}/pearson"] == groups[group]["pearson"]
    for model in MODELS[1:]:
        for group in (*GROUPS, "all"):
            for name in ("pearson", "error_cents", "fill_rate_error", "pearson_cells"):
                assert payload[f"fills/{model}/{group}/lead_{name}"]["n"] == 6
    assert len(payload["strategies"]) == len(STRATEGIES)
    assert payload["numbers"] == [20_000, 20_006] and payload["sessions"] == 6
    assert payload["scenario"] == "plain"
    assert payload["best"] in MODELS and payload["best"] in payload["headline"]
    assert [row["rung"] for row in payload["ladder"]][:3] == [
        "old, at once", "orders take time", "depth is finite",
    ]  # fmt: skip
    assert {path.name for path in (done / "parts").iterdir()} == {"020000.npz", "020003.npz"}
    text = (done / "report.html").read_text()
    assert payload["headline"].split(" ")[1] in text and 'id="ladder-passive"' in text
    timings = json.loads((done / "timings.json").read_bytes())
    assert set(timings["seconds_of_play"]) >= {"truth", CEILING, *MODELS}


def test_figures_are_what_they_must_be(payload: dict) -> None:
    def value(model: str, group: str, name: str) -> float:
        found: float = payload["models"][model][group][name]["value"]
        return found

    for group in GROUPS:
        ceiling = value(CEILING, group, "pearson")
        assert ceiling > 0.95 and ceiling > value("old", group, "pearson")
        assert value(CEILING, group, "error_cents") < value("queue", group, "error_cents")
        for model in (CEILING, "queue", "calibrated"):
            assert value(model, group, "violations") == 0
        assert value("old", group, "violations") > 0
        for model in (CEILING, *MODELS):
            odds = [value(model, group, f"odds_{h}") for h in (1, 5, 30, 60)]
            assert odds == sorted(odds) and odds[0] >= 0 and odds[-1] <= 1
            assert 0 <= value(model, group, "brier_30") <= 1
    # It fills any size at the best price.
    large = payload["truth"]["aggressive"]["slippage_large"]["value"]
    assert value("old", "aggressive", "slippage_large") < large


def test_another_run_in_other_parts_is_the_same_to_the_byte(
    done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["kalshi_exp.tasks.realism.twins"], "_PART", 4)
    monkeypatch.setattr(sys.modules["kalshi_exp.tasks.realism.twins"], "_WORKERS", 1)
    assert figures(run(tmp_path / "parts")) == figures(done)


def test_a_stopped_run_goes_on_to_the_same_figures(done: Path, tmp_path: Path) -> None:
    before = figures(done)
    (done / "metrics.json").unlink()
    (done / "parts/020003.npz").unlink()
    kept = (done / "parts/020000.npz").stat().st_mtime_ns
    words = ["task=realism", "report=fills", f"resume={done}"]  # it knows that it was of twins
    run(tmp_path / "unused", base=words)
    assert figures(done) == before
    assert (done / "parts/020000.npz").stat().st_mtime_ns == kept
    assert not list((tmp_path / "unused").iterdir())


def test_a_run_goes_on_as_what_it_was_or_not_at_all(done: Path, tmp_path: Path) -> None:
    words = ["task=realism", "report=fills", "data=twins", f"resume={done}"]
    with pytest.raises(RunDirectoryError, match=r"seed=1 would change it.*start a new run"):
        run(tmp_path / "a", "seed=1", base=words)
    with pytest.raises(RunDirectoryError, match=r"models=\[old\] would change it"):
        run(tmp_path / "b", "models=[old]", base=words)
    other = tmp_path / "other"
    other.mkdir()
    (other / "manifest.json").write_text("{}")
    with pytest.raises(RunDirectoryError, match="is no task=realism report=fills on data=twins"):
        run(tmp_path / "c", base=[*words[:3], f"resume={other}"])
    with pytest.raises(RunDirectoryError, match="no run directory"):
        run(tmp_path / "d", base=[*words[:3], f"resume={tmp_path / 'nowhere'}"])
    with pytest.raises(RunDirectoryError, match="already holds a run"):
        run(done)


def test_what_can_not_be_done_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(RealismError, match="'quue', which is no fill model"):
        run(out, "models=[old,quue]")
    with pytest.raises(RealismError, match="choose data=twins, or data=tape"):
        run(out, "data=synthetic")
    assert not list(out.iterdir())
    for words in (["data=twins"], ["task=realism", "report=market", "data=twins"]):
        with pytest.raises(ValueError, match="data=tape"):
            run(out, base=words)
        assert not list(out.iterdir())
    with pytest.raises(ConfigError, match="sessions is 5"):
        recompose([*TINY, "sessions=5"])
