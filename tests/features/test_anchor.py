"""Levels at 25, 50 and 75 cents, near within 8: values worked out by hand."""

from __future__ import annotations

import math

import pytest

from kalshi_exp.config import AnchorFeatures
from kalshi_exp.market.units import ASK, BID
from kalshi_exp.tape import Kind
from tests.features.reference_seconds import share, soft
from tests.features.stream import Market

LOCAL = ("anchor_spread", "anchor_volume", "anchor_approach", "anchor_refill")


def test_distances_are_those_of_the_mid_that_is_shown() -> None:
    market = Market()
    f = market.read(0.0)  # nobody there: the middle of the scale
    assert f["anchor_middle"] == 0.0 and f["anchor_low"] == pytest.approx(5 / 6)
    market.open(0.0, 58, 62)
    f = market.read(0.0)
    assert f["anchor_low"] == pytest.approx(soft(7))
    assert f["anchor_middle"] == pytest.approx(soft(2))
    assert f["anchor_high"] == pytest.approx(soft(-3))
    market.send(0.5, Kind.CANCEL, ASK, 62, -100)  # no ask: it stands at a dollar
    assert market.read(0.5)["anchor_high"] == pytest.approx(soft((79 - 75) / 5))


def test_an_empty_or_one_sided_book_is_near_no_level() -> None:
    market = Market()
    assert all(market.read(5.0)[name] == 0.0 for name in (*LOCAL, "anchor_dwell"))
    market.send(5.0, Kind.ADD, ASK, 2, 100)  # shown mid: a cent
    market.send(5.0, Kind.CANCEL, ASK, 2, -100)
    market.send(5.0, Kind.ADD, BID, 50, 100)  # 75 cents, were it two-sided
    assert all(market.read(9.0)[name] == 0.0 for name in (*LOCAL, "anchor_dwell"))


def test_dwell_is_the_share_of_the_last_minute_spent_near() -> None:
    market = Market()
    market.open(0.0, 48, 52)
    assert market.read(0.9)["anchor_dwell"] == 0.0
    assert market.read(1.0)["anchor_dwell"] == pytest.approx(1 - math.exp(-1 / 60))
    assert market.read(30.0)["anchor_dwell"] == pytest.approx(1 - math.exp(-0.5))
    market.replace(30.5, BID, 48, 51)
    market.replace(30.5, ASK, 52, 66)  # 58.5 cents: half a cent too far from 50
    assert market.read(60.0)["anchor_dwell"] == pytest.approx((1 - math.exp(-0.5)) * math.exp(-0.5))


def test_the_spread_near_a_level_is_held_against_the_one_away_from_all() -> None:
    market = Market()
    market.open(0.0, 60, 64)
    assert market.read(5.0)["anchor_spread"] == 0.0
    market.replace(5.5, ASK, 64, 51)
    market.replace(5.5, BID, 60, 49)
    assert market.read(5.5)["anchor_spread"] == 0.0  # near, but no sample of it yet
    assert market.read(6.0)["anchor_spread"] == pytest.approx(soft(4 - 3))  # 4, half of the second
    near = 3 + (2 - 3) * share(8)
    assert market.read(7.0)["anchor_spread"] == pytest.approx(soft(4 - near))
    market.replace(7.25, ASK, 51, 53)
    near += (0.25 * 2 + 0.75 * 4 - near) * share(8)
    assert market.read(8.0)["anchor_spread"] == pytest.approx(soft(4 - near))
    market.send(8.5, Kind.CANCEL, ASK, 53, -100)
    assert market.read(8.5)["anchor_spread"] == 0.0


