from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kalshi_exp.market.units import ASK, BID, MILLISECOND, SECOND
from kalshi_exp.tape import Kind, Reason, TapeError, ingest, open_tape
from kalshi_exp.tape.writer import TapeWriter

MARKET = "SER-EV-A"


def _faults(out):
    return pl.read_parquet(out / "quarantine.parquet")


def _one(out, reason):
    """(file, line) of the only fault of a reason."""
    rows = _faults(out).filter(pl.col("reason") == str(reason))
    assert len(rows) == 1, rows
    return rows["file"][0], rows["line"][0]


def _kinds(market):
    return {kind.name: int((market.messages["kind"] == kind).sum()) for kind in Kind}


def _book(market, upto=None):
    sizes = {}
    for m in market.messages[:upto]:
        if m["kind"] < Kind.PRINT:
            price = int(market.ladder.prices[m["level"]])
            sizes[int(m["side"]), price] = sizes.get((int(m["side"]), price), 0) + int(m["size"])
    return {k: v for k, v in sizes.items() if v}


def _run(recorder, tmp_path, name="capture.jsonl"):
    summary = ingest(recorder.write(tmp_path / "in" / name), tmp_path / "out")
    return summary, open_tape(tmp_path / "out")


# --- a good capture -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json", "a.jsonl.gz"])
@pytest.mark.parametrize("envelope", [True, False])
def test_a_good_capture(recorder, make, tmp_path, name, envelope):
    recorder.envelope = envelope
    make.good_session(recorder, MARKET, steps=40)
    recorder.raw("")
    make.write_metadata(tmp_path / "in", make.market_record(MARKET, close_ms=10_000))
    summary, tape = _run(recorder, tmp_path, name)
    assert (summary.snapshots, summary.deltas, summary.trades) == (1, 90, 10)
    assert (summary.paired_trades, summary.quarantined, summary.gaps) == (10, 0, 0)
    assert summary.lines == 101
    session = tape.load("SER-EV")
    (market,) = session.markets
    assert _kinds(market) == {
        "ADD": 40, "CANCEL": 40, "FILL": 10, "SNAPSHOT": 4, "PRINT": 0, "GAP": 0,
    }  # fmt: skip
    assert _book(market) == {
        (BID, 4000): 10_000, (BID, 3900): 5_000, (ASK, 4500): 7_000, (ASK, 4600): 2_000,
    }  # fmt: skip
    assert market.settlement == 10_000
    assert market.close_ts == (make.t0 + 10_000) * MILLISECOND
    fills = market.messages[market.messages["kind"] == Kind.FILL]
    assert set(fills["side"]) == {ASK}
    assert set(market.ladder.prices[fills["level"]]) == {4500}


def test_the_receive_time_is_kept_beside_exchange_time(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=3)
    _, tape = _run(recorder, tmp_path)
    recv = tape.load_recv("SER-EV")[0]
    ts = tape.load("SER-EV").markets[0].messages["ts"]
    assert set(recv[4:] - ts[4:]) == {12 * MILLISECOND}
    assert set(recv[:4]) == {make.t0 * MILLISECOND}


def test_a_trade_without_its_delta_is_a_print(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=3)
    recorder.trade(MARKET, "no", 40, 3, 1500)
    summary, tape = _run(recorder, tmp_path)
    assert (summary.trades, summary.paired_trades) == (2, 1)
    market = tape.load("SER-EV").markets[0]
    prints = market.messages[market.messages["kind"] == Kind.PRINT]
    assert prints["side"].tolist() == [BID]
    assert prints["size"].tolist() == [300]
    assert market.ladder.prices[prints["level"]].tolist() == [4000]
    assert prints["ts"].tolist() == [(make.t0 + 1500) * MILLISECOND]


