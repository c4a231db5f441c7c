from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from kalshi_exp.metrics.matrix import EXCHANGE, Plays, behaviour
from kalshi_exp.metrics.matrix.behaviour import ORDER_SIZE, PASSIVE_SHARE, difference
from tests.metrics.matrix.played import actions, rows

LARGE = {
    "actions": actions(HOLD=5, BUY_YES_100=3, SELL_NO_50=2),
    "passive_placed": 10_000,
    "passive_filled": 2_000,
    "aggressive_placed": 30_000,
    "aggressive_filled": 6_000,
    "fees": 2_500_000,
    "fills": 4,
}
SMALL = {
    "actions": actions(HOLD=6, BUY_NO_5=4),
    "passive_placed": 1_500,
    "aggressive_placed": 500,
}


def plays(**contestants: dict) -> Plays:
    return Plays(pl.concat(rows(k, np.zeros((8, 2)), **v) for k, v in contestants.items()))


def test_figures_of_orders_made_by_hand() -> None:
    found = behaviour(plays(old=LARGE), "old", EXCHANGE, 100, 0)
    values = {name: one["value"] for name, one in found.items() if name != "size_mix"}
    assert values == pytest.approx(
        {
            "mean_order_size": 80.0,
            "passive_share": 0.25,
            "passive_filled_share": 0.25,
            "order_share": 0.5,
            "trades_per_session": 4.0,
            "contracts_per_session": 80.0,
            "fees_per_session": 2.5,
        }
    )
    mix = {size: one["value"] for size, one in found["size_mix"].items()}
    assert mix == {"5": 0.0, "10": 0.0, "25": 0.0, "50": 0.25, "100": 0.75}
    assert found["mean_order_size"]["lo"] == found["mean_order_size"]["hi"] == 80.0
    assert found["mean_order_size"]["seeds"] == 2 and found["mean_order_size"]["n"] == 8


def test_who_holds_orders_nothing() -> None:
    found = behaviour(plays(hold={}), "hold", EXCHANGE, 100, 0)
    assert found["mean_order_size"]["value"] is None
    assert found["mean_order_size"]["reason"] == "it ordered nothing"
    assert found["passive_filled_share"]["reason"] == "nothing was filled"
    assert found["order_share"]["value"] == 0.0 and found["trades_per_session"]["value"] == 0.0


def test_differences_are_of_the_ratios() -> None:
    both = plays(old=LARGE, queue=SMALL)
    size = difference(both, "queue", "old", EXCHANGE, ORDER_SIZE, 100, 0)
    assert size.estimate.value == pytest.approx(5.0 - 80.0) and size.excludes_zero
    share = difference(both, "queue", "old", EXCHANGE, PASSIVE_SHARE, 100, 0)
    assert share.estimate.value == pytest.approx(0.75 - 0.25)
    none = difference(plays(old=LARGE, queue={}), "queue", "old", EXCHANGE, ORDER_SIZE, 100, 0)
    assert none.estimate.value is None and none.p is None