def test_orders_that_came_alone_count_by_their_age_and_the_usual_touch() -> None:
    market = Market()
    market.open(0.0, 50, 53)  # snapshots are no orders; touches of 100
    market.send(0.5, Kind.ADD, BID, 50, 60)
    touch = 100 + 0.5 * 60  # the mean of both touches at the first sample
    want = 60 * (1 - math.exp(-0.5 / 3)) / touch
    assert market.read(1.0)["anchor_volume"] == pytest.approx(soft(want))
    assert market.read(1.9)["anchor_volume"] == pytest.approx(soft(want))  # as of the last second
    want = 60 * (1 - math.exp(-9.5 / 3)) / touch
    assert market.read(10.0)["anchor_volume"] == pytest.approx(soft(want))
    market.send(10.5, Kind.ADD, BID, 40, 5)
    market.send(10.5, Kind.ADD, BID, 50, 500)  # one of several at once: a maker's
    market.send(10.6, Kind.CANCEL, BID, 50, -60)  # of exactly its size: this one goes
    assert market.read(11.0)["anchor_volume"] == 0.0


def test_an_order_is_not_alone_when_another_message_follows_at_its_time() -> None:
    market = Market()
    market.open(0.0, 50, 53)
    market.send(0.5, Kind.ADD, BID, 50, 60)
    assert market.read(1.0)["anchor_volume"] > 0.0
    market = Market()
    market.open(0.0, 50, 53)
    market.send(0.5, Kind.ADD, BID, 50, 60)
    market.send(0.5, Kind.ADD, BID, 49, 60)
    assert market.read(1.0)["anchor_volume"] == 0.0


def test_approach_is_how_much_nearer_the_mid_came() -> None:
    market = Market()
    market.open(0.0, 55, 59)
    assert market.read(4.0)["anchor_approach"] == 0.0
    market.replace(5.5, BID, 55, 50)
    market.replace(5.5, ASK, 59, 54)  # from 57 to 52 cents
    assert market.read(5.5)["anchor_approach"] == pytest.approx(soft(5 / 2))
    assert market.read(15.5)["anchor_approach"] == pytest.approx(soft(5 / 2))
    assert market.read(16.0)["anchor_approach"] == 0.0
    market.replace(16.5, ASK, 54, 60)  # to 55: further away
    assert market.read(16.5)["anchor_approach"] == pytest.approx(soft(-3 / 2))


def test_refill_is_what_comes_back_alone_soon_after_a_trade() -> None:
    market = Market()
    market.open(0.0, 50, 53)
    market.send(1.2, Kind.FILL, BID, 50, -40)
    assert market.read(1.2)["anchor_refill"] == 0.0
    market.send(1.5, Kind.ADD, BID, 50, 30)
    assert market.read(1.5)["anchor_refill"] == pytest.approx(soft(30 / 100))
    market.send(1.6, Kind.ADD, BID, 50, 500)  # no more than what was taken
    assert market.read(1.6)["anchor_refill"] == pytest.approx(soft(40 / 100))
    touch = 100 + ((100 + 590) / 2 - 100) * (1 - math.exp(-1 / 120))
    want = 40 * math.exp(-1 / 20) / touch
    assert market.read(2.0)["anchor_refill"] == pytest.approx(soft(want))
    market.replace(2.5, ASK, 53, 70)  # 60 cents: near nothing
    assert market.read(2.5)["anchor_refill"] == 0.0


def test_what_comes_late_or_with_others_is_no_refill() -> None:
    market = Market()
    market.open(0.0, 50, 53)
    market.send(1.0, Kind.FILL, BID, 50, -40)
    market.send(1.1, Kind.ADD, BID, 49, 40)
    market.send(1.1, Kind.ADD, BID, 50, 40)
    market.send(2.6, Kind.ADD, BID, 50, 40)
    assert market.read(3.0)["anchor_refill"] == 0.0


def test_a_level_between_two_prices_has_neither_size_nor_refill() -> None:
    market = Market(anchor=AnchorFeatures(middle_cents=50.5))
    market.open(0.0, 50, 51)
    market.send(1.5, Kind.CANCEL, BID, 50, -50)
    market.send(1.6, Kind.ADD, BID, 50, 50)
    f = market.read(3.0)
    assert f["anchor_volume"] == f["anchor_refill"] == 0.0
    assert f["anchor_middle"] == 0.0 and f["anchor_dwell"] > 0.0
