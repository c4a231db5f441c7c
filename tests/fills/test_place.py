"""Orders on their way out."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.fills.place import cancel_side, send
from kalshi_exp.market.orders import EMPTY, ORDER, RESTING, SENT, SLOTS
from kalshi_exp.market.units import ASK, BID, NEVER

DELAY, CANCEL_DELAY, TTL = 60, 90, 1_000


@pytest.fixture
def orders():
    return np.zeros(SLOTS, ORDER)


def put(orders, side, level, size, now, serial, reduce=0, immediate=0, ttl=TTL):
    return send(
        orders, side, level, size, reduce, immediate, 3, now, DELAY, CANCEL_DELAY, ttl, serial
    )


def test_a_new_order(orders):
    for name in ("fees", "rested", "crossed", "met", "hazard", "rate", "since"):
        orders[0][name] = 9  # of the last one
    assert put(orders, ASK, 7, 500, 100, 1, reduce=1, immediate=1) == 0
    expected = {
        "state": SENT, "side": ASK, "reduce": 1, "immediate": 1, "crossed": 0, "level": 7,
        "action": 3, "size": 500, "placed": 500, "rested": 0, "sent": 100, "arrive": 160,
        "cancel": NEVER, "expire": 1_100, "met": NEVER, "ahead": 0, "fees": 0, "serial": 1,
        "hazard": 0, "rate": 0, "since": 0,
    }  # fmt: skip
    assert {name: int(orders[0][name]) for name in ORDER.names} == expected


def test_ttl_never_does_not_overflow(orders):
    put(orders, BID, 7, 500, 10**18, 1, ttl=NEVER)
    assert orders[0]["expire"] == NEVER


def test_only_the_own_side_is_replaced(orders):
    assert put(orders, BID, 5, 500, 0, 1) == 0
    assert put(orders, ASK, 8, 500, 0, 2) == 1
    orders["state"][:2] = RESTING
    assert put(orders, BID, 6, 500, 1_000, 3) == 2
    assert orders["cancel"].tolist()[:3] == [1_090, NEVER, NEVER]
    assert orders["arrive"][2] == 1_060


@pytest.mark.parametrize(("size", "kept"), [(500, True), (499, True), (501, False)])
def test_the_same_price_at_no_larger_size_keeps_its_place(size, kept, orders):
    put(orders, BID, 5, 500, 0, 1)
    orders[0]["state"], orders[0]["ahead"] = RESTING, 70
    slot = put(orders, BID, 5, size, 400, 2)
    assert (slot == 0) == kept
    assert (orders[0]["cancel"] == NEVER) == kept
    if kept:
        assert orders[0][["size", "placed", "ahead", "serial", "arrive", "expire"]].item() == (
            size, 500, 70, 1, 60, 1_400,
        )  # fmt: skip
    else:
        assert orders[slot]["serial"] == 2


@pytest.mark.parametrize("other", [{"reduce": 1}, {"immediate": 1}])
def test_another_kind_of_order_replaces(other, orders):
    put(orders, BID, 5, 500, 0, 1)
    assert put(orders, BID, 5, 500, 400, 2, **other) == 1
    assert orders[0]["cancel"] == 490


def test_one_that_is_being_cancelled_keeps_no_place(orders):
    put(orders, BID, 5, 500, 0, 1)
    assert cancel_side(orders, BID, 160) == 1
    assert put(orders, BID, 5, 500, 110, 2) == 1
    assert orders[0]["cancel"] == 160  # the earlier cancel stands


def test_no_slot_left_changes_nothing(orders):
    for serial in range(4):
        put(orders, BID, serial, 500, serial, serial + 1)
    before = orders.copy()
    assert put(orders, BID, 9, 500, 50, 9) == -1
    assert (orders == before).all()


def test_cancel_side(orders):
    put(orders, BID, 5, 500, 0, 1)
    put(orders, ASK, 8, 500, 0, 2)
    assert cancel_side(orders, BID, 15) == 1
    assert orders["cancel"].tolist() == [60, NEVER, 0, 0]  # not before the order itself arrives
    assert cancel_side(orders, BID, 520) == 0
    assert orders["cancel"][0] == 60
    assert (orders["state"][2:] == EMPTY).all()
