from __future__ import annotations

import json

from kalshi_exp.market.units import MILLISECOND, SECOND
from kalshi_exp.tape.metadata import by_convention, collect, metadata_files, read_metadata
from kalshi_exp.tape.quarantine import Quarantine, Reason
from kalshi_exp.tape.wire import Lifecycle


def _change(ticker, **more):
    facts = {"change": "", "event": "", "open_ts": -1, "close_ts": -1, "settlement": -1,
             "structure": "", "ranges": ()}  # fmt: skip
    return Lifecycle(ticker, **{**facts, **more})


def test_tickers_name_event_and_series_by_habit():
    assert by_convention("KXGOLD15M-26AUG102045-45") == ("KXGOLD15M-26AUG102045", "KXGOLD15M")
    assert by_convention("KXBTCD-26JUL0317-T60499.99") == ("KXBTCD-26JUL0317", "KXBTCD")
    assert by_convention("SHUTDOWN-25") == ("SHUTDOWN-25", "SHUTDOWN")
    assert by_convention("X") == ("X", "X")


def test_rest_records_give_times_grid_and_result(tmp_path, make):
    record = make.market_record("SER-EV-A", close_ms=900_000)
    make.write_metadata(tmp_path, record, series="OTHERSER")
    markets, series = read_metadata(metadata_files(tmp_path), 0, Quarantine([]))
    market = collect(["SER-EV-A"], markets, series, [])["SER-EV-A"]
    assert market.close_ts == (make.t0 + 900_000) * MILLISECOND
    assert market.open_ts == (make.t0 - 1000) * MILLISECOND
    assert (market.event, market.series, market.settlement) == ("SER-EV", "OTHERSER", 10_000)
    assert market.ranges == (("0.0000", "1.0000", "0.0100"),)


def test_an_undetermined_market_has_no_settlement(tmp_path, make):
    record = make.market_record("SER-EV-A", result="", settlement_value_dollars=None)
    (tmp_path / "metadata").mkdir()
    (tmp_path / "metadata" / "a.json").write_text(json.dumps({"market": record}))
    markets, _ = read_metadata(metadata_files(tmp_path), 0, Quarantine([]))
    assert markets["SER-EV-A"].settlement == -1


def test_a_scalar_settles_at_its_value(tmp_path, make):
    record = make.market_record("S-E-A", result="scalar", settlement_value_dollars="0.3700")
    (tmp_path / "metadata").mkdir()
    (tmp_path / "metadata" / "a.json").write_text(json.dumps([record]))
    markets, _ = read_metadata(metadata_files(tmp_path), 0, Quarantine([]))
    assert markets["S-E-A"].settlement == 3_700


def test_a_broken_record_is_quarantined(tmp_path):
    (tmp_path / "metadata").mkdir()
    (tmp_path / "metadata" / "a.json").write_text("{")
    (tmp_path / "metadata" / "b.json").write_text('{"ticker": "A-B-C", "close_time": "soon"}')
    quarantine = Quarantine(["a.json", "b.json"])
    assert read_metadata(metadata_files(tmp_path), 0, quarantine) == ({}, {})
    assert quarantine.count(Reason.BAD_METADATA) == 2


def test_records_beside_a_single_file_count(tmp_path, make):
    make.write_metadata(tmp_path, make.market_record("SER-EV-A"))
    (tmp_path / "capture.jsonl").write_text("")
    assert len(metadata_files(tmp_path / "capture.jsonl")) == 1


def test_lifecycle_frames_tell_close_result_event_and_grid():
    changes = [
        (1, _change("A-B-C", event="EV", close_ts=100 * SECOND, structure="linear_cent")),
        (2, _change("A-B-C", close_ts=90 * SECOND)),
        (3, _change("A-B-C", structure="deci_cent")),
        (4, _change("A-B-C", settlement=0)),
        (4, _change("X-Y-Z", settlement=10_000)),
    ]
    market = collect(["A-B-C"], {}, {"EV": "SERIES"}, changes)["A-B-C"]
    assert (market.event, market.series) == ("EV", "SERIES")
    assert (market.close_ts, market.settlement) == (90 * SECOND, 0)
    assert [(when, name) for when, name, _ in market.changes] == [
        (1, "linear_cent"), (3, "deci_cent"),
    ]  # fmt: skip


def test_a_record_fetched_after_the_end_outranks_lifecycle_times(tmp_path, make):
    make.write_metadata(tmp_path, make.market_record("SER-EV-A", close_ms=900_000))
    markets, series = read_metadata(metadata_files(tmp_path), 0, Quarantine([]))
    early = _change("SER-EV-A", close_ts=5 * SECOND)
    market = collect(["SER-EV-A"], markets, series, [(1, early)])["SER-EV-A"]
    assert market.close_ts == (make.t0 + 900_000) * MILLISECOND
