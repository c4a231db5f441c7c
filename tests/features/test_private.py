from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.features import (
    FEATURES,
    MARKET_FEATURES,
    PRIVATE,
    PRIVATE_FEATURES,
    observe_private,
)
from kalshi_exp.market.units import MONEY_ONE, PRICE_ONE, SECOND

ROWS = FEATURES[MARKET_FEATURES:]
NAMES = [f.name for f in ROWS]

FLAT: dict[str, int] = {
    "cash": 1000 * MONEY_ONE, "initial": 1000 * MONEY_ONE, "equity": 1000 * MONEY_ONE,
    "peak": 1000 * MONEY_ONE, "mark_bid": 4800, "mark_ask": 5200, "bid_price": 4800,
    "ask_price": 5200, "limit": 50_000, "since_fill": -1, "horizon": 300, "remaining": 900 * SECOND,
}  # fmt: skip


def see(**facts: int) -> dict[str, float]:
    rows = np.zeros(1, PRIVATE)
    for name, value in (FLAT | facts).items():
        rows[name] = value
    out = np.full(PRIVATE_FEATURES, np.nan, np.float32)
    observe_private(rows[0], out)
    return dict(zip(NAMES, out.tolist(), strict=True))


def random_facts(rng: np.random.Generator) -> dict[str, int]:
    """Facts of a plausible account: its parts add up to its equity."""
    initial = int(rng.integers(10, 10_000)) * MONEY_ONE
    bid = int(rng.integers(1, 98)) * 100
    ask = int(rng.integers(bid // 100 + 1, 100)) * 100
    position = int(rng.integers(-50_000, 50_001)) * int(rng.random() < 0.7)
    paid = int(rng.integers(1, 100)) * 100
    worth = position * bid if position > 0 else -position * (PRICE_ONE - ask)
    others = int(rng.integers(0, initial // 3)) * int(rng.random() < 0.4)
    reserved = int(rng.integers(0, initial // 4)) * int(rng.random() < 0.6)
    cash = int(rng.integers(0, initial))
    equity = cash + reserved + worth + others
    empty = rng.random(2) < 0.1
    own = rng.random(2) < 0.6
    size = rng.integers(1, 10_001, 2)
    return {
        "cash": cash, "reserved": reserved, "initial": initial, "equity": equity,
        "peak": max(initial, equity) + int(rng.integers(0, initial // 10)),
        "position": position, "cost": abs(position) * paid,
        "realized": int(rng.normal(0, initial / 30)), "fees": int(rng.integers(0, initial // 50)),
        "mark_bid": bid, "mark_ask": ask,
        "bid_price": -1 if empty[0] else bid, "ask_price": -1 if empty[1] else ask,
        "limit": 50_000, "other_exposure": others, "now": int(rng.integers(10**18)),
        "since_fill": int(rng.integers(0, 600 * SECOND)) if rng.random() < 0.8 else -1,
        "held": int(rng.integers(0, 600 * SECOND)) if position else 0,
        "bid_size": int(size[0]) * int(own[0]), "ask_size": int(size[1]) * int(own[1]),
        "bid_level_price": max(bid - 100 * int(rng.integers(0, 10)), 100) * int(own[0]),
        "ask_level_price": min(ask + 100 * int(rng.integers(0, 10)), 9900) * int(own[1]),
        "bid_age": int(rng.integers(0, 30 * SECOND)) * int(own[0]),
        "ask_age": int(rng.integers(0, 30 * SECOND)) * int(own[1]),
        "bid_ahead": int(rng.integers(0, 100_000)) * int(own[0]),
        "ask_ahead": int(rng.integers(0, 100_000)) * int(own[1]),
        "decision": int(rng.integers(300)), "horizon": 300,
        "remaining": int(rng.integers(0, 900 * SECOND)),
    }  # fmt: skip


def test_random_accounts_are_in_range_and_no_feature_is_constant_or_another() -> None:
    rng = np.random.default_rng(0)
    seen = np.array([list(see(**random_facts(rng)).values()) for _ in range(3000)])
    assert np.isfinite(seen).all()
    for column, feature in zip(seen.T, ROWS, strict=True):
        assert feature.low <= column.min() < column.max() <= feature.high, feature.name
    correlation = np.abs(np.corrcoef(seen.T)) - np.eye(len(NAMES))
    assert correlation.max() < 0.98, np.unravel_index(correlation.argmax(), correlation.shape)


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            name: st.integers(0, PRICE_ONE) if "price" in name or "mark" in name
            else st.integers(-(10**14), 10**14)
            for name in PRIVATE.names or ()
        }
    )
)  # fmt: skip
def test_nonsense_facts_still_give_finite_numbers_in_range(facts: dict[str, int]) -> None:
    out = see(**facts)
    for feature in ROWS:
        assert feature.low <= out[feature.name] <= feature.high, feature.name


def test_a_flat_account_without_orders() -> None:
    out = see()
    assert out["free_cash"] == 1.0 and out["since_fill"] == 1.0
    assert all(out[name] == 0.0 for name in NAMES if name not in ("free_cash", "since_fill"))


def test_a_long_position_worked_by_hand() -> None:
    # 100 YES bought at 45 cents, marked at 48: 3 cents and 3 dollars up.
    out = see(
        position=10_000, cost=45 * MONEY_ONE, cash=900 * MONEY_ONE, reserved=55 * MONEY_ONE,
        equity=1003 * MONEY_ONE, peak=1010 * MONEY_ONE, held=20 * SECOND, since_fill=60 * SECOND,
        realized=-2 * MONEY_ONE, fees=MONEY_ONE, other_exposure=100 * MONEY_ONE,
    )  # fmt: skip
    want = {
        "free_cash": 900 / 1003, "reserved_cash": 55 / 1003, "position": 0.2,
        "entry_edge": 0.6 / 1.6, "unrealized": 0.06 / 1.06, "realized": -0.04 / 1.04,
        "run_up": 0.2 / 1.2, "drawdown": (140 / 1010) / (1 + 140 / 1010),
        "sibling_exposure": 100 / 1003, "held": 0.25, "since_fill": 0.5, "fees": 0.02 / 1.02,
    }  # fmt: skip
    for name, value in want.items():
        assert out[name] == pytest.approx(value, rel=1e-5), name


def test_a_short_position_is_marked_at_the_ask() -> None:
    # 100 NO bought at 50 cents; selling them back means 1 - 0.52 = 48 cents.
    out = see(position=-10_000, cost=50 * MONEY_ONE)
    assert out["position"] == pytest.approx(-0.2)
    assert out["entry_edge"] == pytest.approx(-0.4 / 1.4)
    assert out["unrealized"] == pytest.approx(-0.04 / 1.04)


def test_standing_orders_worked_by_hand() -> None:
    out = see(
        bid_size=2_500, bid_level_price=4600, bid_age=10 * SECOND, bid_ahead=7_500,
        ask_size=10_000, ask_level_price=5200, ask_age=30 * SECOND,
    )  # fmt: skip
    assert out["own_bid_size"] == pytest.approx(0.5) and out["own_ask_size"] == pytest.approx(0.8)
    assert out["own_bid_place"] == pytest.approx(1 / (1 + 2 + 0.75))
    assert out["own_ask_place"] == 1.0
    assert out["own_order_age"] == pytest.approx(0.75)


def test_place_falls_with_distance_and_queue_and_is_best_on_an_empty_side() -> None:
    def place(**facts: int) -> float:
        return see(bid_size=1_000, **facts)["own_bid_place"]

    nearness = [
        place(bid_level_price=4800),
        place(bid_level_price=4800, bid_ahead=500),
        place(bid_level_price=4800, bid_ahead=50_000),
        place(bid_level_price=4600),
        place(bid_level_price=1000),
    ]
    assert nearness == sorted(nearness, reverse=True) and len(set(nearness)) == 5
    assert place(bid_level_price=1000, bid_price=-1) == 1.0
    assert place(bid_level_price=4900) == 1.0


def test_age_ignores_a_side_without_an_order() -> None:
    assert see(bid_age=99 * SECOND)["own_order_age"] == 0.0