def test_block_trades_and_unknown_markets_stay_off_the_tape(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=3)
    recorder.frame({"type": "trade", "msg": {
        "market_ticker": MARKET, "yes_price_dollars": "0.4000", "count_fp": "9.00",
        "taker_side": "no", "is_block_trade": True, "ts_ms": make.t0 + 1500}}, 2)  # fmt: skip
    recorder.trade("SER-EV-B", "no", 40, 3, 1500)
    summary, tape = _run(recorder, tmp_path)
    assert (summary.block_trades, summary.trades, summary.paired_trades) == (1, 2, 1)
    assert [m.ticker for m in tape.load("SER-EV").markets] == [MARKET]
    assert summary.reasons["no_book"] == 1


def test_markets_of_an_event_share_a_session(recorder, make, tmp_path):
    for market in ("SER-EV-B", "SER-EV-A", "SER-OTHER-A"):
        make.good_session(recorder, market, steps=5)
    summary, tape = _run(recorder, tmp_path)
    assert summary.sessions == 2
    assert [m.ticker for m in tape.load("SER-EV").markets] == ["SER-EV-A", "SER-EV-B"]
    assert {info.series for info in tape.infos} == {"SER"}


def test_own_fills_are_kept_apart(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=5)
    recorder.frame({"type": "fill", "msg": {
        "trade_id": "t", "order_id": "o", "market_ticker": MARKET, "is_taker": True, "side": "no",
        "yes_price_dollars": "0.1600", "count_fp": "1.16", "fee_cost": "0.011000",
        "action": "buy", "book_side": "ask", "post_position_fp": "4.36",
        "ts_ms": make.t0 + 1}}, 9, numbered=False)  # fmt: skip
    summary, tape = _run(recorder, tmp_path)
    assert summary.own_fills == 1
    (fill,) = pl.read_parquet(tape.path / "own_fills.parquet").to_dicts()
    assert (fill["side"], fill["price"], fill["size"], fill["fee"]) == (ASK, 1600, 116, 11_000)
    assert (fill["position"], fill["ts"]) == (436, (make.t0 + 1) * MILLISECOND)


def test_nothing_after_the_close(recorder, make, tmp_path):
    recorder.snapshot(MARKET, [(40, 100)], [(55, 80)])
    recorder.delta(MARKET, "yes", 40, 5, 60_000)
    recorder.delta(MARKET, "yes", 40, -105, 60_000, us=11)
    recorder.trade(MARKET, "no", 40, 105, 60_000)
    recorder.snapshot(MARKET, [], [], ms=60_800)
    make.write_metadata(tmp_path / "in", make.market_record(MARKET, close_ms=60_000))
    summary, tape = _run(recorder, tmp_path)
    market = tape.load("SER-EV").markets[0]
    assert market.messages["ts"].max() == (make.t0 + 60_000) * MILLISECOND
    assert _kinds(market)["ADD"] == 1
    assert _kinds(market)["FILL"] == _kinds(market)["PRINT"] == 0
    assert (summary.dropped_after_close, summary.paired_trades) == (3, 1)


def test_without_a_record_the_empty_snapshot_tells_the_close(recorder, make, tmp_path):
    minute = -(make.t0 % 60_000) + 120_000
    recorder.snapshot(MARKET, [(40, 100)], [(55, 80)])
    recorder.delta(MARKET, "yes", 40, 5, 1_000)
    recorder.delta(MARKET, "yes", 40, -105, minute, us=11)
    recorder.snapshot(MARKET, [], [], ms=minute + 800)
    summary, tape = _run(recorder, tmp_path)
    assert tape.load("SER-EV").markets[0].close_ts == (make.t0 + minute) * MILLISECOND
    assert (summary.gaps, summary.dropped_after_close) == (0, 2)


