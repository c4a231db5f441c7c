"""`report=fills data=tape` from the command line's words to its files, on tapes simulated here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kalshi_exp.config import Scenario, recompose
from kalshi_exp.exchange import simulate_session
from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.realism import BAND
from kalshi_exp.probes import JOIN_HORIZONS, JOIN_MARKOUTS, STRATEGIES, ProbesError
from kalshi_exp.tape import Session, write_tape
from kalshi_exp.tape.session import Kind
from kalshi_exp.tasks import run_task
from kalshi_exp.tasks.realism import RealismError

MODELS = ("old", *BAND.values())
TINY = [
    "task=realism",
    "report=fills",
    f"models=[{','.join(MODELS)}]",
    "trainer.bootstrap=100",
    "trainer.progress=false",
]
Change = Callable[[np.ndarray], np.ndarray]


def as_it_is(messages: np.ndarray) -> np.ndarray:
    return messages


def deltas_only(messages: np.ndarray) -> np.ndarray:
    """As a recorder of the book alone has it: trades are sizes that went away."""
    kept = messages[messages["kind"] != Kind.PRINT].copy()
    kept["kind"][kept["kind"] == Kind.FILL] = Kind.CANCEL
    return kept


def with_a_gap(messages: np.ndarray) -> np.ndarray:
    """Something is missing 40 s from the end."""
    at = int(np.searchsorted(messages["ts"], messages["ts"][-1] - 40 * SECOND))
    gap = messages[at : at + 1].copy()
    gap["kind"], gap["size"], gap["level"], gap["side"] = Kind.GAP, 0, 0, 0
    return np.concatenate([messages[:at], gap, messages[at:]])


def changed(session: Session, change: Change) -> Session:
    markets = tuple(replace(one, messages=change(one.messages)) for one in session.markets)
    return replace(session, markets=markets)


@pytest.fixture(scope="module")
def sessions() -> list[Session]:
    return [simulate_session(Scenario(duration_s=120.0), 9, number) for number in range(12)]


def run(folder: Path, sessions: list[Session], change: Change = as_it_is, *words: str) -> dict:
    write_tape(folder / "tape", [changed(one, change) for one in sessions])
    overrides = [*TINY, f"data.path={folder / 'tape'}", *words]
    (folder / "out").mkdir()
    assert run_task(recompose(overrides), folder / "out", overrides) == 0
    payload: dict = json.loads((folder / "out/metrics.json").read_bytes())
    return payload


@pytest.fixture(scope="module")
def whole(sessions: list[Session], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("whole")
    return folder, run(folder, sessions)


def test_the_joiners_band_and_every_models_place(whole: tuple[Path, dict]) -> None:
    folder, payload = whole
    for seconds in JOIN_HORIZONS:
        lo, mid, hi = (payload[f"joiner/odds/{seconds}/{end}"] for end in BAND)
        assert 0 <= lo <= mid <= hi <= 1
    for seconds in JOIN_MARKOUTS:
        assert all(-50 < payload[f"joiner/markout_cents/{seconds}/{end}"] < 50 for end in BAND)
    found = payload["joiner"]
    assert set(found["models"]) == set(MODELS) and found["withheld"] is None
    for name, model in found["models"].items():
        assert set(model["odds"]) == {str(one) for one in JOIN_HORIZONS}
        assert set(model["markout_cents"]) == {str(one) for one in JOIN_MARKOUTS}
        assert set(found["place"][name]["odds"].values()) <= {"inside", "above", "below"}
        assert model["odds"]["60"]["lo"] <= model["odds"]["60"]["value"]
    assert {found["place"][name]["odds"]["30"] for name in BAND.values()} == {"inside"}
    assert found["sent"] > 60 and found["across_gaps"] == payload["gaps"] == 0
    assert payload["windows"] == [f"{number:06d}" for number in range(1, 12, 2)]
    assert payload["fitted_windows"] == [f"{number:06d}" for number in range(0, 12, 2)]
    assert payload["windows_without_trades"] == []
    assert payload["within"]["queue"] == 1.0 and len(payload["strategies"]) == len(STRATEGIES)
    assert payload["models"]["old"]["passive"]["violations"]["value"] > 0
    assert payload["models"]["queue"]["passive"]["violations"]["value"] == 0
    text = (folder / "out/report.html").read_text()
    assert "were left out" not in text and "record no trade" not in text
    assert 'id="joiner-odds"' in text


def test_the_same_words_give_the_same_bytes(
    whole: tuple[Path, dict], sessions: list[Session], tmp_path: Path
) -> None:
    run(tmp_path, sessions)
    first, second = (one / "out/metrics.json" for one in (whole[0], tmp_path))
    assert first.read_bytes() == second.read_bytes()


def test_a_tape_of_deltas_says_what_it_can(sessions: list[Session], tmp_path: Path) -> None:
    payload = run(tmp_path, sessions, deltas_only)
    assert "no window records a trade" in payload["joiner"]["withheld"]
    for name in ("odds/30", "markout_cents/5"):
        assert {payload[f"joiner/{name}/{end}"] for end in BAND} == {None}
    assert payload["headline"].startswith("Nothing can be said of resting orders: no window")
    for groups in payload["models"].values():
        for figure in groups["passive"].values():
            assert figure["value"] is None and "record the trade channel" in figure["reason"]
        assert groups["aggressive"]["fill_rate"]["value"] > 0
        assert groups["aggressive"]["slippage_medium"]["value"] is not None
    assert payload["within"] == {} and len(payload["windows_without_trades"]) == 6
    assert "Nothing can be said" in (tmp_path / "out/report.html").read_text()


def test_a_window_without_trades_among_others_is_told(
    sessions: list[Session], tmp_path: Path
) -> None:
    mixed = [changed(one, deltas_only if k == 3 else as_it_is) for k, one in enumerate(sessions)]
    payload = run(tmp_path, mixed, as_it_is, "models=[queue_pessimistic,queue,queue_optimistic]")
    assert payload["windows_without_trades"] == ["000003"]
    assert payload["joiner/odds/30/mid"] is not None
    assert "1 of the windows record no trade" in (tmp_path / "out/report.html").read_text()


def test_orders_across_gaps_are_left_out_and_counted(
    whole: tuple[Path, dict], sessions: list[Session], tmp_path: Path
) -> None:
    payload = run(tmp_path, sessions, with_a_gap)
    found = payload["joiner"]
    assert found["across_gaps"] > 0 and payload["gaps"] == 6
    assert found["sent"] + found["across_gaps"] == whole[1]["joiner"]["sent"]
    text = (tmp_path / "out/report.html").read_text()
    assert f"{found['across_gaps']:,} more were left out" in text and "has 6 gaps" in text


def test_few_windows_give_values_without_intervals(sessions: list[Session], tmp_path: Path) -> None:
    payload = run(tmp_path, sessions[:4])
    one = payload["joiner"]["models"]["queue"]["odds"]["30"]
    assert one["value"] is not None and one["lo"] is None
    assert one["reason"] == "2 sessions: an interval needs at least 6"
    rate = payload["models"]["queue"]["passive"]["fill_rate"]
    assert rate["value"] is not None and rate["reason"] == one["reason"]


def test_without_the_rulers_ends_there_is_no_band(sessions: list[Session], tmp_path: Path) -> None:
    payload = run(tmp_path, sessions[:4], as_it_is, "models=[old,queue]")
    assert "joiner/odds/30/mid" in payload and "joiner/odds/30/lo" not in payload
    assert "needs the models queue_pessimistic and queue_optimistic" in payload["headline"]
    assert payload["within"] == {} and payload["joiner"]["place"]["old"]["odds"] == {}
    assert (tmp_path / "out/report.html").stat().st_size > 0


def test_what_can_not_be_done_is_refused_and_nothing_is_left(
    sessions: list[Session], tmp_path: Path
) -> None:
    def refused(name: str, match: str, one: list[Session], *words: str, error=RealismError) -> None:
        folder = tmp_path / name
        folder.mkdir()
        with pytest.raises(error, match=match):
            run(folder, one, as_it_is, *words)
        assert not list((folder / "out").iterdir())

    refused("unknown", "'quue', which is no fill model", sessions[:4], "models=[quue]")
    refused("one", "holds 1 windows", sessions[:1])
    refused("resumed", "leave it out with a tape", sessions[:4], f"resume={tmp_path}")
    other = Scenario(duration_s=120.0, grid="deci_cent")
    four = [sessions[0], sessions[1], sessions[2], simulate_session(other, 9, 3)]
    refused("grids", "different price grids", four, error=ProbesError)
