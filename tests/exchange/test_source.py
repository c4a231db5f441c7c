"""The embedded data is generated once, whole, and is a function of its recipe."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange import simulate_session, synthetic_tape
from kalshi_exp.exchange.source import recipe_hash
from kalshi_exp.tape import session_hash

SHORT = replace(Scenario(), duration_s=60.0)


def test_written_once_and_equal_to_the_simulation(tmp_path, monkeypatch):
    tape = synthetic_tape(SHORT, 4, 7, tmp_path)
    assert [info.name for info in tape.infos] == ["000000", "000001", "000002", "000003"]
    assert all(info.settled and info.gaps == 0 for info in tape.infos)
    for number, info in enumerate(tape.infos):
        loaded, made = tape.load(info.name), simulate_session(SHORT, 7, number)
        assert session_hash(loaded) == session_hash(made)
    assert [path.name for path in (tmp_path / "tapes").iterdir()] == [tape.path.name]

    monkeypatch.setattr("kalshi_exp.exchange.source.simulate_session", None)  # not called again
    assert synthetic_tape(SHORT, 4, 7, tmp_path).data_hash == tape.data_hash


def test_a_damaged_cache_is_made_again(tmp_path):
    tape = synthetic_tape(SHORT, 2, 7, tmp_path)
    (tape.path / "markets.parquet").write_bytes(b"")
    assert synthetic_tape(SHORT, 2, 7, tmp_path).data_hash == tape.data_hash


def test_an_interrupted_generation_leaves_nothing(tmp_path, monkeypatch):
    def stop(scenario, seed, number):
        if number == 1:
            raise KeyboardInterrupt
        return simulate_session(scenario, seed, number)

    monkeypatch.setattr("kalshi_exp.exchange.source.simulate_session", stop)
    with pytest.raises(KeyboardInterrupt):
        synthetic_tape(SHORT, 3, 7, tmp_path)
    assert list((tmp_path / "tapes").iterdir()) == []


def test_the_recipe_is_the_whole_key():
    keys = {
        recipe_hash(SHORT, 4, 7),
        recipe_hash(SHORT, 5, 7),
        recipe_hash(SHORT, 4, 8),
        recipe_hash(replace(SHORT, grid="deci_cent"), 4, 7),
        recipe_hash(replace(SHORT, noise=replace(SHORT.noise, depth_ticks=2.0)), 4, 7),
    }
    assert len(keys) == 5
    assert recipe_hash(replace(SHORT), 4, 7) in keys


def test_no_session_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least one"):
        synthetic_tape(SHORT, 0, 7, tmp_path)