def test_a_recording_that_stops_early_trades_to_its_end_unsettled(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=5)
    record = make.market_record(MARKET, close_ms=10**9)
    make.write_metadata(tmp_path / "in", record)
    _, tape = _run(recorder, tmp_path)
    market = tape.load("SER-EV").markets[0]
    assert market.close_ts == tape.infos[0].end_ts == market.messages["ts"][-1]
    assert market.settlement == -1
    row = pl.read_parquet(tape.path / "markets.parquet").to_dicts()[0]
    assert row["official_close_ts"] == (make.t0 + 10**9) * MILLISECOND


def test_lifecycle_frames_change_grid_close_and_result(recorder, make, tmp_path):
    def lifecycle(**msg):
        frame = {"type": "market_lifecycle_v2", "msg": {"market_ticker": MARKET, **msg}}
        recorder.recv = make.t0 + msg.pop("at")
        frame["msg"].pop("at")
        recorder.frame(frame, 3)

    close = make.t0 // 1000 + 100
    lifecycle(at=-5, event_type="created", close_ts=close + 50, price_level_structure="linear_cent")
    make.good_session(recorder, MARKET, steps=5)
    lifecycle(at=5_000, event_type="price_level_structure_updated",
              price_level_structure="deci_cent",
              price_ranges=[{"start": "0.0000", "end": "1.0000", "step": "0.0010"}])  # fmt: skip
    lifecycle(at=5_001, event_type="close_date_updated", close_ts=close)
    recorder.delta(MARKET, "yes", 40.1, 7, 6_000)
    recorder.delta(MARKET, "yes", 40.1, -7, 110_000)
    lifecycle(at=120_000, event_type="determined", result="no", settlement_value="0.0000")
    summary, tape = _run(recorder, tmp_path)
    market = tape.load("SER-EV").markets[0]
    assert market.ladder.n == 999
    assert market.valid.sum(axis=1).tolist() == [99, 999]
    assert market.epoch_ts[1] == (make.t0 + 5_000) * MILLISECOND
    assert (market.close_ts, market.settlement) == (close * SECOND, 0)
    assert (summary.dropped_after_close, summary.missing_settlements) == (1, 0)


# --- three generations in one capture -----------------------------------------------------------


