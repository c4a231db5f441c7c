"""A shock is more than 5 cents in 30 s and counts for 90 s: values worked out by hand."""

from __future__ import annotations

import math

import pytest

from kalshi_exp.features import FEATURES, group_columns
from kalshi_exp.market.units import ASK, BID
from kalshi_exp.tape import Kind
from tests.features.reference_seconds import logged, share, soft
from tests.features.stream import Market

LATELY, SLOWLY, SOON, SKEW = share(3), share(240), share(30), share(300)
NAMES = [f.name for f in FEATURES[group_columns("volatility")]]


def move(market: Market, t: float, old: tuple[int, int], new: tuple[int, int]) -> None:
    """Move both quotes, so that they never cross."""
    for side in (ASK, BID) if new[0] > old[0] else (BID, ASK):
        market.replace(t, side, old[side], new[side])


def test_before_any_message_all_is_neutral() -> None:
    for t in (0.0, 40.0):
        f = Market().read(t)
        want = {"since_cascade": 1.0, "recovery": 1.0}
        assert {name: f[name] for name in NAMES} == {name: want.get(name, 0.0) for name in NAMES}


def test_velocity_is_the_largest_move_to_now() -> None:
    market = Market()
    market.open()
    market.read(10.0)
    move(market, 10.5, (48, 52), (51, 55))
    assert market.read(10.5)["velocity"] == pytest.approx(soft(3 / 5))
    move(market, 20.5, (51, 55), (45, 49))  # 6 down from there, 3 from the beginning
    assert market.read(20.5)["velocity"] == pytest.approx(soft(-6 / 5))
    assert market.read(49.5)["velocity"] == pytest.approx(soft(-6 / 5))
    assert market.read(50.0)["velocity"] == 0.0  # the last 30 samples are all 47 cents
    market.send(50.5, Kind.CANCEL, ASK, 49, -100)
    assert market.read(50.5)["velocity"] == 0.0  # one-sided: the last mid there was


def test_liquidity_taken_back_at_once_on_both_sides() -> None:
    market = Market()
    market.open()  # 100 a side
    market.send(1.5, Kind.CANCEL, BID, 48, -40)
    market.send(1.505, Kind.CANCEL, ASK, 52, -30)
    assert market.read(1.9)["liquidity_drop"] == 0.0  # the burst is not looked at yet
    assert market.read(2.0)["liquidity_drop"] == pytest.approx(0.3)  # the side that lost less
    assert market.read(7.0)["liquidity_drop"] == pytest.approx(0.3 * math.exp(-1))
    market.send(7.5, Kind.CANCEL, BID, 48, -50)
    market.send(7.6, Kind.CANCEL, ASK, 52, -50)  # another burst
    assert market.read(8.0)["liquidity_drop"] == pytest.approx(0.3 * math.exp(-1.2))


def test_quotes_that_are_moved_are_not_taken_back() -> None:
    market = Market()
    market.open()
    for side, old, new in ((BID, 48, 40), (ASK, 52, 60)):
        market.replace(1.5, side, old, new, 100)
    assert market.read(3.0)["liquidity_drop"] == 0.0
    market.send(3.5, Kind.FILL, BID, 40, -90)  # nor is what was traded
    market.send(3.5, Kind.FILL, ASK, 60, -90)
    assert market.read(5.0)["liquidity_drop"] == 0.0


def test_a_wider_spread_than_usual() -> None:
    market = Market()
    market.open()
    assert market.read(1.0)["spread_expansion"] == 0.0
    market.replace(1.5, ASK, 52, 56)
    spread = 4 + 4 * LATELY
    calm = 4 + (spread - 4) * SLOWLY
    assert market.read(2.0)["spread_expansion"] == pytest.approx(soft(spread - calm))
    market.send(2.5, Kind.CANCEL, ASK, 56, -100)  # one-sided: what was known stays
    assert market.read(5.0)["spread_expansion"] == pytest.approx(soft(spread - calm))


def test_a_cascade_from_shock_to_recovery() -> None:
    market = Market()
    market.open()
    market.read(1.0)
    move(market, 1.5, (48, 52), (54, 58))  # 6 cents
    market.send(1.5, Kind.CANCEL, BID, 54, -90)
    market.send(1.5, Kind.CANCEL, ASK, 58, -90)
    f = market.read(1.9)
    assert (f["cascade_score"], f["since_cascade"], f["recovery"]) == (0.0, 1.0, 1.0)
    depth = 200 - 180 * LATELY
    f = market.read(2.0)
    assert f["cascade_score"] == pytest.approx(1 - depth / 200)  # 25.5 % are missing
    assert (f["since_cascade"], f["recovery"]) == (0.0, 0.0)
    depth += (20 - depth) * LATELY
    least = depth
    assert market.read(3.0)["cascade_score"] == pytest.approx(1 - least / 200)
    for side, cents in ((BID, 54), (ASK, 58)):
        market.send(3.5, Kind.ADD, side, cents, 90)
    depth += (200 - depth) * LATELY
    f = market.read(4.0)
    assert f["recovery"] == pytest.approx((depth - least) / (200 - least))
    assert f["cascade_score"] == pytest.approx(1 - depth / 200)
    while (200 - depth) / 200 >= 0.25:
        depth += (200 - depth) * LATELY
    f = market.read(30.0)
    seconds = math.ceil(3 * math.log((200 - least) / 50))  # until less than a quarter is missing
    assert f["since_cascade"] == pytest.approx(logged(30 - 3 - seconds + 1, 3600))
    f = market.read(92.0)  # 90 s after the shock it still counts
    assert f["cascade_score"] > 0.0
    f = market.read(93.0)
    assert (f["cascade_score"], f["recovery"]) == (0.0, 1.0)
    assert f["since_cascade"] == pytest.approx(logged(93 - 3 - seconds + 1, 3600))


def test_five_cents_are_no_shock_and_liquidity_may_go_without_one() -> None:
    market = Market()
    market.open()
    market.read(1.0)
    move(market, 1.5, (48, 52), (53, 57))
    for side, cents in ((BID, 53), (ASK, 57)):
        market.send(1.5, Kind.CANCEL, side, cents, -99)
    f = market.read(10.0)
    assert f["liquidity_drop"] == 0.0  # quotes that were moved came too
    assert (f["cascade_score"], f["since_cascade"], f["recovery"]) == (0.0, 1.0, 1.0)


def test_rises_and_falls_of_the_mid() -> None:
    market = Market()
    market.open()
    market.read(1.0)
    move(market, 1.5, (48, 52), (50, 54))
    rises = 4 * SKEW
    assert market.read(2.0)["rise_share"] == pytest.approx(rises / (rises + 0.01))
    move(market, 2.5, (50, 54), (47, 51))
    rises, falls = rises * (1 - SKEW), 9 * SKEW
    want = (rises - falls) / (rises + falls + 0.01)
    assert market.read(3.0)["rise_share"] == pytest.approx(want)
    faded = math.exp(-1)
    want = (rises - falls) * faded / ((rises + falls) * faded + 0.01)
    assert market.read(303.0)["rise_share"] == pytest.approx(want)
