from __future__ import annotations

import math

import numpy as np
import pytest

from kalshi_exp.features import FEATURES, MARKET_FEATURES, STATE, observe, reset, update
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape import MESSAGE, Kind

NAMES = [f.name for f in FEATURES]
FAST, SLOW = 5.0, 60.0


class Market:
    """One market fed by hand; times in seconds, sizes in contracts, levels in cents."""

    def __init__(self, close: float = 900.0) -> None:
        self.prices = PriceGrid.structure("linear_cent").prices
        self.sizes = np.zeros((2, 99), np.int64)
        self.best = np.array([-1, 99], np.int32)
        self.states = np.zeros(1, STATE)
        reset(self.states[0], 0, int(close * SECOND), FAST * SECOND, SLOW * SECOND)

    def send(self, t: float, kind: Kind, side: int, cents: int, contracts: float) -> None:
        row = (int(t * SECOND), int(contracts * 100), cents - 1, side, kind)
        message = np.array([row], MESSAGE)
        update(self.states[0], self.sizes, self.best, self.prices, message[0])

    def see(self, t: float) -> dict[str, float]:
        out = np.full(MARKET_FEATURES, np.nan, np.float32)
        observe(self.states[0], self.sizes, self.best, self.prices, int(t * SECOND), out)
        return dict(zip(NAMES, out.tolist(), strict=False))

    def open(self, t: float = 0.0, bid: int = 48, ask: int = 52) -> None:
        self.send(t, Kind.SNAPSHOT, BID, bid, 100)
        self.send(t, Kind.SNAPSHOT, ASK, ask, 100)


def test_before_any_message_all_is_neutral() -> None:
    f = Market().see(0.0)
    quiet = NAMES[NAMES.index("prints_fast") : NAMES.index("since_print")]
    assert all(f[name] == 0.0 for name in quiet)
    assert f["since_print"] == f["since_move"] == 1.0
    assert f["elapsed"] == 0.0


def test_a_snapshot_is_no_activity_and_no_move() -> None:
    market = Market()
    market.open()
    f = market.see(0.0)
    for name in ("adds_fast", "add_share", "volatility", "move_fast", "prints_fast"):
        assert f[name] == 0.0
    assert f["since_move"] == 0.0


def test_time_to_close_and_elapsed() -> None:
    market = Market(close=900.0)
    f = market.see(300.0)
    assert f["elapsed"] == pytest.approx(1 / 3)
    assert f["time_to_close"] == pytest.approx(math.log1p(600) / math.log1p(2_592_000))
    late = market.see(901.0)
    assert (late["elapsed"], late["time_to_close"]) == (1.0, 0.0)


def test_flow_is_signed_by_the_taker() -> None:
    buying, selling = Market(), Market()
    for market in (buying, selling):
        market.open()
    buying.send(1, Kind.FILL, ASK, 52, -40)
    selling.send(1, Kind.PRINT, BID, 48, 40)
    assert buying.see(1)["flow_fast"] == pytest.approx(40 / 41)
    assert selling.see(1)["flow_fast"] == pytest.approx(-40 / 41)
    assert buying.see(1)["volume_fast"] == selling.see(1)["volume_fast"] > 0


def test_windows_decay_by_one_over_e_each() -> None:
    market = Market()
    market.open()
    market.send(1, Kind.FILL, ASK, 52, -40)
    for name, window in (("volume_fast", FAST), ("volume_slow", SLOW)):
        now = math.expm1(market.see(1)[name] * math.log1p(1e4))
        later = math.expm1(market.see(1 + window)[name] * math.log1p(1e4))
        assert now == pytest.approx(40 / window, rel=1e-4)
        assert later / now == pytest.approx(math.exp(-1), rel=1e-4)


def test_a_move_counts_once_and_an_amend_within_one_time_not_at_all() -> None:
    market = Market()
    market.open()
    market.send(1, Kind.CANCEL, BID, 48, -100)  # the touch goes and comes back in one time
    market.send(1, Kind.ADD, BID, 48, 100)
    assert market.see(1)["volatility"] == 0.0 and market.see(1)["move_fast"] == 0.0
    market.send(2, Kind.ADD, BID, 50, 1)  # mid up a cent
    for t in (2.0, 2.0):
        f = market.see(t)
        assert f["move_fast"] == pytest.approx(0.5 / 1.5)
        assert f["move_slow"] == pytest.approx(0.2 / 1.2)
        assert f["volatility"] == pytest.approx(math.log1p(1) / math.log1p(100))
        assert f["since_move"] == 0.0
    market.send(3, Kind.ADD, BID, 40, 1)  # time moves on without the mid
    assert market.see(3)["since_move"] == pytest.approx(math.log1p(1) / math.log1p(3600))
    assert market.see(3)["move_fast"] == pytest.approx(
        math.exp(-0.2) * 0.5 / (1 + math.exp(-0.2) * 0.5), rel=1e-5
    )


def test_a_one_sided_spell_is_one_move_at_its_end() -> None:
    market = Market()
    market.open(0)
    market.send(1, Kind.CANCEL, BID, 48, -100)
    assert market.see(5)["move_fast"] == 0.0
    market.send(6, Kind.ADD, BID, 50, 10)
    assert market.see(6)["move_fast"] == pytest.approx(0.5 / 1.5)


def test_add_share_tells_arrivals_from_departures() -> None:
    market = Market()
    market.open()
    for _ in range(3):
        market.send(1, Kind.ADD, BID, 47, 5)
    market.send(1, Kind.CANCEL, BID, 47, -5)
    f = market.see(1)
    assert f["add_share"] == pytest.approx(4 / 5)  # 2 / 5 is four tenths
    assert f["adds_fast"] == pytest.approx(math.log1p(3 / FAST) / math.log1p(1e3))
    assert abs(market.see(1000)["add_share"]) < 1e-6


def test_a_gap_changes_nothing() -> None:
    market = Market()
    market.open()
    before = market.see(2)
    market.send(2, Kind.GAP, BID, 1, 0)
    assert market.see(2) == before


def test_long_silence_leaves_no_denormals_or_nans() -> None:
    market = Market(close=1e7)
    market.open()
    market.send(1, Kind.FILL, ASK, 52, -40)
    market.send(9e6, Kind.FILL, ASK, 52, -1)
    f = market.see(9.5e6)
    assert np.isfinite(list(f.values())).all()
    assert f["volume_slow"] == 0.0 and f["since_print"] == 1.0
