from __future__ import annotations

from dataclasses import replace

import pytest

from kalshi_exp.tape.quarantine import TapeError
from kalshi_exp.tape.store import open_tape, write_tape
from kalshi_exp.tape.writer import TapeWriter, session_hash


def test_every_fact_is_in_the_session_hash(simulated):
    base = simulated.session()
    market = base.markets[0]
    settled = replace(market, settlement=0)
    closed = replace(market, close_ts=1)
    masked = replace(market, valid=~market.valid)
    hashes = {session_hash(simulated.session(markets=(m, base.markets[1]))) for m in
              (market, settled, closed, masked)}  # fmt: skip
    assert len(hashes) == 4


def test_two_writes_are_byte_identical(tmp_path, simulated):
    for name in ("one", "two"):
        write_tape(tmp_path / name, [simulated.session(), simulated.session("other", 5 + 10**18)])
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*"))
    assert len(files) == 7
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_is_left_of_a_write_that_failed(tmp_path, error, simulated):
    with pytest.raises(error), TapeWriter(tmp_path / "tape") as writer:
        writer.add(simulated.session())
        raise error
    assert list(tmp_path.iterdir()) == []


def test_before_it_is_whole_it_is_not_there(tmp_path, simulated):
    with TapeWriter(tmp_path / "tape") as writer:
        writer.add(simulated.session())
        assert not (tmp_path / "tape").exists()
        with pytest.raises(TapeError, match="not an ingested tape"):
            open_tape(writer.folder)
        writer.finish()
    assert [p.name for p in tmp_path.iterdir()] == ["tape"]


def test_a_used_folder_is_refused_and_an_empty_one_taken(tmp_path, simulated):
    (tmp_path / "empty").mkdir()
    write_tape(tmp_path / "empty", [simulated.session()])
    with pytest.raises(TapeError, match="not empty"):
        TapeWriter(tmp_path / "empty")
    (tmp_path / "file").write_text("x")
    with pytest.raises(TapeError, match="not empty"):
        TapeWriter(tmp_path / "file")


def test_a_session_that_breaks_the_schema_is_not_written(tmp_path, simulated):
    market = simulated.market("SER-EV-A", 1)
    market.messages["ts"][0] = 2 * 10**18
    with pytest.raises(TapeError, match="in order of time"):
        write_tape(tmp_path / "tape", [simulated.session(markets=(market,))])
    assert list(tmp_path.iterdir()) == []
