from __future__ import annotations

import json

import pytest

from kalshi_exp.config import IngestTask
from kalshi_exp.tape import open_tape
from kalshi_exp.tasks.ingest import convert

FRAMES = [
    {"type": "orderbook_snapshot", "sid": 1, "seq": 1, "sending_ts_ms": 1_790_000_000_000,
     "msg": {"market_ticker": "S-E-A", "yes_dollars_fp": [["0.4000", "5.00"]]}},
    {"type": "orderbook_delta", "sid": 1, "seq": 2,
     "msg": {"market_ticker": "S-E-A", "price_dollars": "0.4000", "delta_fp": "1.00",
             "side": "yes", "ts_ms": 1_790_000_001_000}},
]  # fmt: skip


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, FRAMES)) + "\n")
    return path


def _task(source, out, **more):
    return IngestTask(source=str(source), out=str(out), **more)


def test_a_good_capture_ends_with_0_and_says_where(source, tmp_path, capsys):
    assert convert(_task(source, tmp_path / "out")) == 0
    printed = capsys.readouterr()
    assert str(tmp_path / "out") in printed.out
    assert "trades paired with their delta" in printed.err
    assert len(open_tape(tmp_path / "out").infos) == 1


def test_too_many_bad_lines_end_with_1_but_the_rest_is_written(source, tmp_path, capsys):
    source.write_text(source.read_text() + "broken\n")
    assert convert(_task(source, tmp_path / "out")) == 1
    assert "33.3333% of the lines were bad" in capsys.readouterr().err
    assert len(open_tape(tmp_path / "out").infos) == 1
    assert convert(_task(source, tmp_path / "lenient", bad_share=0.4)) == 0


def test_no_session_ends_with_1(tmp_path, capsys):
    (tmp_path / "a.jsonl").write_text(json.dumps(FRAMES[0]) + "\n")
    assert convert(_task(tmp_path / "a.jsonl", tmp_path / "out")) == 1
    assert "gave no session" in capsys.readouterr().err


def test_nothing_to_read_and_nowhere_to_write_end_with_2(source, tmp_path, capsys):
    assert convert(_task(tmp_path / "nowhere", tmp_path / "out")) == 2
    assert "does not exist" in capsys.readouterr().err
    assert convert(_task(source, tmp_path)) == 2
    assert "not empty" in capsys.readouterr().err
