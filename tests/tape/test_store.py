from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from kalshi_exp.tape.quarantine import TapeError
from kalshi_exp.tape.session import MESSAGE, Kind
from kalshi_exp.tape.store import open_tape, write_tape
from kalshi_exp.tape.writer import TapeWriter


def _same(a, b):
    assert replace(a, markets=()) == replace(b, markets=())
    assert a.key == b.key
    for x, y in zip(a.markets, b.markets, strict=True):
        assert (x.ticker, x.close_ts, x.settlement) == (y.ticker, y.close_ts, y.settlement)
        assert x.ladder == y.ladder
        for name in MESSAGE.names:
            assert (x.messages[name] == y.messages[name]).all()
        assert (x.epoch_ts == y.epoch_ts).all()
        assert (x.valid == y.valid).all()


def test_what_is_written_is_loaded(tmp_path, simulated):
    session = simulated.session()
    recv = [m.messages["ts"] + 7 for m in session.markets]
    with TapeWriter(tmp_path / "tape") as writer:
        writer.add(session, recv, open_ts=[3, -1])
        writer.finish()
    tape = open_tape(tmp_path / "tape")
    _same(tape.load("SER-EV"), session)
    assert [r.tolist() for r in tape.load_recv("SER-EV")] == [r.tolist() for r in recv]
    (info,) = tape.infos
    gaps = int((session.markets[0].messages["kind"] == Kind.GAP).sum())
    assert (info.messages, info.markets, info.settled, info.gaps) == (50, 2, True, gaps)
    assert (info.start_ts, info.end_ts) == (session.start_ts, session.end_ts)


def test_a_simulated_tape_has_no_receive_times(tmp_path, simulated):
    tape = write_tape(tmp_path / "tape", [simulated.session()])
    assert set(tape.load_recv("SER-EV")[0].tolist()) == {-1}


def test_the_data_hash_is_of_the_content(tmp_path, simulated):
    one = write_tape(tmp_path / "one", [simulated.session()])
    with TapeWriter(tmp_path / "two") as writer:  # other files, the same sessions
        writer.add(simulated.session(), [m.messages["ts"] for m in simulated.session().markets])
        writer.finish(notes={"a": 1})
    assert one.data_hash == open_tape(tmp_path / "two").data_hash
    changed = simulated.market("SER-EV-A", 1)
    changed.messages["size"][np.flatnonzero(changed.messages["size"] > 0)[0]] += 1
    other = write_tape(tmp_path / "three", [simulated.session(markets=(changed,))])
    assert one.data_hash != other.data_hash


def test_sessions_come_by_start(tmp_path, simulated):
    tape = write_tape(
        tmp_path / "t", [simulated.session("b", 9 + 10**18), simulated.session("a", 10**18)]
    )
    assert [info.name for info in tape.infos] == ["a", "b"]


def test_names_are_unique_and_safe_on_disk(tmp_path, simulated):
    with pytest.raises(TapeError, match="two sessions are named"):
        write_tape(tmp_path / "twice", [simulated.session(), simulated.session()])
    odd = simulated.session("../a b/ü")
    tape = write_tape(tmp_path / "odd", [odd])
    _same(tape.load("../a b/ü"), odd)
    assert len(list((tmp_path / "odd" / "sessions").iterdir())) == 1


def test_what_was_changed_afterwards_is_refused(tmp_path, simulated):
    tape = write_tape(tmp_path / "tape", [simulated.session()])
    path = tmp_path / "tape" / "sessions" / "SER-EV.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(TapeError, match="differs from the manifest"):
        tape.load("SER-EV")
    path.write_bytes(bytes(data[:-1]))
    with pytest.raises(TapeError, match="differs from the manifest"):
        open_tape(tmp_path / "tape")


def test_other_folders_and_versions_are_one_sentence(tmp_path, simulated):
    with pytest.raises(TapeError, match="run task=ingest"):
        open_tape(tmp_path)
    tape = write_tape(tmp_path / "tape", [simulated.session()])
    with pytest.raises(TapeError, match="no session 'nobody'"):
        tape.load("nobody")
    manifest = tmp_path / "tape" / "manifest.json"
    old = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**old, "schema": "old"}))
    with pytest.raises(TapeError, match="another version"):
        open_tape(tmp_path / "tape")


def test_an_empty_tape_opens(tmp_path):
    tape = write_tape(tmp_path / "tape", [])
    assert tape.infos == []
    assert pl.read_parquet(tmp_path / "tape" / "quarantine.parquet").is_empty()
