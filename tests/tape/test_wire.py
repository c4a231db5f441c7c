from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape.frames import FrameError, decode
from kalshi_exp.tape.quarantine import Reason
from kalshi_exp.tape.wire import (
    Command,
    Delta,
    EventRecord,
    Lifecycle,
    Other,
    OwnFill,
    Snapshot,
    Subscribed,
    Trade,
    fixed,
    iso_time,
    parse,
)

GENERATIONS = ("cents_2026-01", "transitional_2026-03", "current_2026-10")
MEANT = {
    "orderbookSnapshot": Snapshot,
    "orderbookDelta": Delta,
    "trade": Trade,
    "fill": OwnFill,
    "marketLifecycleV2": Lifecycle,
    "multivariateMarketLifecycle": Lifecycle,
    "marketMetadataUpdated": Lifecycle,
    "eventLifecycle": EventRecord,
    "subscribedResponse": Subscribed,
}


def _examples(vectors_dir, generation):
    text = (vectors_dir / f"ws_examples_{generation}.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_example_of_every_generation_parses(vectors_dir, generation):
    rows = _examples(vectors_dir, generation)
    assert len(rows) > 30
    for row in rows:
        _, frame = decode(json.dumps(row["payload"]).encode())
        if frame is None:
            assert row["payload"] in ("", "heartbeat")
            continue
        event = parse(frame)
        meant = Command if "cmd" in frame else MEANT.get(row["message"], Other)
        assert type(event) is meant, row


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_same_facts_come_out_of_every_generation(vectors_dir, generation):
    events = {
        row["message"]: parse(row["payload"])
        for row in _examples(vectors_dir, generation)
        if row["message"] in ("orderbookSnapshot", "orderbookDelta", "trade", "fill")
    }
    assert events["orderbookSnapshot"] == Snapshot(
        "FED-23DEC-T3.00",
        ((BID, 800, 30_000), (BID, 2200, 33_300), (ASK, 4600, 2_000), (ASK, 4400, 14_600)),
    )
    delta = events["orderbookDelta"]
    assert delta[:1] + delta[2:] == ("FED-23DEC-T3.00", BID, 9600, -5_400, False)
    assert delta.ts == (-1 if generation == "cents_2026-01" else 1_669_149_841 * SECOND)
    trade = events["trade"]
    assert trade.ts == 1_669_149_841 * SECOND
    assert trade.exact == (generation == "current_2026-10")
    assert trade[3:] == (BID, 3600, 13_600, False)  # the taker bought NO: a YES bid was hit
    fill = events["fill"]
    assert (fill.side, fill.price, fill.size, fill.position) == (BID, 7500, 27_800, 27_800 + 22_200)
    assert fill.fee == (10_000 if generation == "current_2026-10" else -1)


def test_lifecycle_frames_carry_grid_close_and_event(vectors_dir):
    rows = [r for r in _examples(vectors_dir, "current_2026-10") if "Lifecycle" in r["message"]]
    created, changed = (parse(row["payload"]) for row in rows[:2])
    assert (created.event, created.structure) == ("INXD-23SEP14", "linear_cent")
    assert (created.open_ts, created.close_ts) == (1_694_635_200 * SECOND, 1_694_721_600 * SECOND)
    assert changed.change == "price_level_structure_updated"
    assert changed.ranges == (("0.0000", "1.0000", "0.0010"),)


@pytest.mark.parametrize(
    ("result", "value", "settlement"),
    [("yes", None, 10_000), ("no", None, 0), ("scalar", "0.5000", 5_000), ("void", None, -1)],
)
def test_determination_settles(result, value, settlement):
    msg = {"market_ticker": "A-B-C", "event_type": "determined", "result": result}
    if value:
        msg["settlement_value"] = value
    assert parse({"type": "market_lifecycle_v2", "msg": msg}).settlement == settlement


def test_a_scheduled_settlement_value_is_no_result():
    msg = {"market_ticker": "A-B-C", "event_type": "created", "settlement_value": "0.0000"}
    assert parse({"type": "market_lifecycle_v2", "msg": msg}).settlement == -1


def test_no_levels_at_yes_prices_when_the_subscription_asked_for_it():
    delta = {"market_ticker": "M", "side": "no", "price_dollars": "0.8300", "delta_fp": "1.00"}
    frame = {"type": "orderbook_delta", "msg": delta}
    assert (parse(frame).side, parse(frame).price) == (ASK, 1700)
    assert (parse(frame, True).side, parse(frame, True).price) == (ASK, 8300)
    book = {"market_ticker": "M", "no_dollars_fp": [["0.8300", "1.00"]]}
    frame = {"type": "orderbook_snapshot", "msg": book}
    assert parse(frame).levels == ((ASK, 1700, 100),)
    assert parse(frame, True).levels == ((ASK, 8300, 100),)
    assert parse({"cmd": "subscribe", "params": {"use_yes_price": True}}) == Command(True)


def test_a_side_without_levels_is_absent_and_empty():
    frame = {"type": "orderbook_snapshot", "msg": {"market_ticker": "M", "market_id": "x"}}
    assert parse(frame) == Snapshot("M", ())


def test_microseconds_count_when_they_agree_with_the_milliseconds():
    msg = {"market_ticker": "M", "side": "yes", "price_dollars": "0.1000", "delta_fp": "1.00"}
    times = {"ts": "2026-08-10T22:31:31.060848Z", "ts_ms": 1786401091060}
    assert parse({"type": "orderbook_delta", "msg": {**msg, **times}}).ts == 1786401091060848000
    short = {"ts": "2026-08-07T11:46:20.57711Z", "ts_ms": 1786103180577}
    assert parse({"type": "orderbook_delta", "msg": {**msg, **short}}).ts == 1786103180577110000
    odd = {"ts": "2026-08-10T22:31:31.999000Z", "ts_ms": 1786401091060}
    assert parse({"type": "orderbook_delta", "msg": {**msg, **odd}}).ts == 1786401091060000000


@given(st.integers(-(10**14), 10**14), st.sampled_from([2, 4, 6]))
def test_decimals_are_exact(units, places):
    text = f"{Decimal(units).scaleb(-places):.{places}f}"
    assert fixed(text, places) == units


@pytest.mark.parametrize("text", ["0.00001", "nan", "inf", "", "1e99", "abc", "--1"])
def test_no_number_and_too_fine_a_number_are_refused(text):
    with pytest.raises(FrameError):
        fixed(text, 4)


def test_iso_times():
    assert iso_time("2022-11-22T20:44:01Z") == 1_669_149_841 * SECOND
    assert iso_time("2022-11-22T20:44:01.5Z") == 1_669_149_841 * SECOND + SECOND // 2
    for bad in ("2022-11-22T20:44:01", "2022-11-22T20:44:01+02:00", "yesterday", None):
        with pytest.raises(FrameError):
            iso_time(bad)


BASE = {"market_ticker": "M", "side": "yes", "price_dollars": "0.1000", "delta_fp": "1.00"}


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "orderbook_delta"},
        {"type": "orderbook_delta", "msg": None},
        {"type": "orderbook_delta", "msg": {**BASE, "side": "maybe"}},
        {"type": "orderbook_delta", "msg": {**BASE, "delta_fp": "much"}},
        {"type": "orderbook_delta", "msg": {**BASE, "delta_fp": "0.001"}},
        {"type": "orderbook_delta", "msg": {k: v for k, v in BASE.items() if k != "side"}},
        {"type": "trade", "msg": {"market_ticker": "M", "taker_side": "yes"}},
        {"type": "orderbook_snapshot", "msg": {"market_ticker": "M", "yes_dollars_fp": [["0.1"]]}},
        {"type": "orderbook_snapshot", "msg": {"market_ticker": "M", "yes": [[1, -5]]}},
    ],
)
def test_missing_and_unreadable_fields_are_refused(frame):
    with pytest.raises(FrameError) as caught:
        parse(frame)
    assert caught.value.reason is Reason.BAD_FIELD


def test_an_unknown_type_is_refused_by_name():
    with pytest.raises(FrameError, match="margin_call") as caught:
        parse({"type": "margin_call", "msg": {}})
    assert caught.value.reason is Reason.UNKNOWN_TYPE
