"""Prices beyond 15 and 85 cents are extreme, a quote is within 3 ticks: worked out by hand."""

from __future__ import annotations

import pytest

from kalshi_exp.market.units import ASK, BID
from kalshi_exp.tape import Kind
from tests.features.reference_seconds import logged, share, soft
from tests.features.stream import Market


def test_before_any_message_all_is_neutral() -> None:
    f = Market().read(40.0)
    assert (f["aversion"], f["response_time"], f["maker_presence"]) == (0.0, 1.0, 0.0)


def test_response_is_the_time_from_the_first_trade_to_the_next_quote_near_the_touch() -> None:
    market = Market()
    market.open()
    market.send(0.5, Kind.ADD, BID, 47, 10)  # no trade yet
    assert market.read(0.5)["response_time"] == 1.0
    market.send(1.0, Kind.PRINT, ASK, 52, 5)
    market.send(1.02, Kind.FILL, ASK, 52, -5)
    market.send(1.03, Kind.ADD, BID, 44, 10)  # 4 ticks behind the touch: no answer
    market.send(1.04, Kind.CANCEL, BID, 44, -10)
    assert market.read(1.04)["response_time"] == 1.0
    market.send(1.05, Kind.ADD, ASK, 55, 10)  # 3 ticks
    first = logged(50, 1e4)
    assert market.read(1.05)["response_time"] == pytest.approx(first)
    market.send(1.5, Kind.ADD, ASK, 55, 10)  # answers nothing
    market.send(2.0, Kind.FILL, BID, 48, -5)
    market.send(2.2, Kind.ADD, BID, 49, 10)  # a better price than any
    want = first + (logged(200, 1e4) - first) * 0.1
    assert market.read(2.2)["response_time"] == pytest.approx(want)


def test_an_answer_after_hours_is_the_slowest_there_is() -> None:
    market = Market(close=10_000)
    market.open()
    market.send(1.0, Kind.PRINT, ASK, 52, 5)
    market.send(5_000.0, Kind.ADD, BID, 48, 5)
    assert market.read(5_000.0)["response_time"] == 1.0


def test_makers_quote_both_sides_at_once() -> None:
    market = Market()
    market.open()
    market.send(1.0, Kind.ADD, BID, 48, 10)
    assert market.read(1.0)["maker_presence"] == 0.0
    market.send(1.05, Kind.ADD, ASK, 52, 10)
    assert market.read(1.05)["maker_presence"] == pytest.approx(0.05)
    market.send(1.1, Kind.ADD, ASK, 60, 10)  # far from the touch
    assert market.read(1.1)["maker_presence"] == pytest.approx(0.05)
    market.send(1.15, Kind.ADD, BID, 48, 10)  # exactly 100 ms after the ask
    assert market.read(1.15)["maker_presence"] == pytest.approx(0.05 * 0.95 + 0.05)
    market.send(2.0, Kind.ADD, ASK, 52, 10)
    assert market.read(2.0)["maker_presence"] == pytest.approx((0.05 * 0.95 + 0.05) * 0.95)


def test_aversion_is_depth_gone_and_spread_widened_at_extreme_prices() -> None:
    market = Market()
    market.open()  # 200 contracts, 4 cents
    assert market.read(10.0)["aversion"] == 0.0
    market.replace(10.5, ASK, 52, 94, 50)
    market.replace(10.5, BID, 48, 86, 50)
    market.send(10.5, Kind.CANCEL, BID, 48, -50)  # 50 of each are left behind at 48 and 52
    market.send(10.5, Kind.CANCEL, ASK, 52, -50)
    gone, wide = 0.5 * share(3), 4 * share(3)
    assert market.read(10.9)["aversion"] == 0.0  # no sample of it yet
    assert market.read(11.0)["aversion"] == pytest.approx(0.5 * (gone + soft(wide)))
    assert market.read(60.0)["aversion"] == pytest.approx(0.5 * (0.5 + soft(4)), rel=1e-4)


def test_a_market_that_was_never_in_the_middle_has_nothing_to_be_held_against() -> None:
    market = Market()
    market.open(0.0, 88, 96)
    assert market.read(30.0)["aversion"] == 0.0