def test_three_generations_mixed(tmp_path, make):
    recorder = make.Recorder()
    t = make.t0

    def frame(kind, sid=1, **msg):
        recorder.frame({"type": kind, "msg": {"market_ticker": MARKET, **msg}}, sid)

    recorder.recv = t
    frame("orderbook_snapshot", yes=[[40, 100]], yes_dollars=[["0.400", 100]], no=[[55, 80]])
    recorder.recv = t + 1_000
    frame("orderbook_delta", price=40, price_dollars="0.400", delta=-30, side="yes")
    recorder.recv = t + 1_010
    recorder.frame({"type": "trade", "msg": {
        "market_ticker": MARKET, "yes_price": 40, "no_price": 60, "count": 30,
        "taker_side": "no", "ts": (t + 1_000) // 1000}}, 2, numbered=False)  # fmt: skip
    recorder.recv = t + 2_000
    frame("orderbook_delta", price=39, price_dollars="0.390", delta=5, delta_fp="5.25",
          side="yes", ts="2026-09-21T14:13:22.000500Z")  # fmt: skip
    recorder.delta(MARKET, "no", 55, -1.5, 3_000)
    recorder.trade(MARKET, "yes", 45, 1.5, 3_000)
    make.write_metadata(tmp_path / "in", make.market_record(MARKET))
    summary, tape = _run(recorder, tmp_path)
    assert (summary.quarantined, summary.paired_trades, summary.gaps) == (0, 2, 0)
    market = tape.load("SER-EV").markets[0]
    assert market.messages["kind"].tolist() == [
        Kind.SNAPSHOT, Kind.SNAPSHOT, Kind.FILL, Kind.ADD, Kind.FILL,
    ]  # fmt: skip
    assert market.messages["size"].tolist() == [10_000, 8_000, -3_000, 525, -150]
    assert _book(market) == {(BID, 4000): 7_000, (BID, 3900): 525, (ASK, 4500): 7_850}
    assert (market.messages["ts"][2:] // MILLISECOND - t).tolist() == [1_000, 2_000, 3_000]


# --- gaps and reconnects ------------------------------------------------------------------------


def test_a_lost_frame_is_a_gap_for_every_market_of_its_subscription(recorder, make, tmp_path):
    for market in ("SER-EV-A", "SER-EV-B"):
        recorder.snapshot(market, [(40, 100)], [(55, 80)])
    for i in range(40):
        recorder.delta(f"SER-EV-{'AB'[i % 2]}", "yes", 38, 10, 1000 + i)
    recorder.lines.pop(20)
    summary, tape = _run(recorder, tmp_path)
    assert (summary.gaps, summary.gap_messages) == (1, 2)
    assert _one(tape.path, Reason.GAP) == ("capture.jsonl", 21)
    assert tape.infos[0].gaps == 2
    for market in tape.load("SER-EV").markets:
        place = np.flatnonzero(market.messages["kind"] == Kind.GAP)
        assert len(place) == 1
        assert market.messages["ts"][place] == market.messages["ts"][place + 1]
        assert market.messages["ts"][place][0] // MILLISECOND - make.t0 in (1018, 1019, 1020)


def test_acknowledgements_are_no_gaps(recorder, make, tmp_path):
    recorder.ack()
    make.good_session(recorder, MARKET, steps=5)
    recorder.ack()
    make.good_session(recorder, "SER-EV-B", steps=5)
    assert _run(recorder, tmp_path)[0].gaps == 0


def test_one_market_of_a_shared_subscription_has_no_false_gaps(recorder, make, tmp_path):
    recorder.snapshot(MARKET, [(40, 100)], [(55, 80)])
    for i in range(600):
        recorder.delta("OTHER-X-Y" if i % 3 else MARKET, "yes", 38, 10, 1000 + i)
    recorder.lines = [line for line in recorder.lines if MARKET in line]
    summary, _ = _run(recorder, tmp_path)
    assert (summary.gaps, summary.gap_messages, summary.filtered_channels) == (0, 0, 1)


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("envelope", [True, False])
def test_a_reconnect_is_one_gap_and_the_snapshot_says_what_differs(
    recorder, make, tmp_path, announced, envelope
):
    recorder.envelope = envelope
    make.good_session(recorder, MARKET, steps=40)
    recorder.seqs = {1: 5, 2: 0}
    if announced:
        recorder.subscribed(1)
    line = recorder.snapshot(MARKET, [(40, 100), (37, 5)], [(55, 70), (54, 20)], ms=70_000)
    recorder.delta(MARKET, "yes", 37, 1, 70_100)
    summary, tape = _run(recorder, tmp_path)
    assert (summary.gaps, summary.gap_messages, summary.quarantined - 1) == (1, 1, 1)
    assert _one(tape.path, Reason.GAP) == ("capture.jsonl", line)
    market = tape.load("SER-EV").markets[0]
    tail = market.messages[-4:]
    assert tail["kind"].tolist() == [Kind.GAP, Kind.SNAPSHOT, Kind.SNAPSHOT, Kind.ADD]
    assert tail["size"].tolist() == [0, -5_000, 500, 100]
    assert _book(market) == {
        (BID, 4000): 10_000, (BID, 3700): 600, (ASK, 4500): 7_000, (ASK, 4600): 2_000,
    }  # fmt: skip


def test_a_snapshot_on_request_that_agrees_is_no_gap(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=4)
    recorder.snapshot(MARKET, [(40, 100), (39, 50)], [(55, 79), (54, 20)], ms=3_000)
    summary, tape = _run(recorder, tmp_path)
    assert (summary.gaps, summary.snapshots) == (0, 2)
    assert _kinds(tape.load("SER-EV").markets[0])["SNAPSHOT"] == 4


def test_a_snapshot_that_differs_proves_a_loss(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=4)
    line = recorder.snapshot(MARKET, [(40, 99)], [(55, 79), (54, 20)], ms=3_000)
    summary, tape = _run(recorder, tmp_path)
    assert summary.gaps == 1
    assert _one(tape.path, Reason.GAP) == ("capture.jsonl", line)


def test_an_older_connection_is_superseded(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=10)
    recorder.snapshot(MARKET, [(40, 100)], [(55, 80)], ms=5_000, sid=7)
    recorder.delta(MARKET, "yes", 40, 1, 5_100, sid=7)
    line = recorder.delta(MARKET, "yes", 40, 1, 5_100, sid=1)
    _, tape = _run(recorder, tmp_path)
    assert _one(tape.path, Reason.SUPERSEDED) == ("capture.jsonl", line)
    assert _book(tape.load("SER-EV").markets[0])[BID, 4000] == 10_100


def test_a_recording_goes_on_in_the_next_file_of_its_folder(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=40)
    first, second = recorder.lines[:50], recorder.lines[50:]
    for name, lines in (("1.jsonl", first), ("2.jsonl", second)):
        recorder.lines = lines
        recorder.write(tmp_path / "in" / name)
    summary = ingest(tmp_path / "in", tmp_path / "out")
    assert (summary.gaps, summary.paired_trades, summary.quarantined) == (0, 10, 1)
    recorder.lines = first + second
    recorder.write(tmp_path / "whole" / "1.jsonl")
    ingest(tmp_path / "whole", tmp_path / "out2")
    assert open_tape(tmp_path / "out").data_hash == open_tape(tmp_path / "out2").data_hash


# --- bad input ----------------------------------------------------------------------------------


def test_the_zoo_of_bad_input(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=10)
    expected = {
        Reason.BROKEN_JSON: recorder.raw('{"type": "orderbook_del'),
        Reason.NOT_A_FRAME: recorder.raw("[1, 2]"),
        Reason.UNKNOWN_TYPE: recorder.frame({"type": "margin_call", "msg": {}}, None),
        Reason.OFF_GRID: recorder.delta(MARKET, "yes", 38.55, 1, 5_000),
        Reason.NEGATIVE_LEVEL: recorder.delta(MARKET, "yes", 39, -50.01, 5_010),
        Reason.CROSSED_BOOK: recorder.delta(MARKET, "yes", 45, 1, 5_020),
        Reason.BAD_FIELD: recorder.delta(MARKET, "maybe", 39, 1, 5_030),
        Reason.NO_SNAPSHOT: recorder.delta("SER-EV-B", "yes", 39, 1, 5_040),
    }
    # The two unreadable ones had sequence numbers: without them there is a true gap.
    recorder.delta(MARKET, "yes", 39, 1, 5_050)
    recorder.delta(MARKET, "yes", 39, 1, 5_060)
    late = len(recorder.lines)
    recorder.lines[-2:] = recorder.lines[:-3:-1]
    recorder.raw(recorder.lines[-2])
    expected |= {Reason.OUT_OF_ORDER: late, Reason.DUPLICATE: late + 1}
    make.write_metadata(tmp_path / "in", make.market_record(MARKET))
    recorder.write(tmp_path / "in" / "a.jsonl")
    (tmp_path / "in" / "empty.jsonl").write_text("\n")
    cut = make.Recorder()
    make.good_session(cut, "SER-CUT-A", steps=400)
    data = gzip.compress(cut.text().encode())
    (tmp_path / "in" / "z").mkdir()
    (tmp_path / "in" / "z" / "cut.jsonl.gz").write_bytes(data[: len(data) * 2 // 3])

    summary = ingest(tmp_path / "in", tmp_path / "out")
    for reason, line in expected.items():
        assert _one(tmp_path / "out", reason) == ("a.jsonl", line), reason
    assert _one(tmp_path / "out", Reason.EMPTY_FILE) == ("empty.jsonl", 0)
    file, line = _one(tmp_path / "out", Reason.TRUNCATED_FILE)
    assert file == "z/cut.jsonl.gz"
    assert line > 100
    assert _one(tmp_path / "out", Reason.MISSING_SETTLEMENT) == ("", 0)  # of SER-CUT-A
    assert (summary.negative_levels, summary.crossed_states) == (1, 1)
    assert summary.quarantined == len(_faults(tmp_path / "out")) == sum(summary.reasons.values())
    assert summary.bad_share == summary.bad_lines / summary.lines
    assert json.loads((tmp_path / "out" / "ingest.json").read_text()) == summary.to_dict()
    kept = set(_faults(tmp_path / "out").filter(pl.col("kept"))["reason"])
    assert kept == {"out_of_order", "gap"} & kept and "out_of_order" in kept

    # The rest is kept: the book is that of the good frames.
    market = open_tape(tmp_path / "out").load("SER-EV").markets[0]
    assert _book(market)[BID, 3900] == 5_000 + 200
    assert (np.diff(market.messages["ts"]) >= 0).all()
    cut_market = open_tape(tmp_path / "out").load("SER-CUT").markets[0]
    assert len(cut_market.messages) > 100


def test_late_frames_make_the_same_tape(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=40)
    recorder.write(tmp_path / "a" / "a.jsonl")
    for i in range(3, 90, 6):
        recorder.lines[i], recorder.lines[i + 2] = recorder.lines[i + 2], recorder.lines[i]
    recorder.write(tmp_path / "b" / "a.jsonl")
    one = ingest(tmp_path / "a", tmp_path / "out1")
    two = ingest(tmp_path / "b", tmp_path / "out2")
    assert two.reasons["out_of_order"] > 10
    assert two.gaps == one.gaps == 0
    assert open_tape(tmp_path / "out1").data_hash == open_tape(tmp_path / "out2").data_hash


def test_time_that_goes_back_is_noted_and_held(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=5)
    line = recorder.delta(MARKET, "yes", 39, 1, 500)
    _, tape = _run(recorder, tmp_path)
    assert _one(tape.path, Reason.TIME_WENT_BACK) == ("capture.jsonl", line)


def test_a_crossed_snapshot_is_refused_whole(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=5)
    line = recorder.snapshot(MARKET, [(60, 1)], [(55, 1)], ms=4_000)
    recorder.delta(MARKET, "yes", 39, 1, 4_100)
    summary, tape = _run(recorder, tmp_path)
    assert _one(tape.path, Reason.CROSSED_BOOK) == ("capture.jsonl", line)
    assert summary.crossed_states == 1
    assert _book(tape.load("SER-EV").markets[0])[BID, 3900] == 5_100


def test_frames_without_any_time_are_refused(recorder, make, tmp_path):
    recorder.envelope = False
    old = {"market_ticker": MARKET, "price": 40, "delta": 1, "side": "yes"}
    recorder.frame({"type": "orderbook_snapshot", "msg": {"market_ticker": MARKET}})
    recorder.frame({"type": "orderbook_delta", "msg": old})
    summary, _ = _run(recorder, tmp_path)
    assert (summary.reasons["no_time"], summary.sessions) == (2, 0)


def test_a_session_in_which_nothing_happens_is_left_out(recorder, make, tmp_path):
    make.good_session(recorder, MARKET, steps=5)
    recorder.snapshot("QUIET-EV-A", [(40, 1)], [], ms=5)
    summary, tape = _run(recorder, tmp_path)
    assert summary.reasons["idle_session"] == 1
    assert [info.name for info in tape.infos] == ["SER-EV"]
    assert summary.bad_lines == 0


def test_nothing_but_an_empty_file_is_wholly_bad(tmp_path):
    (tmp_path / "a.jsonl").write_text("")
    summary = ingest(tmp_path / "a.jsonl", tmp_path / "out")
    assert (summary.sessions, summary.bad_share) == (0, 1.0)
    assert open_tape(tmp_path / "out").infos == []


def test_a_used_out_is_refused_before_anything_is_read(recorder, make, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x").write_text("mine")
    make.good_session(recorder, MARKET)
    with pytest.raises(TapeError, match="not empty"):
        ingest(recorder.write(tmp_path / "a.jsonl"), tmp_path / "out")
    assert (tmp_path / "out" / "x").read_text() == "mine"


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_a_stopped_ingest_leaves_nothing(recorder, make, tmp_path, monkeypatch, error):
    make.good_session(recorder, MARKET)
    source = recorder.write(tmp_path / "in" / "a.jsonl")

    def stop(*args, **kwargs):
        raise error

    monkeypatch.setattr(TapeWriter, "finish", stop)
    with pytest.raises(error):
        ingest(source, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


# --- the same bytes, always ---------------------------------------------------------------------


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_two_runs_and_any_thread_count_write_the_same_bytes(recorder, make, tmp_path):
    for number in range(6):
        make.good_session(recorder, f"SER-EV{number}-A", steps=60)
    recorder.raw("broken")
    source = recorder.write(tmp_path / "in" / "a.jsonl")
    ingest(source, tmp_path / "one")
    code = "import sys; from kalshi_exp.tape import ingest; ingest(sys.argv[1], sys.argv[2])"
    root = Path(__file__).resolve().parents[2]
    for threads, seed in (("1", "1"), ("4", "7")):
        out = tmp_path / f"threads{threads}"
        environment = {
            **os.environ, "POLARS_MAX_THREADS": threads, "NUMBA_NUM_THREADS": threads,
            "OMP_NUM_THREADS": threads, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root),
        }  # fmt: skip
        subprocess.run([sys.executable, "-c", code, source, out], env=environment, check=True)
        assert _tree(out) == _tree(tmp_path / "one")


# --- recordings ---------------------------------------------------------------------------------


def test_the_demo_session(data_dir, tmp_path):
    summary = ingest(data_dir / "kalshi-demo-session.jsonl", tmp_path / "out")
    assert (summary.snapshots, summary.deltas, summary.own_fills) == (5, 2885, 2)
    assert (summary.gaps, summary.crossed_states, summary.negative_levels) == (0, 0, 0)
    assert (summary.bad_lines, summary.filtered_channels) == (0, 0)
    tape = open_tape(tmp_path / "out")
    assert [info.name for info in tape.infos] == ["KXNEXTTEAMNBA-26LJAM"]
    assert tape.infos[0].markets == 3


def test_recorded_markets_with_a_reconnect_and_with_two_files(data_dir, tmp_path):
    gold = data_dir / "kalshi-gold15m"
    names = ("KXGOLD15M-26AUG102030-30", "KXGOLD15M-26AUG102000-00")
    for name in names:
        shutil.copytree(gold / "events" / name, tmp_path / "in" / "events" / name)
        event = name.rsplit("-", 1)[0]
        (tmp_path / "in" / "metadata").mkdir(exist_ok=True)
        shutil.copy(gold / "metadata" / f"{event}.json", tmp_path / "in" / "metadata")
    summary = ingest(tmp_path / "in", tmp_path / "out")
    assert summary.trades == summary.paired_trades > 2_000
    assert (summary.crossed_states, summary.negative_levels) == (0, 0)
    assert (summary.gaps, summary.gap_messages, summary.quarantined) == (1, 1, 1)
    assert summary.filtered_channels == 4
    tape = open_tape(tmp_path / "out")
    assert [(info.gaps, info.settled) for info in tape.infos] == [(0, True), (1, True)]
    for info in tape.infos:
        market = tape.load(info.name).markets[0]
        assert market.messages["ts"].max() <= market.close_ts == info.end_ts
        assert market.settlement in (0, 10_000)
        assert (market.messages["kind"] == Kind.PRINT).sum() == 0
