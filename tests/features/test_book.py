from __future__ import annotations

import math

import numpy as np
import pytest

from kalshi_exp.features import FEATURES, group_columns
from kalshi_exp.features.book import observe_book
from kalshi_exp.market.book import Book
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID

NAMES = [f.name for f in FEATURES[group_columns("book")]]


def _observe(bids: dict[int, int], asks: dict[int, int]) -> dict[str, float]:
    """Features of a cent book given as {price in cents: contracts}."""
    book = Book(PriceGrid.structure("linear_cent"))
    for side, ladder in ((BID, bids), (ASK, asks)):
        for cents, contracts in ladder.items():
            book.apply(side, cents * 100, contracts * 100)
    out = np.full(len(NAMES), np.nan, np.float32)
    observe_book(book.sizes, book.best, book.grid.prices, out)
    assert np.isfinite(out).all()
    return dict(zip(NAMES, out.tolist(), strict=True))


def log_share(x: float, top: float) -> float:
    return math.log1p(x) / math.log1p(top)


def test_a_book_worked_by_hand() -> None:
    f = _observe({48: 30, 46: 50, 40: 100}, {50: 80, 51: 10, 90: 400})
    assert f == {
        "mid": pytest.approx(-0.02),
        "spread": pytest.approx(log_share(2, 100)),
        "bid_size": pytest.approx(log_share(30, 1e6)),
        "ask_size": pytest.approx(log_share(80, 1e6)),
        "imbalance": pytest.approx((30 - 80) / 110),
        # The microprice is (48 * 80 + 50 * 30) / 110 = 48.5454 cents, 0.4545 below the mid.
        "microprice": pytest.approx(-0.454545 / 1.454545, rel=1e-5),
        "imbalance_3": pytest.approx((80 - 90) / 170),
        "imbalance_5": pytest.approx((80 - 90) / 170),
        "imbalance_10": pytest.approx((180 - 90) / 270),
        "bid_depth_5": pytest.approx(log_share(80, 1e6)),
        "ask_depth_5": pytest.approx(log_share(90, 1e6)),
        "bid_depth": pytest.approx(log_share(180, 1e6)),
        "ask_depth": pytest.approx(log_share(490, 1e6)),
        "bid_levels": pytest.approx(log_share(3, 100)),
        "ask_levels": pytest.approx(log_share(3, 100)),
        "bid_gap": pytest.approx(log_share(2, 100)),
        "ask_gap": pytest.approx(log_share(1, 100)),
        # Selling 100: 30 at the touch, 50 two cents and 20 eight cents worse.
        "bid_slip": pytest.approx(log_share((50 * 2 + 20 * 8) / 100, 100)),
        "ask_slip": pytest.approx(log_share((10 * 1 + 10 * 40) / 100, 100)),
        "one_sided": 0.0,
        "concentration": pytest.approx((30**2 + 50**2 + 100**2 + 80**2 + 10**2) / 270**2),
    }


def test_an_empty_book_is_neutral() -> None:
    f = _observe({}, {})
    ones = {"spread", "bid_gap", "ask_gap", "bid_slip", "ask_slip"}
    assert {name for name, value in f.items() if value == 1.0} == ones
    assert all(f[name] == 0.0 for name in set(NAMES) - ones)


def test_one_side_empty_is_named_and_stands_at_the_end_of_the_scale() -> None:
    f = _observe({97: 10}, {})
    assert (f["one_sided"], f["imbalance"], f["imbalance_10"]) == (1.0, 1.0, 1.0)
    assert f["mid"] == pytest.approx(0.97) and f["microprice"] == 0.0
    f = _observe({}, {3: 10})
    assert (f["one_sided"], f["imbalance"], f["mid"]) == (-1.0, -1.0, pytest.approx(-0.97))


def test_bid_and_ask_are_mirror_images() -> None:
    f = _observe({48: 30, 46: 50, 40: 100}, {50: 80, 51: 10, 90: 400})
    g = _observe({50: 80, 49: 10, 10: 400}, {52: 30, 54: 50, 60: 100})
    for name in NAMES:
        if name.startswith("bid_"):
            assert g["ask_" + name[4:]] == f[name]
        elif name in ("spread", "concentration"):
            assert g[name] == pytest.approx(f[name], rel=1e-6)
        elif not name.startswith("ask_"):
            assert g[name] == pytest.approx(-f[name], rel=1e-6)


def test_a_crossed_book_stays_finite_and_in_range() -> None:
    f = _observe({60: 5}, {40: 5})
    assert f["spread"] == 0.0
    for feature in FEATURES[group_columns("book")]:
        assert feature.low <= f[feature.name] <= feature.high
