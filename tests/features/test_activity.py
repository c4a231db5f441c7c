from __future__ import annotations

import math

import numpy as np
import pytest

from kalshi_exp.market.units import ASK, BID
from kalshi_exp.tape import Kind
from tests.features.stream import NAMES, Market

FAST, SLOW = 5.0, 60.0


def test_before_any_message_all_is_neutral() -> None:
    f = Market().read(0.0)
    quiet = NAMES[NAMES.index("prints_fast") : NAMES.index("since_print")]
    assert all(f[name] == 0.0 for name in quiet)
    assert f["since_print"] == f["since_move"] == 1.0
    assert f["elapsed"] == 0.0


def test_a_snapshot_is_no_activity_and_no_move() -> None:
    market = Market()
    market.open()
    f = market.read(0.0)
    for name in ("adds_fast", "add_share", "volatility", "move_fast", "prints_fast"):
        assert f[name] == 0.0
    assert f["since_move"] == 0.0


def test_time_to_close_and_elapsed() -> None:
    market = Market(close=900.0)
    f = market.read(300.0)
    assert f["elapsed"] == pytest.approx(1 / 3)
    assert f["time_to_close"] == pytest.approx(math.log1p(600) / math.log1p(2_592_000))
    late = market.read(901.0)
    assert (late["elapsed"], late["time_to_close"]) == (1.0, 0.0)


def test_flow_is_signed_by_the_taker() -> None:
    buying, selling = Market(), Market()
    for market in (buying, selling):
        market.open()
    buying.send(1, Kind.FILL, ASK, 52, -40)
    selling.send(1, Kind.PRINT, BID, 48, 40)
    assert buying.read(1)["flow_fast"] == pytest.approx(40 / 41)
    assert selling.read(1)["flow_fast"] == pytest.approx(-40 / 41)
    assert buying.read(1)["volume_fast"] == selling.read(1)["volume_fast"] > 0


def test_windows_decay_by_one_over_e_each() -> None:
    market = Market()
    market.open()
    market.send(1, Kind.FILL, ASK, 52, -40)
    for name, window in (("volume_fast", FAST), ("volume_slow", SLOW)):
        now = math.expm1(market.read(1)[name] * math.log1p(1e4))
        later = math.expm1(market.read(1 + window)[name] * math.log1p(1e4))
        assert now == pytest.approx(40 / window, rel=1e-4)
        assert later / now == pytest.approx(math.exp(-1), rel=1e-4)


def test_a_move_counts_once_and_an_amend_within_one_time_not_at_all() -> None:
    market = Market()
    market.open()
    market.send(1, Kind.CANCEL, BID, 48, -100)  # the touch goes and comes back in one time
    market.send(1, Kind.ADD, BID, 48, 100)
    assert market.read(1)["volatility"] == 0.0 and market.read(1)["move_fast"] == 0.0
    market.send(2, Kind.ADD, BID, 50, 1)  # mid up a cent
    for t in (2.0, 2.0):
        f = market.read(t)
        assert f["move_fast"] == pytest.approx(0.5 / 1.5)
        assert f["move_slow"] == pytest.approx(0.2 / 1.2)
        assert f["volatility"] == pytest.approx(math.log1p(1) / math.log1p(100))
        assert f["since_move"] == 0.0
    market.send(3, Kind.ADD, BID, 40, 1)  # time moves on without the mid
    assert market.read(3)["since_move"] == pytest.approx(math.log1p(1) / math.log1p(3600))
    assert market.read(3)["move_fast"] == pytest.approx(
        math.exp(-0.2) * 0.5 / (1 + math.exp(-0.2) * 0.5), rel=1e-5
    )


def test_a_one_sided_spell_is_one_move_at_its_end() -> None:
    market = Market()
    market.open(0)
    market.send(1, Kind.CANCEL, BID, 48, -100)
    assert market.read(5)["move_fast"] == 0.0
    market.send(6, Kind.ADD, BID, 50, 10)
    assert market.read(6)["move_fast"] == pytest.approx(0.5 / 1.5)


def test_add_share_tells_arrivals_from_departures() -> None:
    market = Market()
    market.open()
    for _ in range(3):
        market.send(1, Kind.ADD, BID, 47, 5)
    market.send(1, Kind.CANCEL, BID, 47, -5)
    f = market.read(1)
    assert f["add_share"] == pytest.approx(4 / 5)  # 2 / 5 is four tenths
    assert f["adds_fast"] == pytest.approx(math.log1p(3 / FAST) / math.log1p(1e3))
    assert abs(market.read(1000)["add_share"]) < 1e-6


def test_a_gap_changes_nothing() -> None:
    market = Market()
    market.open()
    before = market.read(2)
    market.send(2, Kind.GAP, BID, 1, 0)
    assert market.read(2) == before


def test_long_silence_leaves_no_denormals_or_nans() -> None:
    market = Market(close=5e4)
    market.open()
    market.send(1, Kind.FILL, ASK, 52, -40)
    market.send(4e4, Kind.FILL, ASK, 52, -1)
    f = market.read(4.95e4)
    assert np.isfinite(list(f.values())).all()
    assert f["volume_slow"] == 0.0 and f["since_print"] == 1.0
